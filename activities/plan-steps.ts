import { changedTransforms, reachedStages, readRun, setTransformHashes, transformHashes } from '../engine/run.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { working } from './failures.ts';
import type { RunRef } from './segment.ts';

/** Stages whose transform in this worker's build is not the one that the run was begun with. */
export interface ChangedStages {
  readonly changed: readonly string[];
  /** Those of them for which the run has dealt with documents already. */
  readonly written: readonly string[];
}

/** Compares this worker's plan with the run's. */
export function changedStages(deps: ActivityDependencies) {
  return ({ run }: { readonly run: RunRef }): Promise<ChangedStages> =>
    working(async () => {
      const { query } = deps.target(run.schema);
      const [row, reached] = await Promise.all([readRun(query, run.runId), reachedStages(query, run.runId)]);
      const changed = row === null ? [] : changedTransforms(row, deps.plan);
      return { changed, written: changed.filter((stage) => reached.includes(stage)) };
    });
}

/** From here on the run's transforms are those of this worker's build. */
export function acceptPlan(deps: ActivityDependencies) {
  return ({ run }: { readonly run: RunRef }): Promise<void> =>
    working(() => setTransformHashes(deps.target(run.schema).query, run.runId, transformHashes(deps.plan)));
}
