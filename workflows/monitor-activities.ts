import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { MonitorState } from './monitor-state.ts';

type Steps = Pick<
  Activities,
  'beginMonitoring' | 'compareRound' | 'checkRound' | 'sendAlerts' | 'restoreTarget' | 'writeMonitoring'
>;

/** The steps of a monitoring. Known failures bring waits and a number of tries of their own (activities/failures.ts). */
export const monitorActivities = ({ snapshot }: MonitorState) =>
  proxyActivities<Steps>({
    startToCloseTimeout: '6 hours',
    heartbeatTimeout: `${snapshot.tuning.heartbeatSeconds} seconds`,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '15 seconds', maximumAttempts: 10 },
  });
