import { MigrationError } from '../../../../engine/common/errors.ts';
import {
  continuesElsewhere,
  leavingAfterBatches,
  localKeepsRunning,
  notEnded,
  temporalPage,
  workerContinues,
} from '../../../../engine/messages/commands/starting.ts';
import { type Configuration, readConfiguration, type WorkerConfiguration } from '../../../../worker/configuration.ts';
import { type Connections, openConnections } from '../../../../worker/connections.ts';
import { bridgeTemporalLog, createLog } from '../../../../worker/logger.ts';
import { checkServers } from '../../connect/check-servers.ts';
import { keepInBackground } from '../../connect/local-temporal.ts';
import { ownIdentity } from '../../connect/own-identity.ts';
import { type MigrationRun, runMigration, startOrAttach } from '../../connect/run-migration.ts';
import { spoolTeller } from '../../connect/spool-teller.ts';
import { openTemporal, type TemporalAccess } from '../../connect/temporal-access.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { readEstimate } from '../../read-estimate.ts';
import { inputOf, type RunFlags } from '../../run-options.ts';
import { estimateLine } from '../../screen/downtime-lines.ts';
import type { Outcome } from '../../screen/outcome.ts';
import { createScreen } from '../../screen/screen.ts';
import type { Screen } from '../../screen/screen-type.ts';
import { summaryOf } from '../../screen/summary.ts';
import { heedSignals } from '../../signals.ts';

/**
 * `run`: starts the migration, or attaches to the one that is under way, and watches it to its end.
 * @returns the exit code
 * @throws MigrationError with one sentence for what keeps it from starting
 */
export async function run(flags: RunFlags): Promise<number> {
  const screen = createScreen(flags.json ? io().err : io().out);
  const leaving = heedSignals(() => screen.say(leavingAfterBatches().text));
  try {
    const { outcome, facts } = flags.detach
      ? { outcome: await startDetached(flags, screen), facts: null }
      : await runHere(flags, { input: inputOf(flags), screen, signal: leaving.signal });
    const code = exitCodeOf(outcome, leaving.signal.aborted);
    if (flags.json) io().out.write(`${JSON.stringify({ ...outcome, exitCode: code })}\n`);
    else if (outcome.state !== 'detached') screen.say(`\n${summaryOf(outcome, facts)}`);
    else if (!flags.detach) screen.say(howToGoOn(flags));
    return code;
  } catch (error) {
    if (flags.json && error instanceof MigrationError) {
      io().out.write(`${JSON.stringify({ state: 'refused', reason: error.message })}\n`);
    }
    throw error;
  } finally {
    leaving.release();
  }
}

/** What a migration's end means to whoever called the command. */
export function exitCodeOf({ state, quarantined, verdict }: Outcome, interrupted: boolean): number {
  if (state === 'detached') return interrupted ? EXIT.interrupted : EXIT.done;
  if (state !== 'complete') return EXIT.failed;
  return (verdict?.held ?? quarantined) > 0 ? EXIT.quarantined : EXIT.done;
}

/**
 * Watches a migration with a worker of this process, unless the work is left to others.
 * @throws MigrationError with one sentence for what keeps it from being started or watched
 */
export async function runHere(
  flags: Pick<RunFlags, 'worker' | 'source' | 'workflowId'>,
  run: Pick<MigrationRun, 'input' | 'screen' | 'signal' | 'begin' | 'isOver'>,
) {
  const { screen } = run;
  const configuration = configurationOf(flags);
  const level = configuration.logLevel ?? 'warn';
  bridgeTemporalLog(createLog(level, { destination: { write: (text) => screen.say(text) }, pretty: true }));
  const held: { connections?: Connections; temporal?: TemporalAccess } = {};
  try {
    if (flags.worker) {
      held.connections = openConnections(configuration, { onSpool: spoolTeller(screen) });
      await checkServers(held.connections, configuration);
      if ((run.input.maintenance ?? 'none') !== 'none' && !run.input.dryRun) {
        screen.say(estimateLine(await readEstimate(held.connections, configuration.reportsFolder)));
      }
    }
    held.temporal = await openTemporal(configuration, { start: true, report: (line) => screen.say(`${line} …`) });
    const { local } = held.temporal;
    if (local?.uiUrl && screen.isLive) screen.say(temporalPage({ url: local.uiUrl }).text);
    const { workflowId } = flags;
    return await runMigration({
      ...run,
      ...{ configuration, temporal: held.temporal, connections: held.connections ?? null, workflowId },
    });
  } finally {
    await held.connections?.close();
    await held.temporal?.close();
  }
}

/** A worker needs both databases; whoever leaves the work to others needs neither. */
function configurationOf({ worker, source }: Pick<RunFlags, 'worker' | 'source'>): WorkerConfiguration {
  const needs = worker ? { source: true, target: true } : {};
  const overrides = source === undefined ? {} : { sourceUri: source };
  return readConfiguration(io().environment(), needs, overrides) as WorkerConfiguration;
}

/** `--detach`: the workflow is started and left alone. */
async function startDetached(flags: RunFlags, screen: Screen): Promise<Outcome> {
  const configuration: Configuration = configurationOf({ ...flags, worker: false });
  bridgeTemporalLog(createLog('warn', { destination: io().err, pretty: true }));
  if (configuration.temporal.connection === null) {
    const local = await keepInBackground(configuration, (line) => screen.say(`${line} …`));
    screen.say(localKeepsRunning({ address: local.address }).text);
    if (local.uiUrl) screen.say(temporalPage({ url: local.uiUrl }).text);
  }
  const temporal = await openTemporal(configuration, { start: false, report: () => {} });
  try {
    const { workflowId } = flags;
    const identity = await ownIdentity(configuration, screen);
    const input = { ...inputOf(flags), ...(identity && { identity }) };
    await startOrAttach(temporal.client, { workflowId, input, screen, patience: 0 });
    screen.say(workerContinues().text);
  } finally {
    await temporal.close();
  }
  const { workflowId, dryRun = false } = flags;
  return {
    workflowId,
    runId: null,
    state: 'detached',
    reason: null,
    dryRun,
    quarantined: 0,
    verdict: null,
    stages: [],
    reports: null,
  };
}

function howToGoOn({ workflowId, worker }: RunFlags): string {
  return (worker ? notEnded : continuesElsewhere)({ migration: workflowId }).text;
}
