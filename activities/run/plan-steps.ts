import { reachedStages, setTransformHashes, transformHashes } from '../../engine/state/run/run.ts';
import { touching } from '../../engine/state/run/run-writer.ts';
import { changedStages as changedIn, planDigests } from '../../engine/transform/probe/plan-digest.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { openRun } from '../open-run.ts';
import type { RunRef } from '../run-ref.ts';
import { writerOf } from '../stage/segment.ts';

/** Stages whose transform in this worker's build is not the one that the run was begun with. */
export interface ChangedStages {
  readonly changed: readonly string[];
  /** Those of them for which the run has dealt with documents already. */
  readonly written: readonly string[];
}

/** What goes from one plan to another reads no document. */
const BETWEEN_PLANS = { anyPlan: true, sourceMayBeAway: true } as const;

/** Compares this worker's plan with the run's. */
export function changedStages(deps: ActivityDependencies) {
  return ({ run }: { readonly run: RunRef }): Promise<ChangedStages> =>
    working(async () => {
      const { row, target } = await openRun(deps, run, BETWEEN_PLANS);
      const reached = await reachedStages(target.query, run.runId);
      const changed = await changedIn(row, deps.plan);
      return { changed, written: changed.filter((stage) => reached.includes(stage)) };
    });
}

/** From here on the run's transforms are those of this worker's build. */
export function acceptPlan(deps: ActivityDependencies) {
  return ({ run }: { readonly run: RunRef }): Promise<void> =>
    working(async () => {
      const { target } = await openRun(deps, run, BETWEEN_PLANS);
      const [hashes, digests] = [transformHashes(deps.plan), await planDigests(deps.plan)];
      await setTransformHashes(touching(target.query), writerOf(run), hashes, digests);
    });
}
