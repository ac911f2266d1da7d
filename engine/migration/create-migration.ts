import { VerdictRefused } from '../common/errors.ts';
import { together } from '../common/together.ts';
import { analyzeStage } from '../copy/analyze-stage.ts';
import { settleContested } from '../copy/conflicts/settle-contested.ts';
import { copySegment, type SegmentResult } from '../copy/copy-segment.ts';
import { planPartitions } from '../copy/partitions.ts';
import type { Plan } from '../plan/stage.ts';
import { stageNamed } from '../plan/stage-named.ts';
import { sampleStage } from '../report/sample/sample.ts';
import type { Sample } from '../report/sample/sample-types.ts';
import { type Written, writeAll } from '../report/write-all.ts';
import { askVerdict, endRun } from '../run/end-run.ts';
import type { Claimant, IsOpen } from '../run/lease.ts';
import { prepareRun } from '../run/preflight.ts';
import type { PreparedRun } from '../run/prepared-run.ts';
import { resetCheckpoints, rollbackStage } from '../run/rollback-stage.ts';
import { surveyRollback } from '../run/survey-rollback.ts';
import type { Source } from '../source/source.ts';
import { countOfEarlierRuns, forgetStageOfEarlierRuns } from '../state/documents/earlier-runs.ts';
import { knowsAnyOf } from '../state/documents/known-documents.ts';
import { type Checkpoint, readCheckpoints } from '../state/run/checkpoint.ts';
import { settlementOf, verificationOf } from '../state/run/checkpoint-names.ts';
import { readPlanned, savePlanned } from '../state/run/planned.ts';
import { hasSelection, noteStage } from '../state/run/run.ts';
import { readFact, saveFact } from '../state/run/run-facts.ts';
import type { RunOptions } from '../state/run/run-options.ts';
import { touching } from '../state/run/run-writer.ts';
import type { Target } from '../target/target.ts';
import type { ReferenceCheck } from '../verify/references/reference-check.ts';
import { isFollowed, verifyReferences } from '../verify/references/verify-references.ts';
import {
  planVerification,
  restartVerification,
  type VerifiedSegment,
  verifySegment,
} from '../verify/rows/verify-rows.ts';
import { verifyTotals } from '../verify/totals/verify-totals.ts';
import type {
  ComparedTotals,
  ConcludeOptions,
  Conclusion,
  PlannedStage,
  ResolvedConflicts,
  RollbackOptions,
  RolledBackStage,
  Segment,
  Step,
  SurveyedStage,
  TotalsOptions,
} from './step.ts';

/** What a migration moves, and between which two databases. */
export interface MigrationParts {
  readonly plan: Plan;
  readonly target: Target;
  /** Asked only by steps that read the source: the others work while that is away. */
  readonly source: () => Promise<Source>;
}

/** Fact under which it is kept what following a stage's references has found while the platform worked. */
const FOLLOWED = 'followed';

/**
 * The steps of one run, in the order in which they are taken: `prepare`; for each stage `planStage`, `copySegment` until
 * all partitions are done, `resolveConflicts`, `verifyTotals`, `planVerification`, `verifySegment`, `sample`; at the end
 * `conclude` and `report`. Each may be repeated after a crash: it continues, or finds that it has been done. Temporal's
 * activities call one step each; {@link migrate} calls all of them in one process.
 *
 * @example
 * const migration = createMigration({ plan, target: openTarget(url), source: async () => openSource('dump:/backup', options) });
 * const run = await migration.prepare(options, claimant, isOpen);
 * await migrate(migration, newSteps(run), { stages: ['user', 'artist'] });
 */
export function createMigration({ plan, target, source }: MigrationParts) {
  const stageOf = (name: string) => stageNamed(plan, name);
  const contextOf = async (name: string) => ({ plan, stage: stageOf(name), target, source: await source() });
  const note = ({ writer }: Step, stage: string, state: string) =>
    noteStage(touching(target.query), writer, stage, state);

  return {
    /** Takes the target: a new run, or an unfinished one of the same options. @throws LeaseHeld, SourceUnfit, TargetUnfit */
    prepare: async (
      options: RunOptions,
      claimant: Claimant,
      isOpen: IsOpen,
      onProgress: () => void = () => {},
    ): Promise<PreparedRun> => prepareRun(target, await source(), plan, options, claimant, isOpen, onProgress),

    /** Cuts a stage's collection into partitions, once; afterwards answers where they stand. */
    planStage: async (step: Step, name: string, how: { readonly parallelism: number }): Promise<PlannedStage> => {
      const { stage, source } = await contextOf(name);
      const { runId } = step.writer;
      const there = await readPlanned(target, runId, name);
      // What a limit or a retry selects was planned before; a collection that was empty may have got documents.
      const isSelected = there !== null && (await hasSelection(target.query, runId));
      if (!isSelected && (there?.partitions ?? 0) === 0) {
        const partitions = await planPartitions(source, stage.collection, how.parallelism, () => {
          step.signal.throwIfAborted();
          step.beat({});
        });
        const isAbsent = partitions.length === 0 && (await source.kindOf(stage.collection)) === 'missing';
        await savePlanned(target, step.writer, name, partitions, isAbsent);
      }
      await note(step, name, 'copying');
      return {
        partitions: await readCheckpoints(target, runId, name),
        skipExisting: await knowsAnyOf(target.query, stage),
        absent: (await readPlanned(target, runId, name))?.absent === true ? stage.collection : null,
      };
    },

    /** Moves documents of one partition from its checkpoint on, within the limits. @throws Fenced */
    copySegment: async (step: Step, name: string, segment: Segment): Promise<SegmentResult> => {
      const { partition, limits, onBatch, skipExisting = false } = segment;
      const at = { runId: step.writer.runId, stage: name, partition };
      return copySegment({ ...(await contextOf(name)), skipExisting }, at, step.fence, limits, onBatch);
    },

    /** Decides which of several documents with the same unique value moves. @param live the source is written to meanwhile */
    resolveConflicts: async (step: Step, name: string, { live = false } = {}): Promise<ResolvedConflicts> => {
      const context = { ...(await contextOf(name)), skipExisting: false, live };
      const { runId } = step.writer;
      await note(step, name, 'settling');
      await analyzeStage(target, context.stage);
      const settled = await settleContested(context, runId, step.fence, step.signal);
      const [checkpoint] = await readCheckpoints(target, runId, settlementOf(name));
      return { settled, checkpoint: checkpoint! };
    },

    /** Compares counts, sums and extremes by each database's own engine, and references by the ID map. */
    verifyTotals: async (step: Step, name: string, how: TotalsOptions): Promise<ComparedTotals> => {
      const { limited, wasFollowed = false, allReferences = false } = how;
      const context = await contextOf(name);
      const { writer, signal } = step;
      const { runId } = writer;
      const followed = wasFollowed ? await readFact<ReferenceCheck[]>(target.query, runId, [FOLLOWED, name]) : null;
      const [totals, references] = await together(
        verifyTotals(context, runId, name, { limited, signal }),
        verifyReferences(context, runId, name, {
          ...{ limited: limited && !allReferences, signal },
          ...(followed && { followed }),
        }),
      );
      await saveFact(target, writer, ['totals', name], totals);
      await saveFact(target, writer, ['references', name], references);
      return { totals, references };
    },

    /** Plans the verification over the copied partitions, or all of it `anew`; answers where it stands. */
    planVerification: async (step: Step, name: string, { anew = false } = {}): Promise<Checkpoint[]> => {
      const { writer } = step;
      stageOf(name);
      await planVerification(target, writer, name);
      if (anew) await restartVerification(target, writer, name);
      await note(step, name, 'verifying');
      return readCheckpoints(target, writer.runId, verificationOf(name));
    },

    /** Compares documents of one partition with their rows, within the limits. @throws Fenced */
    verifySegment: async (step: Step, name: string, segment: Segment): Promise<VerifiedSegment> => {
      const { partition, limits, onBatch, live = false } = segment;
      const at = { runId: step.writer.runId, stage: verificationOf(name), partition };
      const context = { ...(await contextOf(name)), skipExisting: false, live };
      return verifySegment(context, at, step.fence, limits, onBatch);
    },

    /** Ends a stage: draws its sample comparison and keeps it, masked. Null where the source is written to still. */
    sample: async (step: Step, name: string, { count = 3, live = false } = {}): Promise<Sample[] | null> => {
      const context = await contextOf(name);
      // It would show what is no difference.
      const samples = live ? null : await sampleStage(context, step.writer.runId, { count });
      if (samples !== null) await saveFact(target, step.writer, ['samples', name], samples);
      await note(step, name, 'complete');
      return samples;
    },

    /**
     * Follows the references of a stage while its source is written to.
     * @param isLast nothing is written any more: all of them are followed, and that stands
     */
    followReferences: async (step: Step, name: string, { isLast = false } = {}): Promise<ReferenceCheck[]> => {
      const { writer, signal } = step;
      const how = { limited: false, live: !isLast, signal };
      const references = await verifyReferences(await contextOf(name), writer.runId, name, how);
      if (isLast) await saveFact(target, writer, ['references', name], references);
      else await saveFact(target, writer, [FOLLOWED, name], references.filter(isFollowed));
      return references;
    },

    /** Ends the run as complete by the database's verdict, or answers everything that keeps it from being so. */
    conclude: async ({ writer }: Step, how: ConcludeOptions = {}): Promise<Conclusion> => {
      const { confirmed = [], asksOnly = false } = how;
      if (asksOnly) return { ended: null, ...(await askVerdict(target, plan, writer.runId, confirmed)) };
      try {
        const ended = await endRun(target, plan, writer, 'complete', { keepsLease: true, confirmed });
        return { ended, reasons: [], stale: [] };
      } catch (error) {
        if (!(error instanceof VerdictRefused)) throw error;
        const { reasons, stale, uncompared } = error;
        return { ended: null, reasons, stale, uncompared };
      }
    },

    /** Writes the run's report and its ID mapping into a folder. */
    report: ({ writer, signal }: Step, folder: string, { dryRun = false } = {}): Promise<Written> =>
      writeAll(target, plan, writer, { reportsFolder: folder, dryRun, signal }),

    /** Looks for rows that others have inserted or changed, before a rollback deletes them. Reads only. */
    surveyRollback: async (
      { writer, signal, beat }: Step,
      name: string,
      { includeEarlier = false }: RollbackOptions = {},
    ): Promise<SurveyedStage> => {
      const stage = stageOf(name);
      const whose = includeEarlier ? null : writer.runId;
      const onProgress = (documents: number) => beat({ stage: name, documents });
      const survey = await surveyRollback(target, stage, whose, onProgress, signal);
      return { ...survey, earlier: includeEarlier ? 0 : await countOfEarlierRuns(target, stage, writer.runId) };
    },

    /** Deletes what the run (or any) has written for a stage, for some milliseconds; to be called until it is done. */
    rollBack: async (
      step: Step,
      name: string,
      how: RollbackOptions & { readonly milliseconds: number },
    ): Promise<RolledBackStage> => {
      const { writer, signal, beat } = step;
      const { includeEarlier = false, milliseconds } = how;
      const stage = stageOf(name);
      await resetCheckpoints(target, writer, name);
      await note(step, name, 'rollingBack');
      const [whose, limits] = [
        { ...writer, includeEarlier },
        { signal, milliseconds },
      ];
      const answer = await rollbackStage(target, stage, whose, limits, (documents) => beat({ documents }));
      if (!answer.done) return answer;
      await note(step, name, 'pending');
      if (includeEarlier) await forgetStageOfEarlierRuns(target, writer, name);
      return { ...answer, earlier: await countOfEarlierRuns(target, stage, writer.runId) };
    },
  };
}

export type Migration = ReturnType<typeof createMigration>;
