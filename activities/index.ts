import { backUp, requireBackup } from './backup-step.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { acceptPlan, changedStages } from './plan-steps.ts';
import { preflight } from './preflight.ts';
import { planRetry } from './retry-step.ts';
import { raiseEpoch, rollbackStage, surveyRollback } from './rollback-steps.ts';
import { endRun, sampleStage, verifyTotals, writeReports } from './run-steps.ts';
import { copySegment, planStage, planStageVerification, settleStage, verifySegment } from './stage-steps.ts';

/** The activities of one worker, over the connections that it was given. */
export function createActivities(deps: ActivityDependencies) {
  return {
    preflight: preflight(deps),
    backUp: backUp(deps),
    requireBackup: requireBackup(deps),
    planStage: planStage(deps),
    copySegment: copySegment(deps),
    settleStage: settleStage(deps),
    planStageVerification: planStageVerification(deps),
    verifySegment: verifySegment(deps),
    verifyTotals: verifyTotals(deps),
    sampleStage: sampleStage(deps),
    writeReports: writeReports(deps),
    raiseEpoch: raiseEpoch(deps),
    surveyRollback: surveyRollback(deps),
    rollbackStage: rollbackStage(deps),
    changedStages: changedStages(deps),
    acceptPlan: acceptPlan(deps),
    planRetry: planRetry(deps),
    endRun: endRun(deps),
  };
}

export type Activities = ReturnType<typeof createActivities>;
