import type { DemoOptions } from '../../scripts/demo/data/options.ts';
import type { TemporalServer } from '../../scripts/servers/temporal.ts';
import type { MigrationInput, MigrationResult } from '../../workflows/messages/definitions.ts';
import type { Tuning } from '../../workflows/state/snapshot.ts';
import type { Content } from './data/content.ts';
import type { TcpProxy } from './faults/tcp-proxy.ts';
import type { Trap, TrapPlace } from './faults/trap.ts';
import type { Handle } from './migration.ts';
import type { WorkerProcess } from './servers/worker-process.ts';

/** What migrations are interrupted on. */
export interface GroundOptions {
  /** A migrated, empty database; it is emptied before every migration. */
  readonly databaseUrl: string;
  /** Where MongoDB's wire protocol is spoken, with a database's name; without it the source is a dump. */
  readonly mongoUrl?: string;
  readonly data?: DemoOptions;
  /** What every migration is given, unless it says otherwise. */
  readonly input?: MigrationInput;
  /** Temporal keeps its state in a file, so that it can be restarted. */
  readonly durableTemporal?: boolean;
}

/**
 * One database that migrations are run into, one after another, by real worker processes through proxies. Temporal is a
 * server of its own, since the task queue has the same name everywhere.
 */
export interface Ground {
  /** The database that migrations are run into. */
  readonly databaseUrl: string;
  /** Where its workers work: their logs, reports and backups. */
  readonly folder: string;
  readonly postgres: TcpProxy;
  readonly mongodb: TcpProxy | null;
  readonly temporal: TcpProxy;
  readonly temporalServer: TemporalServer;
  /** Workers that have been started and not ended yet, in the order of their start. */
  readonly workers: readonly WorkerProcess[];
  /** Another worker, which starts while the test goes on. */
  addWorker(options?: { readonly isPatient?: boolean }): Promise<WorkerProcess>;
  /** The worker whose session this is. */
  workerOf(application: string): WorkerProcess;
  /** Kills a worker and starts another one in its place. */
  replace(worker: WorkerProcess): Promise<WorkerProcess>;
  /** Empties the target and starts a migration with close heartbeats. */
  start(input?: MigrationInput, options?: StartOptions): Promise<Handle>;
  /** Stops a worker as it stands, and lets Temporal know that it does not listen any more. */
  suspend(worker: WorkerProcess): void;
  /** Starts a migration on what the earlier ones have left. */
  startAgain(input?: MigrationInput, options?: StartOptions): Promise<Handle>;
  /** A worker of the same Temporal that is somebody else's: it works into another target. `tidy` ends it. */
  addStranger(databaseUrl: string): Promise<WorkerProcess>;
  /** Ends its workflows, its workers and its own session, as somebody must who brings the target back to a backup. */
  vacate(): Promise<void>;
  /** Tables of another database that hold rows, the migration's own ones, too. */
  filledTablesOf(databaseUrl: string): Promise<string[]>;
  trap(place: TrapPlace): Promise<Trap>;
  lock(table: string): Promise<Trap>;
  sql(statement: string, params?: readonly unknown[]): Promise<(string | null)[][]>;
  /** Waits for the end, and expects all of it: complete, verified, and every row as if nothing had happened. */
  expectWhole(handle: Handle): Promise<MigrationResult>;
  /** Expects what an undisturbed migration leaves, or another content that one has left. */
  expectContent(content?: Content): Promise<void>;
  /** What an undisturbed migration leaves. */
  readonly undisturbed: Content;
  /** Ends what a test has left: traps, its workflows, workers that stand still. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export interface StartOptions {
  /** How its flow is cut, where other than with close heartbeats. */
  readonly tuning?: Partial<Tuning>;
}
