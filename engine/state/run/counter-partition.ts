import type { Execute, Target } from '../../target/target.ts';
import {
  advance,
  type Counters,
  claimPartition,
  type Fence,
  insertPartitions,
  type PartitionRef,
} from './checkpoint.ts';
import { touching } from './run-writer.ts';

/**
 * The partition of work on a whole stage that finds out for itself what is left to do, such as a settlement: it has no
 * position, and carries the fence and the counters that are committed with every transaction.
 */
export interface CounterPartition {
  readonly at: PartitionRef;
  readonly fence: Fence;
  readonly done: boolean;
  counters: Counters;
}

/**
 * Claims it for one attempt; makes it first if the run has none yet.
 * @param name of `checkpoint-names.ts`
 * @param total documents that the work is about
 * @throws Fenced when an equal or greater fence has been claimed before
 */
export async function claimCounters(
  target: Target,
  { runId, name, total }: { readonly runId: string; readonly name: string; readonly total: number },
  fence: Fence,
): Promise<CounterPartition> {
  const at: PartitionRef = { runId, stage: name, partition: 0 };
  await insertPartitions(touching(target.query), runId, name, [
    { selection: { type: 'null', after: null, upTo: null }, total },
  ]);
  const { counters, done } = await claimPartition(target, at, fence);
  return { at, fence, done, counters };
}

/**
 * Runs statements in one transaction that only the current attempt can commit.
 * @param how `done`: nothing is left to do; `transact`: other than as a transaction of Prisma's (see `longWrite`)
 */
export async function commitCounters(
  target: Target,
  partition: CounterPartition,
  counters: Counters,
  work: (execute: Execute) => Promise<void>,
  { done = false, transact = target.transaction }: { done?: boolean; transact?: Target['transaction'] } = {},
): Promise<void> {
  await transact(async (execute) => {
    const to = { from: null, lastKey: null, counters, samples: [], done };
    await advance(execute, partition.at, partition.fence, to);
    await work(execute);
  });
  partition.counters = counters;
}
