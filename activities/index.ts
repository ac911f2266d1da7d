import type { ActivityDependencies } from './dependencies.ts';
import { greet } from './greet.ts';
import { restoreTarget, sendAlerts, writeMonitoring } from './monitor/ends.ts';
import { beginMonitoring, checkRound, compareRound } from './monitor/rounds.ts';
import { backUp, requireBackup } from './run/backup-step.ts';
import { estimateDowntimeOf, performMaintenance, planMaintenance, probeWrites } from './run/maintenance.ts';
import { acceptPlan, changedStages } from './run/plan-steps.ts';
import { preflight } from './run/preflight.ts';
import { concludeRun, endRun, followReferences, sampleStage, verifyTotals, writeReports } from './run/run-steps.ts';
import { smokeTests } from './run/smoke-tests.ts';
import { findChanges, markFeed } from './stage/find-changes.ts';
import {
  applyChanges,
  countChanges,
  countQuarantined,
  findDepartures,
  sweepDeparting,
  verifyChanges,
} from './stage/reconcile-steps.ts';
import { planRetry } from './stage/retry-step.ts';
import { raiseEpoch, rollbackStage, surveyRollback } from './stage/rollback-steps.ts';
import { copySegment, planStage, planStageVerification, settleStage, verifySegment } from './stage/stage-steps.ts';

/** The activities of one worker, over the connections that it was given. */
export function createActivities(deps: ActivityDependencies) {
  return {
    greet: greet(),
    preflight: preflight(deps),
    backUp: backUp(deps),
    requireBackup: requireBackup(deps),
    planMaintenance: planMaintenance(deps),
    performMaintenance: performMaintenance(deps),
    probeWrites: probeWrites(deps),
    estimateDowntime: estimateDowntimeOf(deps),
    planStage: planStage(deps),
    copySegment: copySegment(deps),
    settleStage: settleStage(deps),
    planStageVerification: planStageVerification(deps),
    verifySegment: verifySegment(deps),
    verifyTotals: verifyTotals(deps),
    followReferences: followReferences(deps),
    markFeed: markFeed(deps),
    findChanges: findChanges(deps),
    sampleStage: sampleStage(deps),
    smokeTests: smokeTests(deps),
    writeReports: writeReports(deps),
    applyChanges: applyChanges(deps),
    findDepartures: findDepartures(deps),
    sweepDeparting: sweepDeparting(deps),
    verifyChanges: verifyChanges(deps),
    countChanges: countChanges(deps),
    countQuarantined: countQuarantined(deps),
    raiseEpoch: raiseEpoch(deps),
    surveyRollback: surveyRollback(deps),
    rollbackStage: rollbackStage(deps),
    changedStages: changedStages(deps),
    acceptPlan: acceptPlan(deps),
    planRetry: planRetry(deps),
    concludeRun: concludeRun(deps),
    endRun: endRun(deps),
    beginMonitoring: beginMonitoring(deps),
    compareRound: compareRound(deps),
    checkRound: checkRound(deps),
    sendAlerts: sendAlerts(deps),
    restoreTarget: restoreTarget(deps),
    writeMonitoring: writeMonitoring(deps),
  };
}

export type Activities = ReturnType<typeof createActivities>;
