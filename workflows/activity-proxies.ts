import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { Flow } from './flow.ts';
import { TUNING } from './state/snapshot.ts';

const beating = ({ state, route }: Flow) =>
  ({
    ...route,
    heartbeatTimeout: `${state.snapshot.tuning.heartbeatSeconds ?? TUNING.heartbeatSeconds} seconds`,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  }) as const;

/** Steps that read or write documents: long, heartbeating, ended at a batch boundary when cancelled. */
export const documents = (flow: Flow) =>
  proxyActivities<
    Pick<
      Activities,
      | 'backUp'
      | 'requireBackup'
      | 'planStage'
      | 'copySegment'
      | 'settleStage'
      | 'planStageVerification'
      | 'verifySegment'
      | 'verifyTotals'
      | 'followReferences'
      | 'markFeed'
      | 'findChanges'
      | 'applyChanges'
      | 'sweepDeparting'
      | 'findDepartures'
      | 'verifyChanges'
      | 'smokeTests'
      | 'surveyRollback'
      | 'rollbackStage'
    >
  >({
    startToCloseTimeout: '6 hours',
    ...beating(flow),
    // Known failures bring waits and a number of tries of their own (activities/failures.ts): these are for dead workers.
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '15 seconds', maximumAttempts: 10 },
  });

/** Steps before anything is written. They tell soon what they cannot have soon; more tries are for dead workers. */
export const opening = (flow: Flow) =>
  proxyActivities<Pick<Activities, 'preflight'>>({
    startToCloseTimeout: '2 hours',
    ...beating(flow),
    retry: { initialInterval: '1 second', maximumInterval: '15 seconds', maximumAttempts: 10 },
  });

/** Steps that deal with the platform itself while it is taken down and up; their own timeouts are shorter. */
export const maintaining = (flow: Flow) =>
  proxyActivities<Pick<Activities, 'planMaintenance' | 'performMaintenance' | 'probeWrites' | 'estimateDowntime'>>({
    startToCloseTimeout: '1 hour',
    ...beating(flow),
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '15 seconds', maximumAttempts: 10 },
  });

/** Short steps on the run's own row and its files. */
export const bookkeeping = (flow: Flow) =>
  proxyActivities<
    Pick<
      Activities,
      | 'sampleStage'
      | 'writeReports'
      | 'raiseEpoch'
      | 'changedStages'
      | 'acceptPlan'
      | 'planRetry'
      | 'countChanges'
      | 'countQuarantined'
      | 'concludeRun'
      | 'endRun'
    >
  >({
    startToCloseTimeout: '1 hour',
    ...beating(flow),
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds', maximumAttempts: 10 },
  });
