import { analyzeStage } from '../../engine/copy/analyze-stage.ts';
import { settleContested as settle } from '../../engine/copy/conflicts/settle-contested.ts';
import { copySegment as copy, type OnBatch } from '../../engine/copy/copy-segment.ts';
import { planPartitions } from '../../engine/copy/partitions.ts';
import { readCheckpoints } from '../../engine/state/run/checkpoint.ts';
import { settlementOf, verificationOf } from '../../engine/state/run/checkpoint-names.ts';
import { readPlanned, savePlanned } from '../../engine/state/run/planned.ts';
import { hasSelection, noteStage } from '../../engine/state/run/run.ts';
import { touching } from '../../engine/state/run/run-writer.ts';
import {
  planVerification,
  restartVerification,
  verifySegment as verify,
} from '../../engine/verify/rows/verify-rows.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { copyMeter, verificationMeter } from '../metrics.ts';
import {
  fenceOf,
  limitsOf,
  openStage,
  reportOf,
  type SegmentRef,
  type SegmentReport,
  type StageRef,
  writerOf,
} from './segment.ts';

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
      const { source, stage, target } = await openStage(deps, ref);
      const { runId } = ref.run;
      const writer = writerOf(ref.run);
      const there = await readPlanned(target, runId, stage.name);
      // What a limit or a retry selects was planned before; a collection that was empty may have got documents.
      const isSelected = there !== null && (await hasSelection(target.query, runId));
      if (!isSelected && (there?.partitions ?? 0) === 0) {
        const planned = await planPartitions(source, stage.collection, ref.parallelism, () => {
          signal.throwIfAborted();
          beat();
        });
        const isAbsent = planned.length === 0 && (await source.kindOf(stage.collection)) === 'missing';
        await savePlanned(target, writer, stage.name, planned, isAbsent);
      }
      await noteStage(touching(target.query), writer, stage.name, 'copying');
      const partitions = (await readCheckpoints(target, runId, stage.name)).map(reportOf);
      const [row] = await target.query(`SELECT EXISTS (SELECT 1 FROM migration_id_map WHERE collection = $1)`, [
        stage.idCollection,
      ]);
      const isAbsent = (await readPlanned(target, runId, stage.name))?.absent === true;
      return { partitions, skipExisting: row![0] === 't', absent: isAbsent ? stage.collection : null };
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
      await noteStage(touching(context.target.query), writerOf(ref.run), ref.stage, 'settling');
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
      const writer = writerOf(ref.run);
      await planVerification(target, writer, stage.name);
      if (ref.anew) await restartVerification(target, writer, stage.name);
      await noteStage(touching(target.query), writer, stage.name, 'verifying');
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
