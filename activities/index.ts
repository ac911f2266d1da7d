import type { ActivityDependencies } from './dependencies.ts';
import { preflight } from './preflight.ts';
import { endRun, noteState, raiseEpoch, rollbackStage, sampleStage, verifyTotals, writeReports } from './run-steps.ts';
import { copySegment, planStage, planStageVerification, settleStage, verifySegment } from './stage-steps.ts';

/** The activities of one worker, over the connections that it was given. */
export function createActivities(deps: ActivityDependencies) {
  return {
    preflight: preflight(deps),
    planStage: planStage(deps),
    copySegment: copySegment(deps),
    settleStage: settleStage(deps),
    planStageVerification: planStageVerification(deps),
    verifySegment: verifySegment(deps),
    verifyTotals: verifyTotals(deps),
    sampleStage: sampleStage(deps),
    writeReports: writeReports(deps),
    noteState: noteState(deps),
    raiseEpoch: raiseEpoch(deps),
    rollbackStage: rollbackStage(deps),
    endRun: endRun(deps),
  };
}

export type Activities = ReturnType<typeof createActivities>;
