import { ConfigurationError } from '../../../../engine/common/errors.ts';
import { maintenanceFileMissing } from '../../../../engine/messages/commands/options.ts';
import {
  collectionWritten,
  dumpTakesNoWrites,
  neverInMaintenance,
  noMaintenanceFile,
  noWritesSince,
  offActions,
  onActions,
  writesSince,
} from '../../../../engine/messages/commands/results.ts';
import type { Message } from '../../../../engine/messages/message.ts';
import type { DowntimeEstimate } from '../../../../engine/report/facts/downtime-estimate.ts';
import type { Source } from '../../../../engine/source/source.ts';
import { hasSideTables } from '../../../../engine/state/run/run.ts';
import type { Target } from '../../../../engine/target/target.ts';
import type { Direction, MaintenanceActions } from '../../../../operations/maintenance/action.ts';
import { turnByHand } from '../../../../operations/maintenance/turn-by-hand.ts';
import { newestTracedRun, type ProbeAnswer, probeWrites } from '../../../../operations/maintenance/write-probe.ts';
import { plan } from '../../../../stages/plan.ts';
import { readConfiguration, readWorkerConfiguration } from '../../../../worker/configuration.ts';
import { openConnections } from '../../../../worker/connections.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { readEstimate } from '../../read-estimate.ts';
import { estimateLine } from '../../screen/downtime-lines.ts';

/**
 * `maintenance on` and `maintenance off`: the actions of MAINTENANCE_FILE by hand, without Temporal and without a database.
 * @throws ConfigurationError, MaintenanceFailed naming what could not be done
 */
export async function maintenance(direction: Direction): Promise<number> {
  const { maintenance: actions } = readConfiguration(io().environment());
  await turn(actions, direction);
  return EXIT.done;
}

/** Carries out all actions, telling each; one that fails keeps no other from being tried. */
export async function turn(actions: MaintenanceActions | null, direction: Direction): Promise<void> {
  if (actions === null) throw new ConfigurationError([maintenanceFileMissing()]);
  await turnByHand(actions[direction], direction, print);
}

/** `maintenance status`: what the file would do, whether writes have arrived since maintenance is on, and how long a run may take. */
export async function maintenanceStatus({ json }: { json?: boolean }): Promise<number> {
  const configuration = readWorkerConfiguration(io().environment());
  const connections = openConnections(configuration);
  try {
    const source = await connections.source();
    const target = connections.target(null);
    const isMigrated = await hasSideTables(target.query);
    const told = {
      actions: configuration.maintenance,
      probe: isMigrated ? await probeNewest(source, target) : null,
      estimate: await readEstimate(connections, configuration.reportsFolder),
    };
    print(json ? JSON.stringify({ ...told, actions: namesOf(told.actions) }) : render(told));
    return (told.probe?.writes.length ?? 0) > 0 ? EXIT.failed : EXIT.done;
  } finally {
    await connections.close();
  }
}

async function probeNewest(source: Source, target: Target): Promise<ProbeAnswer | null> {
  const runId = await newestTracedRun(target.query, await source.fingerprint());
  return runId === null ? null : probeWrites(source, target, plan, { runId });
}

function namesOf(actions: MaintenanceActions | null) {
  const names = (direction: Direction) => actions?.[direction].map(({ name, kind }) => ({ name, kind })) ?? [];
  return { on: names('on'), off: names('off') };
}

interface Told {
  readonly actions: MaintenanceActions | null;
  readonly probe: ProbeAnswer | null;
  readonly estimate: DowntimeEstimate | null;
}

function render({ actions, probe, estimate }: Told): string {
  const listed = (direction: Direction) => ({ actions: actions?.[direction].map(({ name }) => name) ?? [] });
  return [
    ...(actions === null ? [noMaintenanceFile().text] : [onActions(listed('on')).text, offActions(listed('off')).text]),
    probeLine(probe).text,
    estimateLine(estimate),
  ].join('\n');
}

function probeLine(probe: ProbeAnswer | null): Message {
  if (probe?.possible === false) return dumpTakesNoWrites();
  if (probe === null || probe.since === null) return neverInMaintenance();
  if (probe.writes.length === 0) return noWritesSince({ since: probe.since });
  const collections = probe.writes.map(({ collection, documents }) => collectionWritten({ collection, documents }));
  return writesSince({ since: probe.since, collections });
}

function print(text: string): void {
  io().out.write(`${text}\n`);
}
