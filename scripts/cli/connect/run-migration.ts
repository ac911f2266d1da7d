import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { MigrationError } from '../../../engine/common/errors.ts';
import {
  attachingTo,
  leavingWithoutTemporal,
  startedMigration,
  startingWorker,
} from '../../../engine/messages/commands/starting.ts';
import { migrationSilent } from '../../../engine/messages/commands/watching.ts';
import type { Facts } from '../../../engine/report/facts/facts.ts';
import { identify } from '../../../engine/state/run/identity.ts';
import type { WorkerConfiguration } from '../../../worker/configuration.ts';
import type { Connections } from '../../../worker/connections.ts';
import { createLog } from '../../../worker/logger.ts';
import { TASK_QUEUE, WORKFLOW_TYPE } from '../../../worker/settings.ts';
import { type RunningWorker, startWorker } from '../../../worker/start-worker.ts';
import type { TemporalPlace } from '../../../worker/temporal/connect.ts';
import type { MigrationInput, Progress } from '../../../workflows/messages/definitions.ts';
import { EXIT } from '../exit-codes.ts';
import { io } from '../io.ts';
import { requireSameIdentity, requireSameOptions } from '../run-options.ts';
import type { Outcome } from '../screen/outcome.ts';
import type { Screen } from '../screen/screen-type.ts';
import { readFacts } from '../screen/summary.ts';
import { ownIdentity } from './own-identity.ts';
import { queryProgress, watchMigration } from './watch-migration.ts';

/** How long a worker may take for the first answer of a migration that is attached to. */
const FIRST_ANSWER_MS = 60_000;

export interface MigrationRun {
  /** Without connections it need not name both databases. */
  readonly configuration: WorkerConfiguration;
  readonly temporal: { readonly client: Client; readonly place: TemporalPlace };
  /** The databases of the worker in this process; null to leave the work to other workers. */
  readonly connections: Connections | null;
  readonly workflowId: string;
  readonly input: MigrationInput;
  /** The task queue of the worker in this process, where it is not the usual one; `begin` starts the workflow there. */
  readonly taskQueue?: string;
  /** What is done instead of starting or attaching. */
  readonly begin?: (client: Client, input: MigrationInput) => Promise<void>;
  /** Ends the watching before the migration has ended. */
  readonly isOver?: (progress: Progress) => boolean;
  readonly screen: Screen;
  /** Ends the watching and drains the worker; the migration is not ended by it. */
  readonly signal: AbortSignal;
}

/**
 * Starts a migration, or attaches to the one that is under way, with a worker in this process, and shows it to its end.
 * @throws ConfigurationError when the one under way has other options; whatever makes the worker end
 */
export async function runMigration(run: MigrationRun): Promise<{ outcome: Outcome; facts: Facts | null }> {
  const { temporal, connections, workflowId, screen, signal } = run;
  const watching = new AbortController();
  const stopWatching = () => watching.abort();
  signal.addEventListener('abort', stopWatching);
  const leave = () => void leaveWithout(run);
  signal.addEventListener('abort', leave);
  if (signal.aborted) stopWatching();
  let worker: RunningWorker | null = null;
  let fault: unknown = null;
  try {
    if (connections !== null) {
      screen.say(startingWorker().text);
      worker = await startOwnWorker(run, connections);
      worker.run.catch((error: unknown) => {
        fault = error;
        stopWatching();
      });
    }
    const usual = (client: Client, wanted: MigrationInput) =>
      startOrAttach(client, { workflowId, input: wanted, screen, patience: FIRST_ANSWER_MS });
    const { begin = usual } = run;
    await begin(temporal.client, await wantedOf(run));
    const { isOver = () => false } = run;
    const options = { screen, signal: watching.signal, isOver };
    const outcome = await watchMigration(temporal.client, workflowId, options);
    if (fault !== null) throw fault;
    return { outcome, facts: await readFacts(outcome.reports) };
  } finally {
    signal.removeEventListener('abort', stopWatching);
    screen.end();
    await worker?.stop().catch(() => {});
    signal.removeEventListener('abort', leave);
  }
}

/** The input with the source and target that this process is set to; on a queue of its own nobody else takes its steps. */
async function wantedOf({
  input,
  connections,
  configuration,
  taskQueue,
  screen,
}: MigrationRun): Promise<MigrationInput> {
  if (taskQueue !== undefined) return input;
  const identity =
    connections === null
      ? await ownIdentity(configuration, screen)
      : await identify(configuration.databaseUrl, await connections.source());
  return { ...input, ...(identity && { identity }) };
}

/** How long Temporal has for an answer once somebody wants to leave, and the steps under way beside it. */
const LEAVE_MS = 3_000;

/** Nobody takes what the steps under way answer while Temporal is away: they are not waited for, and made anew. */
async function leaveWithout({ temporal, workflowId, screen }: MigrationRun): Promise<void> {
  const { connection } = temporal.client;
  const asked = connection.withDeadline(Date.now() + LEAVE_MS, () => connection.workflowService.getSystemInfo({}));
  const [isThere] = await Promise.all([asked.then(Boolean, () => false), sleep(LEAVE_MS, null, { ref: false })]);
  if (isThere) return;
  screen.end();
  screen.say(leavingWithoutTemporal({ migration: workflowId }).text);
  io().exit(EXIT.interrupted);
}

function startOwnWorker({ configuration, temporal, screen, taskQueue }: MigrationRun, connections: Connections) {
  const destination = { write: (text: string) => screen.say(text) };
  const log = createLog(configuration.logLevel ?? 'warn', { destination, pretty: true });
  const announce = (text: string) => screen.say(`\n${text}\n`);
  return startWorker(configuration, {
    temporal: temporal.place,
    log,
    announce,
    connections,
    ...(taskQueue && { taskQueue }),
  });
}

/**
 * Starts the workflow; one that is under way with the same options is attached to.
 * @param options.patience how long to wait for the options of one that is under way, in milliseconds
 * @throws ConfigurationError when they, or its source or its target, are others; MigrationError when nobody tells them
 */
export async function startOrAttach(
  client: Client,
  options: { workflowId: string; input: MigrationInput; screen: Screen; patience: number },
): Promise<void> {
  const { workflowId, input, screen, patience } = options;
  try {
    await client.workflow.start(WORKFLOW_TYPE, { taskQueue: TASK_QUEUE, workflowId, args: [input] });
    screen.say(startedMigration({ migration: workflowId }).text);
    return;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  screen.say(attachingTo({ migration: workflowId }).text);
  const progress = await firstProgress(client, workflowId, patience);
  requireSameIdentity(workflowId, input, progress);
  requireSameOptions(workflowId, input, progress.options);
}

/**
 * The progress of a migration that is under way, whose worker may be starting still.
 * @param patience how long to wait for it, in milliseconds
 * @throws MigrationError when nobody answers
 */
export async function firstProgress(client: Client, workflowId: string, patience: number): Promise<Progress> {
  const deadline = Date.now() + patience;
  for (;;) {
    const progress = await queryProgress(client, workflowId);
    if (progress !== null) return progress;
    if (Date.now() > deadline) {
      throw new MigrationError(migrationSilent({ migration: workflowId }));
    }
    await sleep(200);
  }
}
