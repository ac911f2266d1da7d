import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';

/**
 * Every timeout of a writer in the database (25 s at most) ends before this, so that a worker that was stopped has lost
 * its locks when the next attempt comes.
 */
const HEARTBEAT = '30 seconds';

/** Steps that read or write documents: long, heartbeating, ended at a batch boundary when cancelled. */
export const documents = proxyActivities<
  Pick<
    Activities,
    | 'planStage'
    | 'copySegment'
    | 'settleStage'
    | 'planStageVerification'
    | 'verifySegment'
    | 'verifyTotals'
    | 'surveyRollback'
    | 'rollbackStage'
  >
>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: HEARTBEAT,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  // Known failures bring waits and a number of tries of their own (activities/failures.ts): these are for dead workers.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '15 seconds', maximumAttempts: 10 },
});

/** Steps before anything is written: what they cannot have soon, they tell soon. */
export const opening = proxyActivities<Pick<Activities, 'preflight'>>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: HEARTBEAT,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', maximumAttempts: 2 },
});

/** Short steps on the run's own row and its files. */
export const bookkeeping = proxyActivities<
  Pick<Activities, 'sampleStage' | 'writeReports' | 'raiseEpoch' | 'changedStages' | 'acceptPlan' | 'endRun'>
>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: HEARTBEAT,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds', maximumAttempts: 10 },
});
