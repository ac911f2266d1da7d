import { analyzeStage } from '../engine/analyze-stage.ts';
import { insertPartitions, readCheckpoints } from '../engine/checkpoint.ts';
import { copySegment as copy, type OnBatch } from '../engine/copy-segment.ts';
import { planPartitions } from '../engine/partitions.ts';
import { noteStage } from '../engine/run.ts';
import { settleContested as settle, settlementOf } from '../engine/settle-contested.ts';
import {
  planVerification,
  restartVerification,
  verificationOf,
  verifySegment as verify,
} from '../engine/verify-rows.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { working } from './failures.ts';
import { copyMeter, verificationMeter } from './metrics.ts';
import {
  fenceOf,
  limitsOf,
  openStage,
  reportOf,
  type SegmentRef,
  type SegmentReport,
  type StageRef,
} from './segment.ts';

/** The partitions of a stage as they stand, and whether documents of it were moved before this run. */
export interface PlannedStage {
  readonly partitions: readonly SegmentReport[];
  readonly skipExisting: boolean;
}

/** Splits a stage into partitions, once; afterwards it answers those that are there. */
export function planStage(deps: ActivityDependencies) {
  return (ref: StageRef & { readonly parallelism: number }): Promise<PlannedStage> =>
    working(async (signal, beat) => {
      const { source, stage, target } = await openStage(deps, ref);
      const { runId } = ref.run;
      if ((await readCheckpoints(target, runId, stage.name)).length === 0) {
        const planned = await planPartitions(source, stage.collection, ref.parallelism, () => {
          signal.throwIfAborted();
          beat();
        });
        await insertPartitions(target, runId, stage.name, planned);
      }
      await noteStage(target.query, runId, stage.name, 'copying');
      const partitions = (await readCheckpoints(target, runId, stage.name)).map(reportOf);
      const [row] = await target.query(`SELECT EXISTS (SELECT 1 FROM migration_id_map WHERE collection = $1)`, [
        stage.idCollection,
      ]);
      return { partitions, skipExisting: row![0] === 't' };
    });
}

/** Moves documents of one partition for some seconds. */
export function copySegment(deps: ActivityDependencies) {
  return (ref: SegmentRef): Promise<SegmentReport> =>
    working(async (signal, beat) => {
      const context = await openStage(deps, ref);
      const at = { runId: ref.run.runId, stage: ref.stage, partition: ref.partition };
      const limits = limitsOf(ref, signal);
      const onBatch = toldTo(beat, copyMeter(ref.stage));
      return reportOf(await copy(context, at, fenceOf(ref.run, ref.sequence), limits, onBatch));
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
      const context = { ...(await openStage(deps, ref)), live: ref.live === true };
      await noteStage(context.target.query, ref.run.runId, ref.stage, 'settling');
      await analyzeStage(context.target, context.stage);
      const settled = await settle(context, ref.run.runId, fenceOf(ref.run, ref.sequence), signal);
      const [checkpoint] = await readCheckpoints(context.target, ref.run.runId, settlementOf(ref.stage));
      return { settled, report: reportOf(checkpoint!) };
    });
}

/** Plans the verification over the copied partitions, or plans it anew, and answers where it stands. */
export function planStageVerification(deps: ActivityDependencies) {
  return (ref: StageRef & { readonly anew: boolean }): Promise<readonly SegmentReport[]> =>
    working(async () => {
      const { target, stage } = await openStage(deps, ref);
      await planVerification(target, ref.run.runId, stage.name);
      if (ref.anew) await restartVerification(target, ref.run.runId, stage.name);
      await noteStage(target.query, ref.run.runId, stage.name, 'verifying');
      return (await readCheckpoints(target, ref.run.runId, verificationOf(stage.name))).map(reportOf);
    });
}

/** Compares documents of one partition with their rows for some seconds. */
export function verifySegment(deps: ActivityDependencies) {
  return (ref: SegmentRef): Promise<SegmentReport> =>
    working(async (signal, beat) => {
      const context = { ...(await openStage(deps, ref)), live: ref.live === true };
      const at = { runId: ref.run.runId, stage: verificationOf(ref.stage), partition: ref.partition };
      const limits = limitsOf(ref, signal);
      const onBatch = toldTo(beat, verificationMeter(ref.stage));
      return reportOf(await verify(context, at, fenceOf(ref.run, ref.sequence), limits, onBatch));
    });
}

/** A batch is a heartbeat, and counts. */
function toldTo(beat: (details: { read: number }) => void, meter: OnBatch): OnBatch {
  return (now, before) => {
    beat({ read: now.read });
    meter(now, before);
  };
}
