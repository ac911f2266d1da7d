import { type RolledBack, resetCheckpoints, rollbackStage as rollback } from '../../engine/run/rollback-stage.ts';
import { objectionOf, type RollbackSurvey, surveyRollback as survey } from '../../engine/run/survey-rollback.ts';
import { countOfEarlierRuns, forgetStageOfEarlierRuns } from '../../engine/state/documents/earlier-runs.ts';
import { noteStage, raiseEpoch as raise } from '../../engine/state/run/run.ts';
import { touching } from '../../engine/state/run/run-writer.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { openRun } from '../open-run.ts';
import type { RunRef } from '../run-ref.ts';
import { openStage, type StageRef, writerOf } from './segment.ts';

/** What a rollback would meet. */
export interface SurveyAnswer {
  /** Root documents that would go. */
  readonly documents: number;
  /** What stands in its way without force; null when nothing does. */
  readonly objection: string | null;
  /** Documents of earlier runs that stay, by stage; only those with some. Missing in what older builds answered. */
  readonly earlier?: Readonly<Record<string, number>>;
}

/** Documents of earlier runs go, too. */
interface Extent {
  readonly includeEarlier?: boolean;
}

/** Looks for rows that others have inserted or changed, before anything is deleted. Reads only. */
export function surveyRollback(deps: ActivityDependencies) {
  return ({
    run,
    stages,
    includeEarlier = false,
  }: Extent & { readonly run: RunRef; readonly stages: readonly string[] }): Promise<SurveyAnswer> =>
    working(async (signal, beat) => {
      const surveys: RollbackSurvey[] = [];
      const earlier: Record<string, number> = {};
      for (const name of stages) {
        const { target, stage } = await openStage(deps, { run, stage: name }, { anyPlan: true });
        const writer = includeEarlier ? null : run.runId;
        surveys.push(await survey(target, stage, writer, (documents) => beat({ stage: name, documents }), signal));
        const stay = includeEarlier ? 0 : await countOfEarlierRuns(target, stage, run.runId);
        if (stay > 0) earlier[name] = stay;
      }
      return {
        documents: surveys.reduce((sum, { documents }) => sum + documents, 0),
        objection: objectionOf(surveys),
        earlier,
      };
    });
}

/** Raises the run's epoch, so that no older attempt can commit, and answers the new one. */
export function raiseEpoch(deps: ActivityDependencies) {
  return (ref: { readonly run: RunRef }): Promise<number> =>
    working(async () => {
      const { target } = await openRun(deps, ref.run, { anyPlan: true, sourceMayBeAway: true });
      return raise(target, ref.run, 'rollback', async () => {});
    });
}

/** Takes a stage's rows of this run (or of any) out again, for some seconds; to be called until it is done. */
export function rollbackStage(deps: ActivityDependencies) {
  return (ref: StageRef & Extent & { readonly seconds: number }): Promise<RolledBack & { readonly earlier?: number }> =>
    working(async (signal, beat) => {
      const { target, stage } = await openStage(deps, ref, { anyPlan: true });
      const writer = writerOf(ref.run);
      await resetCheckpoints(target, writer, stage.name);
      await noteStage(touching(target.query), writer, stage.name, 'rollingBack');
      const limits = { signal, milliseconds: ref.seconds * 1000 };
      const { runId } = ref.run;
      const whose = { ...writer, includeEarlier: ref.includeEarlier === true };
      const answer = await rollback(target, stage, whose, limits, (documents) => beat({ documents }));
      if (!answer.done) return answer;
      await noteStage(touching(target.query), writer, stage.name, 'pending');
      if (ref.includeEarlier) await forgetStageOfEarlierRuns(target, writer, stage.name);
      return { ...answer, earlier: await countOfEarlierRuns(target, stage, runId) };
    });
}
