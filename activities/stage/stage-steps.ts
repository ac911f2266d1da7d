import type { OnBatch } from '../../engine/copy/copy-segment.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { copyMeter, verificationMeter } from '../metrics.ts';
import { openMigration } from '../open-run.ts';
import { limitsOf, reportOf, type SegmentRef, type SegmentReport, type StageRef, stepOf } from './segment.ts';

/** The partitions of a stage as they stand, and whether documents of it were moved before this run. */
export interface PlannedStage {
  readonly partitions: readonly SegmentReport[];
  readonly skipExisting: boolean;
  /** The collection, where the source does not have it; not told by older builds. */
  readonly absent?: string | null;
}

/** Splits a stage into partitions, once; afterwards it answers those that are there. */
export function planStage(deps: ActivityDependencies) {
  return (ref: StageRef & { readonly parallelism: number }): Promise<PlannedStage> =>
    working(async (signal, beat) => {
      const migration = await openMigration(deps, ref.run);
      const { partitions, skipExisting, absent } = await migration.planStage(stepOf(ref, signal, beat), ref.stage, ref);
      return { partitions: partitions.map(reportOf), skipExisting, absent };
    });
}

/** Moves documents of one partition for some seconds. */
export function copySegment(deps: ActivityDependencies) {
  return (ref: SegmentRef): Promise<SegmentReport> =>
    working(async (signal, beat) => {
      const migration = await openMigration(deps, ref.run);
      const { partition, skipExisting } = ref;
      const how = {
        partition,
        skipExisting,
        limits: limitsOf(ref, signal),
        onBatch: toldTo(beat, copyMeter(ref.stage)),
      };
      return reportOf(await migration.copySegment(stepOf(ref, signal), ref.stage, how));
    });
}

/** What settling has changed: the stage's counters beside those of its partitions. */
export interface SettledStage {
  readonly settled: number;
  readonly report: SegmentReport;
}

/** Decides who of several documents with the same unique value moves. */
export function settleStage(deps: ActivityDependencies) {
  return (ref: StageRef & { readonly sequence: number; readonly live?: boolean }): Promise<SettledStage> =>
    working(async (signal) => {
      const migration = await openMigration(deps, ref.run);
      const { settled, checkpoint } = await migration.resolveConflicts(stepOf(ref, signal), ref.stage, ref);
      return { settled, report: reportOf(checkpoint) };
    });
}

/** Plans the verification over the copied partitions, or plans it anew, and answers where it stands. */
export function planStageVerification(deps: ActivityDependencies) {
  return (ref: StageRef & { readonly anew: boolean }): Promise<readonly SegmentReport[]> =>
    working(async (signal) => {
      const migration = await openMigration(deps, ref.run);
      return (await migration.planVerification(stepOf(ref, signal), ref.stage, ref)).map(reportOf);
    });
}

/** Compares documents of one partition with their rows for some seconds. */
export function verifySegment(deps: ActivityDependencies) {
  return (ref: SegmentRef): Promise<SegmentReport> =>
    working(async (signal, beat) => {
      const migration = await openMigration(deps, ref.run);
      const { partition, live } = ref;
      const onBatch = toldTo(beat, verificationMeter(ref.stage));
      const how = { partition, live: live === true, limits: limitsOf(ref, signal), onBatch };
      return reportOf(await migration.verifySegment(stepOf(ref, signal), ref.stage, how));
    });
}

/** A batch is a heartbeat, and counts. */
function toldTo(beat: (details: { read: number }) => void, meter: OnBatch): OnBatch {
  return (now, before) => {
    beat({ read: now.read });
    meter(now, before);
  };
}
