import type { RunIdentity } from '../../activities/run/identity.ts';
import type { Verdict } from '../../activities/run/run-steps.ts';
import type { ThrottleLimits } from '../../activities/stage/segment.ts';
import type { Message } from '../../engine/messages/message.ts';
import type { ParsedOptions, RefusedMessage, Retry, RollbackProgress, RunPhase } from '../messages/definitions.ts';
import { type MaintenanceState, newMaintenance } from './maintenance-state.ts';
import type { StageState } from './stage-state.ts';
import { newTimeline, type Timeline } from './timeline.ts';

/** What a run asks about before it does what cannot be undone; the rest of such a gate's name says what it is about. */
export const CONFIRMATIONS = ['source', 'target', 'departures', 'missing'] as const;

/** Whether a gate is opened by saying that something is meant so. */
export function isConfirmation(gate: string): boolean {
  return CONFIRMATIONS.some((kind) => gate.startsWith(`${kind}:`) && gate.length > kind.length + 1);
}

/** What the operator has asked for and the run has not carried out yet. */
export type Intent =
  | { readonly kind: 'go' }
  | { readonly kind: 'pause'; readonly reason: Message | string }
  | RollbackIntent
  | AbortIntent
  | { readonly kind: 'acceptPlan' };

export interface AbortIntent {
  readonly kind: 'abort';
  readonly rollback: boolean;
  readonly force: boolean;
  /** Roll back what earlier runs have moved, too; undefined is not said. */
  readonly includeEarlier?: boolean | undefined;
}

export interface RollbackIntent {
  readonly kind: 'rollback';
  readonly stage: string;
  readonly afterwards: 'rerun' | 'pause';
  /** Delete what this run wrote even where others have changed it since, or where that has been looked at already. */
  readonly force: boolean;
  /** The rollback is what accepting another plan asks for: the plan is taken over when it is done. */
  readonly acceptsPlan: boolean;
  /** As with an abort. */
  readonly includeEarlier?: boolean | undefined;
}

/** Why a run is blocked, as far as messages depend on it; every other failure is just its type. */
export const ROWS_CHANGED = 'RowsChanged';
export const PLAN_CHANGED = 'PlanChanged';

/** The gate that only a run which asks for a backup has: approving it waives the backup. */
export const BACKUP_GATE = 'backup';

/** The gate that only a run with smoke tests has: approving it waives answers that differ. */
export const SMOKE_GATE = 'smoke-tests';

/** How the flow is cut into steps. It changes nothing of what is moved, and is nothing that people are asked. */
export interface Tuning {
  /** How long a segment runs: one workflow step costs about a tenth of a second, and queries see no heartbeats. */
  readonly segmentSeconds: number;
  /** An execution's history stays below 2,000 events; what is under way adds some more after this many. */
  readonly historyEvents: number;
  /**
   * A worker that is silent for so long is taken for dead. Every timeout of a writer in the database (25 s at most) ends
   * before, so that a worker that was stopped has lost its locks when the next attempt comes.
   */
  readonly heartbeatSeconds?: number;
  /** After so long it is told that no worker takes a step. */
  readonly takenSeconds?: number;
}

export const TUNING = {
  segmentSeconds: 10,
  historyEvents: 1_500,
  heartbeatSeconds: 30,
  takenSeconds: 60,
} as const satisfies Tuning;

/** What a pass over changed documents does, one after the other, each for all stages. */
export const CATCH_UP_STEPS = ['find', 'apply', 'sweep', 'verify'] as const;
export type CatchUpStep = (typeof CATCH_UP_STEPS)[number];

/** What a pass has done, in documents but for `swept` (rows). */
export interface CatchUpCounts {
  readonly found: number;
  readonly applied: number;
  readonly swept: number;
  readonly verified: number;
  readonly changedAgain: number;
}

/** Where the newest pass stands. */
export type CatchUpState = { -readonly [K in keyof CatchUpCounts]: CatchUpCounts[K] } & {
  readonly pass: number;
  readonly how: 'feed' | 'fingerprint';
  /** By the pass before this one, in documents. */
  readonly foundBefore?: number;
  step: CatchUpStep | 'done';
  /** Stages that have this step behind them, in the order in which it takes them. */
  stagesDone: number;
  /** The next stage's changes are found, and to be counted. */
  isFound?: boolean;
  /** Stages whose totals agree, after the last of the passes. */
  agreeing?: string[];
};

/** A rollback that is under way: what it has deleted stays deleted in the next execution, too. */
export interface UnderRollback {
  /** The first stage that is rolled back. */
  readonly to: string;
  /** Raised for it. */
  readonly epoch: number;
  /** Stages that are empty again. */
  readonly emptied: string[];
  /** Whether documents of earlier runs go, too. */
  readonly includeEarlier: boolean;
  /** Documents of earlier runs that stay, by stage; only those with some. */
  readonly earlier: Record<string, number>;
}

/** Everything of a run that outlives an execution: carried over continue-as-new as it is. */
export interface Snapshot {
  phase: RunPhase;
  reason: string | null;
  /** The reason as data; missing in what older builds carried over. */
  said?: Message | null;
  runId: string | null;
  schema: string | null;
  /** Which source and target the run is of; missing in runs of older builds, as is the next. */
  identity?: RunIdentity;
  /** The target's id in its side tables. */
  target?: string;
  /** Steps that no worker takes, and since when. */
  waiting?: { steps: number; since: string };
  epoch: number;
  sequence: number;
  options: ParsedOptions;
  stages: StageState[];
  intent: Intent;
  gate: string | null;
  /** The type of what blocks the run: a failure's type, `RowsChanged`, or null. */
  blockedBy: string | null;
  /** Planned collections that the source does not have; missing in what older builds carried over. */
  absent?: string[];
  /** Stages of which the target held something when this workflow took the run over. */
  reached: string[];
  rollback: RollbackProgress | null;
  /** What is to be tried again of the quarantine, and has not been begun. */
  retries: Retry[];
  approved: string[];
  accepted: string[];
  refused: RefusedMessage[];
  /** Missing in what older builds carried over. */
  timeline?: Timeline;
  /** Missing before the first pass. */
  catchUp?: CatchUpState;
  /** Missing in what older builds carried over. */
  maintenance?: MaintenanceState;
  /** The backup that was asked for is there. */
  isBackedUp?: boolean;
  /** Steps that are behind the run until a message sets it back. Missing in what older builds carried over. */
  passed?: string[];
  /** Missing while nothing is deleted, and in what older builds carried over. */
  underRollback?: UnderRollback;
  reports: string | null;
  batchSize: number | null;
  parallelism: number | null;
  /** Set by a message; undefined is what the options say. */
  throttle?: ThrottleLimits | null;
  /** How the database has judged the run when it ended it. */
  verdict?: Verdict;
  /** The last steps have begun: no message changes the outcome any more. */
  ending: boolean;
  tuning: Tuning;
}

/** A run before its first step. */
export function newSnapshot(options: ParsedOptions): Snapshot {
  return {
    phase: 'starting',
    reason: null,
    runId: null,
    schema: null,
    epoch: 0,
    sequence: 0,
    options,
    stages: [],
    intent: { kind: 'go' },
    gate: null,
    blockedBy: null,
    reached: [],
    rollback: null,
    retries: [],
    approved: [...(options.confirm ?? [])],
    accepted: [],
    refused: [],
    timeline: newTimeline(),
    maintenance: newMaintenance(),
    reports: null,
    batchSize: null,
    parallelism: null,
    ending: false,
    tuning: { ...TUNING },
  };
}
