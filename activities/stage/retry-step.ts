import { planRetry as plan, type RetriedStage } from '../../engine/run/retry-quarantine.ts';
import type { RetryFilter } from '../../engine/state/run/run-options.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { openRun } from '../open-run.ts';
import type { RunRef } from '../run-ref.ts';

export type { RetriedStage };

/** What is to be tried again, and the run's epoch from now on. */
export interface PlannedRetry {
  readonly epoch: number;
  readonly stages: readonly RetriedStage[];
}

/** Makes partitions of documents that lie in the run's quarantine. */
export function planRetry(deps: ActivityDependencies) {
  return ({ run, filter }: { readonly run: RunRef; readonly filter: RetryFilter }): Promise<PlannedRetry> =>
    working(async () => {
      const { target } = await openRun(deps, run, { sourceMayBeAway: true });
      return plan(target, deps.plan, run, filter);
    });
}
