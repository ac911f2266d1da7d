import type { OnBatch, SegmentResult } from '../copy/copy-segment.ts';
import type { SegmentLimits } from '../copy/overlap.ts';
import type { Message } from '../messages/message.ts';
import type { Ended } from '../run/end-run.ts';
import type { RolledBack } from '../run/rollback-stage.ts';
import type { RollbackSurvey } from '../run/survey-rollback.ts';
import type { Checkpoint, Fence } from '../state/run/checkpoint.ts';
import type { Writer } from '../state/run/run-writer.ts';
import type { ReferenceCheck } from '../verify/references/reference-check.ts';
import type { Total } from '../verify/totals/total.ts';

/** One attempt of one step of a run. */
export interface Step {
  /** How it writes to the run's row. */
  readonly writer: Writer;
  /** How it claims partitions: a newer attempt shuts it out. */
  readonly fence: Fence;
  /** Ends the step at its next safe point. */
  readonly signal: AbortSignal;
  /** Called as the step progresses, with nothing of a document. */
  readonly beat: (details: object) => void;
}

/**
 * The steps of a process that has a run for itself: each is newer than all before it.
 * @param after the last step that was taken of the run's epoch already
 *
 * @example
 * const next = newSteps(await migration.prepare(options, claimant));
 * await migration.planStage(next(), 'user', { parallelism: 2 });
 */
export function newSteps({ runId, epoch }: { readonly runId: string; readonly epoch: number }, after = 0): () => Step {
  const { signal } = new AbortController();
  let sequence = after;
  return () => {
    sequence += 1;
    const fence = { epoch, sequence, attempt: 1 };
    return { writer: { runId, ...fence }, fence, signal, beat: () => {} };
  };
}

/** A stage's partitions, and where they stand. */
export interface PlannedStage {
  readonly partitions: readonly Checkpoint[];
  /** Documents of it were moved before this run: a batch looks for them first. */
  readonly skipExisting: boolean;
  /** The collection, where the source does not have it. */
  readonly absent: string | null;
}

/** One stretch of a partition. */
export interface Segment {
  readonly partition: number;
  readonly limits: SegmentLimits;
  readonly onBatch?: OnBatch;
  readonly skipExisting?: boolean;
  /** The source is written to meanwhile: what was written to since it was moved is no difference. */
  readonly live?: boolean;
}

/** What resolving conflicts has changed. */
export interface ResolvedConflicts {
  /** Documents that a unique constraint had turned away, and that are decided on now. */
  readonly settled: number;
  /** The stage's counters beside those of its partitions. */
  readonly checkpoint: SegmentResult;
}

export interface TotalsOptions {
  /** The run moves selected documents only. */
  readonly limited: boolean;
  /** Its references were followed while the platform worked. */
  readonly wasFollowed?: boolean;
  /** References of all documents are followed, even of a run that moves selected ones. */
  readonly allReferences?: boolean;
}

export interface ComparedTotals {
  readonly totals: readonly Total[];
  readonly references: readonly ReferenceCheck[];
}

export interface ConcludeOptions {
  /** Absent collections that somebody has confirmed by name. */
  readonly confirmed?: readonly string[];
  /** Nothing is ended yet. */
  readonly asksOnly?: boolean;
}

/** How the run has ended, or why it has not. */
export interface Conclusion {
  /** Null when it has not. */
  readonly ended: Ended | null;
  /** What keeps it from being complete, one sentence each. */
  readonly reasons: readonly Message[];
  /** Stages of which only totals and references have to be compared once more. */
  readonly stale: readonly string[];
  /** Stages of which only rows have to be compared. Missing in what older builds answered. */
  readonly uncompared?: readonly string[];
}

export interface RollbackOptions {
  /** Documents of earlier runs go, too. */
  readonly includeEarlier?: boolean;
}

/** What a rollback of one stage would meet. */
export type SurveyedStage = RollbackSurvey & {
  /** Documents of earlier runs that stay. */
  readonly earlier: number;
};

/** How far a rollback of one stage has come. */
export type RolledBackStage = RolledBack & {
  /** Documents of earlier runs that stay, once it is done. */
  readonly earlier?: number;
};
