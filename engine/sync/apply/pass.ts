import type { Source } from '../../source/source.ts';
import {
  advance,
  type Counters,
  claimPartition,
  type Fence,
  insertPartitions,
  type PartitionRef,
} from '../../state/run/checkpoint.ts';
import { reconciliationOf } from '../../state/run/checkpoint-names.ts';
import { touching } from '../../state/run/run-writer.ts';
import type { Execute, Target } from '../../target/target.ts';
import type { PrepareContext } from '../../transform/prepare-batch.ts';

export type ApplyContext = PrepareContext & { readonly source: Source };

/** A pass over one stage while it runs: its partition, and the counters that it commits with every transaction. */
export interface Pass {
  readonly at: PartitionRef;
  readonly fence: Fence;
  counters: Counters;
}

/**
 * Claims the stage's reconciliation for one attempt.
 * @throws Fenced when an equal or greater fence has been claimed before
 */
export async function claimPass({ target, stage }: ApplyContext, runId: string, fence: Fence): Promise<Pass> {
  const at: PartitionRef = { runId, stage: reconciliationOf(stage.name), partition: 0 };
  await insertPartitions(touching(target.query), runId, at.stage, [
    { selection: { type: 'null', after: null, upTo: null }, total: 0 },
  ]);
  const { counters } = await claimPartition(target, at, fence);
  return { at, fence, counters };
}

/**
 * Runs statements in one transaction that only the pass's current attempt can commit.
 * @param transact other than as a transaction of Prisma's: see `longWrite`
 */
export async function commitPass(
  { target }: ApplyContext,
  pass: Pass,
  counters: Counters,
  work: (execute: Execute) => Promise<void>,
  transact: Target['transaction'] = target.transaction,
): Promise<void> {
  await transact(async (execute) => {
    const to = { from: null, lastKey: null, counters, samples: [], done: false };
    await advance(execute, pass.at, pass.fence, to);
    await work(execute);
  });
  pass.counters = counters;
}
