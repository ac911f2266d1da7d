import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { ConfigurationError } from '../../../../engine/common/errors.ts';
import { stampOf } from '../../../../engine/common/private-file.ts';
import { rehearsalNeedsOwnTarget } from '../../../../engine/messages/commands/options.ts';
import {
  databaseLeft,
  REHEARSING,
  rehearsalEnded,
  rehearsalIncomplete,
  rehearsalIncompleteSince,
  rehearsalKept,
  rehearsingIn,
} from '../../../../engine/messages/commands/rehearsing.ts';
import { REHEARSAL_FOLDER } from '../../../../engine/report/rehearsals/full-rehearsal.ts';
import { applyMigrations } from '../../../../prisma/apply/apply-migrations.ts';
import { describeTarget, schemaOf } from '../../../../prisma/connection/target.ts';
import { readConfiguration, type WorkerConfiguration } from '../../../../worker/configuration.ts';
import { openConnections } from '../../../../worker/connections.ts';
import { bridgeTemporalLog, createLog } from '../../../../worker/logger.ts';
import { WORKFLOW_TYPE } from '../../../../worker/settings.ts';
import { isWorkflowOpen } from '../../../../worker/temporal/connect.ts';
import type { MigrationInput } from '../../../../workflows/messages/definitions.ts';
import { runMigration } from '../../connect/run-migration.ts';
import { openTemporal } from '../../connect/temporal-access.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { countLive } from '../../rehearsal/count-live.ts';
import { type RehearsedSource, rehearsedSource } from '../../rehearsal/rehearsed-source.ts';
import {
  createScratchDatabase,
  dropScratchDatabase,
  leftScratchDatabases,
  type ScratchDatabase,
  stampOfScratch,
} from '../../rehearsal/scratch-database.ts';
import { rehearsalLines, writeRehearsal } from '../../rehearsal/write-rehearsal.ts';
import { createScreen } from '../../screen/screen.ts';
import type { Screen } from '../../screen/screen-type.ts';
import { summaryOf } from '../../screen/summary.ts';
import { heedSignals } from '../../signals.ts';
import { exitCodeOf } from '../migrate/run.ts';

export interface RehearseFlags {
  readonly source?: string;
  readonly backup?: boolean;
  readonly target?: string;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** What a rehearsed migration is given beside its source and target. */
const REHEARSED: MigrationInput = { smokeTests: true };

/**
 * `rehearse`: migrates a backup into a target of its own by the real workflow, and tells what production is expected to
 * take (runbook, section 7).
 * @returns as `run`
 * @throws BackupUnfit, ConfigurationError, SourceUnavailable, TargetUnavailable, TargetUnfit, TemporalUnavailable
 */
export async function rehearse(flags: RehearseFlags): Promise<number> {
  const screen = createScreen(flags.json ? io().err : io().out);
  const leaving = heedSignals(() => screen.say(REHEARSING.leaving.en));
  const configuration = readConfiguration(io().environment(), { target: true });
  const level = configuration.logLevel ?? 'warn';
  bridgeTemporalLog(createLog(level, { destination: { write: (text) => screen.say(text) }, pretty: true }));
  const began = new Date();
  const temporal = await openTemporal(configuration, { start: true, report: (line) => screen.say(`${line} …`) });
  try {
    await tellLeft(configuration.databaseUrl!, temporal.client, screen);
    screen.say((flags.backup ? REHEARSING.backingUp : REHEARSING.proving).en);
    const source = await rehearsedSource(configuration, flags);
    const target = await openRehearsalTarget(configuration.databaseUrl!, flags.target, databaseStamp(began));
    try {
      const rehearsal = { configuration, source, target, flags, began, temporal, screen, signal: leaving.signal };
      return await migrate(rehearsal);
    } finally {
      if (target.isScratch && !flags.keep) await dropScratchDatabase(configuration.databaseUrl!, target.name);
      else screen.say(rehearsalKept({ database: describeTarget(target.url) }).text);
    }
  } finally {
    await temporal.close();
    leaving.release();
  }
}

interface Rehearsal {
  readonly configuration: ReturnType<typeof readConfiguration>;
  readonly source: RehearsedSource;
  readonly target: RehearsalTarget;
  readonly flags: RehearseFlags;
  readonly began: Date;
  readonly temporal: Awaited<ReturnType<typeof openTemporal>>;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

type RehearsalTarget = ScratchDatabase & { readonly isScratch: boolean };

async function migrate(rehearsal: Rehearsal): Promise<number> {
  const { configuration: base, source, target, flags, began, temporal, screen, signal } = rehearsal;
  const folder = join(base.reportsFolder, `${REHEARSAL_FOLDER}${stampOf(began)}`);
  await applyMigrations(target.url);
  const configuration: WorkerConfiguration = {
    ...base,
    ...{ sourceUri: source.uri, databaseUrl: target.url, reportsFolder: folder },
  };
  const connections = openConnections(configuration);
  // A queue of its own: no other worker takes a step of it, and this one takes none of theirs.
  const workflowId = workflowIdOf(databaseStamp(began));
  const taskQueue = workflowId;
  try {
    screen.say(rehearsingIn({ database: describeTarget(target.url) }).text);
    const { outcome, facts } = await runMigration({
      ...{ configuration, temporal, connections, workflowId, taskQueue, input: REHEARSED, screen, signal },
      begin: async (client) => {
        await client.workflow.start(WORKFLOW_TYPE, { taskQueue, workflowId, args: [REHEARSED] });
      },
    });
    const exitCode = signal.aborted ? EXIT.interrupted : exitCodeOf(outcome, false);
    if (outcome.state !== 'detached') screen.say(`\n${summaryOf(outcome, facts)}\n`);
    if (outcome.state !== 'complete' || facts === null) return toldIncomplete(flags, outcome, exitCode);
    const opened = await connections.source();
    const told = await writeRehearsal(folder, {
      ...{ facts, source, target, exitCode, kept: flags.keep === true, reportsFolder: base.reportsFolder },
      fingerprint: await opened.fingerprint(),
      live: await countLive(base.sourceUri, screen),
    });
    io().out.write(flags.json ? `${JSON.stringify({ folder, ...told })}\n` : `${rehearsalLines(folder, told)}\n`);
    return exitCode;
  } finally {
    await endWorkflow(temporal.client, workflowId);
    await connections.close();
  }
}

function toldIncomplete(
  { json }: RehearseFlags,
  { state, reason }: { readonly state: string; readonly reason: string | null },
  exitCode: number,
): number {
  const said = reason === null ? rehearsalIncomplete() : rehearsalIncompleteSince({ reason });
  if (json) io().out.write(`${JSON.stringify({ state, reason, exitCode })}\n`);
  else io().err.write(`${said.text}\n`);
  return exitCode;
}

/** @throws ConfigurationError when the target to rehearse in is the one of production */
async function openRehearsalTarget(
  databaseUrl: string,
  given: string | undefined,
  stamp: string,
): Promise<RehearsalTarget> {
  if (given === undefined) return { ...(await createScratchDatabase(databaseUrl, stamp)), isScratch: true };
  readConfiguration({ DATABASE_URL: given }, { target: true });
  if (describeTarget(given) === describeTarget(databaseUrl) && schemaOf(given) === schemaOf(databaseUrl)) {
    throw new ConfigurationError([rehearsalNeedsOwnTarget()]);
  }
  return { name: describeTarget(given), url: given, isScratch: false };
}

/** Databases of rehearsals that crashed, or were kept, are told; a workflow that nobody works on any more is ended. */
async function tellLeft(databaseUrl: string, client: Client, screen: Screen): Promise<void> {
  for (const name of await leftScratchDatabases(databaseUrl)) {
    await endWorkflow(client, workflowIdOf(stampOfScratch(name)));
    screen.say(databaseLeft({ name }).text);
  }
}

async function endWorkflow(client: Client, workflowId: string): Promise<void> {
  if (await isWorkflowOpen(client, workflowId))
    await client.workflow.getHandle(workflowId).terminate(rehearsalEnded().text);
}

function workflowIdOf(stamp: string): string {
  return `mongo-to-prisma-rehearsal-${stamp}`;
}

/** `20261125_002134_000` */
function databaseStamp(at: Date): string {
  return at.toISOString().slice(0, 23).replaceAll(/[-:]/g, '').replaceAll(/[T.]/g, '_');
}
