import type { Message } from '../../engine/messages/message.ts';
import type { RollbackOptions, RolledBackStage } from '../../engine/migration/step.ts';
import { objectionOf, type RollbackSurvey } from '../../engine/run/survey-rollback.ts';
import { raiseEpoch as raise } from '../../engine/state/run/run.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { openMigration, openRun } from '../open-run.ts';
import type { RunRef } from '../run-ref.ts';
import { type StageRef, stepOf } from './segment.ts';

/** What a rollback would meet. */
export interface SurveyAnswer {
  /** Root documents that would go. */
  readonly documents: number;
  /** What stands in its way without force; null when nothing does. */
  readonly objection: Message | null;
  /** Documents of earlier runs that stay, by stage; only those with some. Missing in what older builds answered. */
  readonly earlier?: Readonly<Record<string, number>>;
}

/** Looks for rows that others have inserted or changed, before anything is deleted. Reads only. */
export function surveyRollback(deps: ActivityDependencies) {
  return ({
    run,
    stages,
    includeEarlier = false,
  }: RollbackOptions & { readonly run: RunRef; readonly stages: readonly string[] }): Promise<SurveyAnswer> =>
    working(async (signal, beat) => {
      const surveys: RollbackSurvey[] = [];
      const earlier: Record<string, number> = {};
      for (const stage of stages) {
        const migration = await openMigration(deps, run, { anyPlan: true });
        const survey = await migration.surveyRollback(stepOf({ run }, signal, beat), stage, { includeEarlier });
        surveys.push(survey);
        if (survey.earlier > 0) earlier[stage] = survey.earlier;
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
  return (ref: StageRef & RollbackOptions & { readonly seconds: number }): Promise<RolledBackStage> =>
    working(async (signal, beat) => {
      const migration = await openMigration(deps, ref.run, { anyPlan: true });
      const how = { includeEarlier: ref.includeEarlier === true, milliseconds: ref.seconds * 1000 };
      return migration.rollBack(stepOf(ref, signal, beat), ref.stage, how);
    });
}
