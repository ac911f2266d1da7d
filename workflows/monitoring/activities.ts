import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { attended } from '../attended.ts';
import { TUNING } from '../state/snapshot.ts';
import type { MonitorState } from './state.ts';

type Steps = Pick<
  Activities,
  'beginMonitoring' | 'compareRound' | 'checkRound' | 'sendAlerts' | 'restoreTarget' | 'writeMonitoring' | 'greet'
>;

/**
 * Runs a step of a monitoring, and says which source and target are wanted while no worker takes it. Known failures bring
 * waits and a number of tries of their own (activities/failures.ts).
 * @param show told when what the progress says of the worker changes
 */
export function takeStep<T>(
  { snapshot }: MonitorState,
  show: () => void,
  step: (steps: ReturnType<typeof proxyActivities<Steps>>) => Promise<T>,
): Promise<T> {
  const steps = (isPatient: boolean) => {
    const taskQueue = snapshot.begun?.identity?.queue;
    return proxyActivities<Steps>({
      ...(taskQueue && { taskQueue }),
      ...(taskQueue && !isPatient && { scheduleToStartTimeout: `${TUNING.takenSeconds} seconds` }),
      startToCloseTimeout: '6 hours',
      heartbeatTimeout: `${snapshot.tuning.heartbeatSeconds} seconds`,
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '15 seconds', maximumAttempts: 10 },
    });
  };
  return attended(
    (isPatient) => step(steps(isPatient)),
    () => steps(true).greet(),
    {
      untaken: (now) => {
        snapshot.waitingSince ??= new Date(now).toISOString();
        show();
      },
      taken: () => {
        delete snapshot.waitingSince;
        show();
      },
    },
  );
}
