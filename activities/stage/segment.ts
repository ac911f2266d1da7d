import { Context } from '@temporalio/activity';
import type { SegmentResult } from '../../engine/copy/copy-segment.ts';
import type { SegmentLimits } from '../../engine/copy/overlap.ts';
import { showKey, typeOfKey } from '../../engine/document/legacy-key.ts';
import type { Step } from '../../engine/migration/step.ts';
import type { Stage } from '../../engine/plan/stage.ts';
import { stageNamed } from '../../engine/plan/stage-named.ts';
import type { Source } from '../../engine/source/source.ts';
import { Throttle, type ThrottleLimits } from '../../engine/source/throttle.ts';
import type { Counters, Fence } from '../../engine/state/run/checkpoint.ts';
import type { Writer } from '../../engine/state/run/run-writer.ts';
import type { Target } from '../../engine/target/target.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { openRun } from '../open-run.ts';
import type { RunRef } from '../run-ref.ts';

export type { ThrottleLimits };

/** What the activities of a stage are given. */
export interface StageRef {
  readonly run: RunRef;
  readonly stage: string;
}

/** One stretch of a partition. */
export interface SegmentRef extends StageRef {
  readonly partition: number;
  /** Counts up over all segments of the run's epoch; with Temporal's attempt it makes the fence. */
  readonly sequence: number;
  readonly batchSize: number;
  readonly seconds: number;
  readonly skipExisting: boolean;
  /** The platform writes to the source meanwhile: what was written to since it was moved is no difference. */
  readonly live?: boolean;
  /** This segment's part of the run's throttle; absent: as fast as it goes. */
  readonly throttle?: ThrottleLimits;
}

/** What goes back into the workflow's history: counts, and nothing of a document. */
export interface SegmentReport {
  readonly counters: Counters;
  readonly total: number;
  readonly done: boolean;
  /** The last ObjectId; null for other types of `_id`, which can hold personal data. */
  readonly position: string | null;
}

export function reportOf(result: SegmentResult): SegmentReport {
  const { counters, total, done, lastKey } = result;
  const shown = lastKey !== null && typeOfKey(lastKey) === 'objectId';
  return { counters, total, done, position: shown ? showKey(lastKey) : null };
}

export function fenceOf(run: RunRef, sequence: number): Fence {
  return { epoch: run.epoch, sequence, attempt: Context.current().info.attempt };
}

/** Who writes to the run's row in this attempt of a step. */
export function writerOf({ runId, epoch, sequence = 0 }: Omit<RunRef, 'schema'>): Writer {
  return { runId, epoch, sequence, attempt: Context.current().info.attempt };
}

/** This attempt of a step, as the engine takes it. @param ref.sequence of a step that claims partitions */
export function stepOf(
  ref: { readonly run: RunRef; readonly sequence?: number },
  signal: AbortSignal,
  beat: Step['beat'] = () => {},
): Step {
  return { writer: writerOf(ref.run), fence: fenceOf(ref.run, ref.sequence ?? 0), signal, beat };
}

/** How long, wide and gentle a segment is; the signal ends it at its next batch boundary. */
export function limitsOf({ batchSize, seconds, throttle }: SegmentRef, signal: AbortSignal): SegmentLimits {
  const limits = { batchSize, milliseconds: seconds * 1000, signal };
  return throttle === undefined ? limits : { ...limits, throttle: new Throttle(throttle, signal) };
}

/** What an activity works with, once it is sure of its run. */
export interface StageContext {
  readonly plan: ActivityDependencies['plan'];
  readonly stage: Stage;
  readonly target: Target;
  readonly source: Source;
  readonly skipExisting: boolean;
}

/**
 * Opens a stage of a run, behind the gate of all steps: see {@link openRun}.
 * @throws PlanChanged also when this worker does not know the stage; SourceMismatch, TargetMismatch
 */
export async function openStage(
  deps: ActivityDependencies,
  { run, stage: name, skipExisting = false }: StageRef & { readonly skipExisting?: boolean },
): Promise<StageContext> {
  const stage = stageNamed(deps.plan, name);
  const { target } = await openRun(deps, run);
  return { plan: deps.plan, stage, target, source: await deps.source(), skipExisting };
}
