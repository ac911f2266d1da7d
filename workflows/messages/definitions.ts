import { defineQuery } from '@temporalio/workflow';
import type { RunIdentity } from '../../activities/run/identity.ts';
import type { Verdict } from '../../activities/run/run-steps.ts';
import type { ThrottleLimits } from '../../activities/stage/segment.ts';

export type { Verdict };

/** What an operator may give to a migration; every field is optional. The whole of the workflow's input. */
export interface MigrationInput {
  /** Migrate into a scratch schema, verify, report, drop it; the real tables are never touched. */
  dryRun?: boolean;
  /** Only the first N documents of each collection and those that they refer to. */
  limit?: number;
  /** Only these stages; the earlier ones must be complete. */
  stages?: string[];
  /** Documents in one target transaction: for all stages, or per stage. Default 50 (runbook, section 2). */
  batchSize?: number | Record<string, number>;
  /** Partitions of a stage that are moved at the same time. Default 2. */
  parallelism?: number;
  /** `manual` gates wait for `approve`: for all gates, or per gate (`start`, a stage's name, `complete`, `maintenance-on`, `maintenance-off`). */
  gates?: 'auto' | 'manual' | Record<string, 'auto' | 'manual'>;
  /** More quarantined documents in a stage than this block the run: a number, or a share such as "1%". */
  maxQuarantined?: number | string;
  /** Protects live servers: `{"documentsPerSecond": …, "maxLatency": …}`, over all partitions; a slower answer (ms) is backed off from. */
  throttle?: ThrottleMessage;
  /** Begin only with a proved backup of source and target that is at most so many hours old (runbook, section 5.1). */
  requireBackup?: number;
  /** The platform is put into [maintenance](maintenance.md) by the worker's MAINTENANCE_FILE: before the first stage, or only for the switch. */
  maintenance?: 'none' | 'throughout' | 'switch';
  /** Before the run completes, put the platform's typical queries to both databases; answers that differ block it (runbook, section 6). */
  smokeTests?: boolean;
  /** `make`: make and prove a backup of source and target on the worker's host before anything is moved. Default `none`. */
  backup?: 'none' | 'make';
  /** Only documents that earlier runs left in quarantine, and what hangs on them: `{}`, or `{"stage": …}`, `{"code": …}`, or both. */
  retry?: RetryMessage;
  /** Bring a target that an earlier run has filled to what the source holds now, in place: how changes are found. */
  reconcile?: 'feed' | 'fingerprint';
  /** Gates that are approved beforehand, such as `source:<label>`: what the run would ask about is meant so. */
  confirm?: string[];
  /** Set by `run`: the source and target that its worker is set to. A worker of others does not take the run. */
  identity?: WantedIdentity;
  /** Passes over changes end when at most `small` documents differ (1000), or after so many (20); `last` is how the last one finds them. */
  catchUp?: CatchUpMessage;
}

/** A source and a target by the task queue of their workers, and in words for people. */
export interface WantedIdentity {
  queue: string;
  place: string;
  source: string;
  target: string;
}

/** A step that no worker has taken within a minute. */
export interface Waiting {
  /** When it was noticed. */
  readonly since: string;
  /** What its worker has to be set to. */
  readonly source: string;
  readonly target: string;
}

export interface CatchUpMessage {
  small?: number;
  passes?: number;
  last?: 'feed' | 'fingerprint';
}

/** How far the passes over changed documents have come; counts are documents but for `swept` (rows). */
export interface CatchUpProgress {
  readonly pass: number;
  readonly step: string;
  readonly found: number;
  readonly applied: number;
  readonly swept: number;
  readonly verified: number;
  /** Changed again in the source while the pass went on: left to the next one. */
  readonly changedAgain: number;
}

/** Where a run stands. */
export type RunPhase =
  | 'starting'
  | 'running'
  | 'pausing'
  | 'paused'
  | 'blocked'
  | 'rollingBack'
  | 'aborting'
  | 'complete'
  | 'aborted'
  | 'failed';

/** Where a stage stands. */
export type StagePhase = 'pending' | 'copying' | 'settling' | 'verifying' | 'complete' | 'rollingBack';

/** One stage as the progress query tells it; counts are documents but for `rows`. */
export interface StageProgress {
  readonly name: string;
  readonly state: StagePhase;
  /** Null until the stage has been counted. */
  readonly total: number | null;
  readonly read: number;
  readonly written: number;
  readonly quarantined: number;
  /** Documents that an earlier run had moved. */
  readonly skipped: number;
  readonly rows: number;
  readonly findings: number;
  /** Documents whose rows have been compared with the source. */
  readonly verified: number;
  readonly differences: number;
  /** Documents a second while copying (while verifying: verified ones), over the last segments; null when unknown. */
  readonly rate: number | null;
  readonly etaSeconds: number | null;
  /** The last ObjectId that is dealt with; null for other types of `_id`, which could be personal data. */
  readonly position: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** A control message that made no sense when it came: it never harms the run. */
export interface RefusedMessage {
  readonly message: string;
  readonly reason: string;
  readonly at: string;
}

/** How far a rollback has come; counts are root documents. */
export interface RollbackProgress {
  /** The first stage that is rolled back. */
  readonly to: string;
  /** The stage whose documents are being taken out now. */
  readonly stage: string;
  readonly deleted: number;
  /** Null before the first of them are gone. */
  readonly left: number | null;
}

/** Where a run with maintenance stands. */
export interface DowntimeProgress {
  readonly maintenance: 'off' | 'turningOn' | 'on' | 'turningOff';
  /** The phase that lasts, and since when. */
  readonly phase: { readonly name: string; readonly at: string } | null;
  /** Since the first action began: until now, or until maintenance was off; null before. */
  readonly seconds: number | null;
  /** By an earlier run's speed; null when no run tells. */
  readonly estimateSeconds: number | null;
}

/** The answer of the query `progress`. */
export interface Progress {
  readonly runId: string | null;
  readonly state: RunPhase;
  /** Why the run is paused, blocked or ended, and what to do; null while it runs. */
  readonly reason: string | null;
  readonly dryRun: boolean;
  readonly limit: number | null;
  /** What was asked for, as parsed: attaching with anything else is refused. */
  readonly options: ParsedOptions;
  /** Missing before preflight has answered, and in runs that an older build began. */
  readonly identity?: RunIdentity;
  /** Set while no worker of the run's source and target takes a step. */
  readonly waiting?: Waiting;
  readonly stages: readonly StageProgress[];
  /** The gate that waits for an approval. */
  readonly gate: string | null;
  /** Set while a rollback deletes. */
  readonly rollback: RollbackProgress | null;
  /** The newest pass over changed documents; missing where there was none. */
  readonly catchUp?: CatchUpProgress;
  /** What is to be tried again of the quarantine at the next boundary. */
  readonly retries: readonly Retry[];
  readonly refused: readonly RefusedMessage[];
  /** Null for a run without maintenance; missing in answers of older builds. */
  readonly downtime?: DowntimeProgress | null;
  /** Folder of the report files on the worker's host, once they are written. */
  readonly reports: string | null;
  /** How the database has judged the run when it ended it; missing before, and in answers of older builds. */
  readonly verdict?: Verdict;
  readonly asOf: string;
}

/** The input with every default filled in. */
export interface ParsedOptions {
  readonly dryRun: boolean;
  readonly limit: number | null;
  /** Null means all of the plan's stages. */
  readonly stages: readonly string[] | null;
  readonly batchSize: number | Readonly<Record<string, number>>;
  readonly parallelism: number;
  readonly gates: 'auto' | 'manual' | Readonly<Record<string, 'auto' | 'manual'>>;
  readonly maxQuarantined: number | string | null;
  readonly throttle?: ThrottleLimits | null;
  /** In hours. */
  readonly requireBackup: number | null;
  /** Missing in runs that an older build began. */
  readonly maintenance?: 'none' | 'throughout' | 'switch';
  /** Missing in what older builds carried over. */
  readonly smokeTests?: boolean;
  /** Missing in what older builds carried over. */
  readonly backup?: 'none' | 'make';
  readonly retry: Retry | null;
  /** Missing in what older builds carried over. */
  readonly reconcile?: 'feed' | 'fingerprint' | null;
  /** Missing in what older builds carried over. */
  readonly confirm?: readonly string[];
  /** Missing in what older builds carried over. */
  readonly identity?: Readonly<WantedIdentity> | null;
  /** Null for 1000 and 20. */
  readonly catchUp?: { readonly small: number; readonly passes: number; readonly last?: 'feed' | 'fingerprint' } | null;
}

/** Which documents in quarantine are meant; null is any. */
export interface Retry {
  readonly stage: string | null;
  readonly code: string | null;
}

/** What the workflow returns when it completes: everything was moved or quarantined, and verified. */
export interface MigrationResult {
  readonly runId: string;
  readonly dryRun: boolean;
  readonly quarantined: number;
  readonly reports: string;
  /** As the run's row has it; missing in results of older builds. */
  readonly verdict?: Verdict;
  readonly stages: readonly StageProgress[];
}

export interface RollbackMessage {
  stage: string;
  then?: 'rerun' | 'pause';
  /** As with an abort. */
  force?: boolean | undefined;
  includeEarlier?: boolean | undefined;
}
export interface AbortMessage {
  rollback?: boolean;
  /** Roll back even what others have changed since. */
  force?: boolean | undefined;
  /** Roll back what earlier runs have moved, too. */
  includeEarlier?: boolean | undefined;
}
/** null or nothing is no limit. */
export interface ThrottleMessage {
  documentsPerSecond?: number | null;
  maxLatency?: number | null;
}

export interface RetryMessage {
  stage?: string | null;
  code?: string | null;
}

export const progressQuery = defineQuery<Progress>('progress');
