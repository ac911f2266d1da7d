import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { NativeConnection, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { createActivities } from '../../activities/index.ts';
import type { Plan } from '../../engine/plan/stage.ts';
import { identify } from '../../engine/state/run/identity.ts';
import { openTarget } from '../../engine/target/target.ts';
import type { MaintenanceActions } from '../../operations/maintenance/action.ts';
import { type MonitorSettings, NO_MONITOR_SETTINGS } from '../../operations/monitor/settings.ts';
import { type DemoOptions, SMALL_DEMO } from '../../scripts/demo/data/options.ts';
import { writeDemoDump } from '../../scripts/demo/data/write-dump.ts';
import { plan } from '../../stages/plan.ts';
import { openConnections } from '../../worker/connections.ts';
import { bridgeTemporalLog, createLog, installTemporalRuntime } from '../../worker/logger.ts';
import { PolledQueues } from '../../worker/polled-queues.ts';
import { isWorkflowOpen, namespaceIdOf } from '../../worker/temporal/connect.ts';
import { workflowBundle } from '../../worker/temporal/workflow-bundle.ts';
import type { MigrationInput, MigrationResult, Progress } from '../../workflows/messages/definitions.ts';
import { parseOptions } from '../../workflows/messages/options.ts';
import type { migration } from '../../workflows/migration.ts';
import { newSnapshot, type Snapshot, TUNING, type Tuning } from '../../workflows/state/snapshot.ts';
import { type Collections, withEmptyOnes, writeDumpFolder } from './data/dump-writer.ts';
import { createDatabase, type TestDatabase } from './servers/databases.ts';
import { temporalAddress } from './servers/servers.ts';

export type Handle = WorkflowHandleWithFirstExecutionRunId<typeof migration>;

/** A dump that migrations are run from, and what they share in one test file. */
export interface Platform {
  readonly sourceUri: string;
  readonly folder: string;
  readonly client: Client;
  /** An empty target of its own, with a worker of its own at work. */
  target(options?: TargetOptions): Promise<MigrationTarget>;
  close(): Promise<void>;
}

export interface TargetOptions {
  /** A database that is there already; it is not dropped at the end. */
  readonly databaseUrl?: string;
  readonly sourceUri?: string;
  /** Polled by other targets' workers, too; its own unless given. */
  readonly taskQueue?: string;
  /** What its workers do to put the platform into maintenance and out of it. */
  readonly maintenance?: MaintenanceActions;
  /** Workflows of the test's own in the place of the project's. */
  readonly workflowBundle?: WorkflowBundleOption;
}

/** What a worker brings along that others may not: another build's plan. */
export interface WorkerOptions {
  readonly plan?: Plan;
  readonly monitor?: MonitorSettings;
}

/** A target that can be asked beside the migration's own connections; values come back as text. */
export interface Asked {
  sql(statement: string, params?: readonly unknown[]): Promise<(string | null)[][]>;
}

/** A target database, a task queue, and a worker on it. */
export interface MigrationTarget extends Asked {
  readonly databaseUrl: string;
  readonly taskQueue: string;
  /** What the worker has shown on its console. */
  readonly announced: readonly string[];
  /** Starts a migration with just these arguments, under an id of its own unless one is given. */
  start(args?: unknown[], workflowId?: string): Promise<Handle>;
  /** Takes the worker away, as a shutdown does: what is under way ends at its next batch boundary. */
  stopWorker(): Promise<void>;
  startWorker(options?: WorkerOptions): Promise<void>;
  close(): Promise<void>;
}

let bundle: Promise<WorkflowBundleOption> | null = null;

/** A process has one runtime of Temporal's SDK, whichever of its test files makes it. */
function quietRuntime(): void {
  bridgeTemporalLog(createLog('error', { destination: { write() {} }, pretty: false }));
  installTemporalRuntime();
}

/**
 * The small demo data, or the given documents, as a mongodump. Collections that are not given are empty; with
 * `isWhole: false` they are not there at all.
 */
export async function openPlatform(
  documents:
    | DemoOptions
    | { readonly collections: Collections; readonly server?: string; readonly isWhole?: boolean } = SMALL_DEMO,
): Promise<Platform> {
  quietRuntime();
  bundle ??= workflowBundle();
  const folder = await mkdtemp(join(tmpdir(), 'migration-test-'));
  const dump = join(folder, 'dump');
  if ('collections' in documents) {
    const { collections, server, isWhole = true } = documents;
    const all = isWhole ? withEmptyOnes(collections) : collections;
    await writeDumpFolder(dump, 'platform', all, server === undefined ? {} : { server });
  } else await writeDemoDump(dump, documents);
  const sourceUri = `dump:${dump}`;
  const native = await NativeConnection.connect({ address: temporalAddress() });
  const connection = await Connection.connect({ address: temporalAddress() });
  const client = new Client({ connection, identity: 'test-client' });
  const open = new Set<MigrationTarget>();
  return {
    sourceUri,
    folder,
    client,
    target: async (options = {}) => {
      const target = await openMigrationTarget({ folder, native, client, sourceUri, ...options });
      open.add(target);
      return { ...target, close: () => (open.delete(target) ? target.close() : Promise.resolve()) };
    },
    close: async () => {
      const closed = await Promise.allSettled([...open].map((target) => target.close()));
      await connection.close();
      await native.close();
      await rm(folder, { recursive: true, force: true });
      for (const result of closed) if (result.status === 'rejected') throw result.reason;
    },
  };
}

interface Surroundings extends TargetOptions {
  readonly folder: string;
  readonly native: NativeConnection;
  readonly client: Client;
  readonly sourceUri: string;
}

async function openMigrationTarget(around: Surroundings): Promise<MigrationTarget> {
  const { client } = around;
  const database: TestDatabase | null = around.databaseUrl === undefined ? await createDatabase() : null;
  const databaseUrl = around.databaseUrl ?? database!.url;
  const taskQueue = around.taskQueue ?? `test-${randomUUID()}`;
  const announced: string[] = [];
  const own = openTarget(databaseUrl, { connections: 1 });
  const started = new Set<string>();
  let stopWorker = await startWorker(around, databaseUrl, taskQueue, announced);
  return {
    databaseUrl,
    taskQueue,
    announced,
    start: async (args = [], workflowId = `test-${randomUUID()}`) => {
      started.add(workflowId);
      return client.workflow.start<typeof migration>('migration', {
        taskQueue,
        workflowId,
        args: args as [],
        workflowExecutionTimeout: '20 minutes',
      });
    },
    sql: async (statement, params = []) => own.query(statement, params) as Promise<(string | null)[][]>,
    stopWorker: async () => {
      await stopWorker();
      stopWorker = async () => {};
    },
    startWorker: async (options) => {
      stopWorker = await startWorker(around, databaseUrl, taskQueue, announced, options);
    },
    close: async () => {
      // A test that failed may have left its workflow open.
      for (const id of started)
        await client.workflow
          .getHandle(id)
          .terminate()
          .catch(() => {});
      await stopWorker();
      await own.close();
      await database?.drop();
    },
  };
}

async function startWorker(
  { folder, native, client, sourceUri, maintenance, workflowBundle: ownBundle }: Surroundings,
  databaseUrl: string,
  taskQueue: string,
  announced: string[],
  { plan: ownPlan = plan, monitor = NO_MONITOR_SETTINGS }: WorkerOptions = {},
): Promise<() => Promise<void>> {
  const connections = openConnections({ sourceUri, databaseUrl }, { spoolFolder: join(folder, 'spool') });
  const dependencies: ActivityDependencies = {
    plan: ownPlan,
    source: connections.source,
    target: connections.target,
    closeTarget: connections.closeTarget,
    sourceUri,
    databaseUrl,
    reportsFolder: join(folder, 'reports', taskQueue),
    backupsFolder: join(folder, 'backups', taskQueue),
    changeFeed: { feed: 'auto', changesFile: null },
    maintenance: maintenance ?? null,
    smokeTestsFile: null,
    monitor,
    namespaceId: await namespaceIdOf(native, { connection: { address: temporalAddress() }, namespace: 'default' }),
    isWorkflowOpen: (id, runId) => isWorkflowOpen(client, id, runId),
    attend: ({ queue }) => queues.poll(queue),
    log: { info() {}, warn() {}, error() {} },
    announce: (text) => announced.push(text),
  };
  const activities = createActivities(dependencies);
  const workflows = { workflowBundle: ownBundle ?? (await bundle!) };
  const queues = new PolledQueues((queue) =>
    Worker.create({
      ...{ connection: native, taskQueue: queue, activities, identity: 'test-worker', shutdownForceTime: '10s' },
      ...(queue === taskQueue && workflows),
      maxHeartbeatThrottleInterval: '200ms',
      defaultHeartbeatThrottleInterval: '200ms',
    }),
  );
  await queues.poll(taskQueue);
  // A run that an earlier worker has begun goes on with this one; a source that cannot be had is told by the steps.
  const own = await dependencies.source().then(
    (opened) => identify(databaseUrl, opened),
    () => null,
  );
  if (own !== null) await queues.poll(own.queue);
  return async () => {
    await queues.stop();
    await connections.close();
  };
}

/** The arguments of a run that is cut into other steps than usual; nothing else of it differs. */
export function tuned(input: MigrationInput, tuning: Partial<Tuning>): [MigrationInput, Snapshot] {
  const parsed = parseOptions(input);
  if ('problems' in parsed) throw new RangeError(parsed.problems.map(({ text }) => text).join('; '));
  return [input, { ...newSnapshot(parsed.options), tuning: { ...TUNING, ...tuning } }];
}

export function progressOf(handle: Handle): Promise<Progress> {
  return handle.query<Progress>('progress');
}

/** The result of a run; one that is blocked is not waited for. */
export async function endOf(handle: Pick<Handle, 'result' | 'query'>): Promise<MigrationResult> {
  let isOver = false;
  let asked: Promise<Progress | null> = Promise.resolve(null);
  const blocked = async (): Promise<never> => {
    for (;;) {
      await sleep(500);
      if (isOver) return new Promise(() => {});
      asked = handle.query<Progress>('progress').catch(() => null);
      const progress = await asked;
      if (progress?.state === 'blocked' && progress.gate === null) throw new Error(`Blocked: ${progress.reason}`);
    }
  };
  try {
    return await Promise.race([handle.result(), blocked()]);
  } finally {
    isOver = true;
    // A call that outlives its connection is tried again on it, and that throws where nobody can catch it.
    await asked;
  }
}

/**
 * Asks until the answer is as wanted. A query is work for the worker and for Temporal: asked every few milliseconds it takes
 * more of them than the run itself, and where they are slow to answer, they have other work.
 * @param ask answers null while there is nothing to be told
 */
export async function untilAnswered<T>(
  ask: () => Promise<T | null>,
  isSo: (answer: T) => boolean,
  withinMs: number,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const asked = Date.now();
    const answer = await ask();
    if (answer !== null && isSo(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`Not so after ${withinMs} ms: ${isSo}; ${JSON.stringify(answer)}`);
    await sleep(Math.max(150, 3 * (Date.now() - asked)));
  }
}

/** Waits until the progress is as wanted, and answers it. */
export function untilProgress(
  handle: Handle,
  isSo: (progress: Progress) => boolean,
  withinMs = 180_000,
): Promise<Progress> {
  return untilAnswered(() => progressOf(handle), isSo, withinMs);
}

/** Waits until so many documents of a stage are committed. */
export async function untilMoved(target: Asked, stage: string, documents: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const [row] = await target.sql('SELECT coalesce(sum(read), 0) FROM migration_partition WHERE stage = $1', [stage]);
    if (Number(row![0]) >= documents) return;
    if (Date.now() > deadline) throw new Error(`Stage ${stage} has not moved ${documents} documents in 60 s.`);
    await sleep(40);
  }
}

/** Makes every write of a table take longer, so that a run can be met in the middle of a stage. */
export async function slowDown(target: Asked, table: string, seconds: number): Promise<void> {
  await target.sql(`CREATE FUNCTION slow_${table}() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(${seconds}); RETURN NULL; END $$`);
  await target.sql(`CREATE TRIGGER slow_${table} AFTER INSERT ON "${table}" EXECUTE FUNCTION slow_${table}()`);
}

/** The sentence that a migration ended with. */
export async function failureOf(handle: Handle): Promise<{ type: string; message: string }> {
  try {
    await handle.result();
  } catch (error) {
    const cause = (error as { cause?: { type?: string; name: string; message: string } }).cause;
    return { type: cause?.type ?? cause?.name ?? '', message: cause?.message ?? String(error) };
  }
  throw new Error('The migration did not fail.');
}
