import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';

/** Where a run's steps are taken from. */
export interface Route {
  readonly taskQueue?: string;
  readonly scheduleToStartTimeout?: `${number} seconds`;
}

/** Tells that a worker of the run's source and target is there. */
export const greeting = (route: Route) =>
  proxyActivities<Pick<Activities, 'greet'>>({ ...route, startToCloseTimeout: '1 minute' });
