import type { Source } from '../../source/source.ts';
import type { Fence } from '../../state/run/checkpoint.ts';
import { reconciliationOf } from '../../state/run/checkpoint-names.ts';
import { type CounterPartition, claimCounters } from '../../state/run/counter-partition.ts';
import type { PrepareContext } from '../../transform/prepare-batch.ts';

export type ApplyContext = PrepareContext & { readonly source: Source };

/** A pass over one stage while it runs. */
export type Pass = CounterPartition;

/**
 * Claims the stage's reconciliation for one attempt.
 * @throws Fenced when an equal or greater fence has been claimed before
 */
export function claimPass({ target, stage }: ApplyContext, runId: string, fence: Fence): Promise<Pass> {
  return claimCounters(target, { runId, name: reconciliationOf(stage.name), total: 0 }, fence);
}
