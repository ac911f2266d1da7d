import type { SegmentLimits } from '../../copy/overlap.ts';
import type { Stage } from '../../plan/stage.ts';
import { codecOf } from '../../plan/stage-tables.ts';
import type { Fence } from '../../state/run/checkpoint.ts';
import { commitCounters } from '../../state/run/counter-partition.ts';
import type { TableCodec } from '../../target/row-codec.ts';
import type { Execute } from '../../target/target.ts';
import { unobstructed } from './depart.ts';
import { type ApplyContext, claimPass } from './pass.ts';

/** What one call has swept. */
export interface Swept {
  readonly rows: number;
  /** False when it stopped at a transaction's end and has to be called again. */
  readonly done: boolean;
}

/**
 * Deletes a stage's rows that are about to go, children first, with their entries in the ID map, `batchSize` rows a
 * transaction. Stages must be swept in reverse order, after all of them have been applied: nothing refers to such rows
 * any more then.
 * @throws Fenced; TargetUnfit when rows of somebody else's table refer to rows that are to go
 */
export async function sweepDeparting(
  context: ApplyContext,
  runId: string,
  fence: Fence,
  limits: SegmentLimits,
  onBatch: (rows: number) => void = () => {},
): Promise<Swept> {
  const pass = await claimPass(context, runId, fence);
  const deadline = Date.now() + limits.milliseconds;
  let rows = 0;
  for (const { table, collection } of childrenFirst(context.stage)) {
    for (let deleted = limits.batchSize; deleted === limits.batchSize; ) {
      if (rows > 0 && (limits.signal.aborted || Date.now() >= deadline)) return { rows, done: false };
      await unobstructed(context.stage, () =>
        commitCounters(context.target, pass, pass.counters, async (execute) => {
          deleted = await sweep(execute, codecOf(context.stage, table), collection, limits.batchSize);
        }),
      );
      rows += deleted;
      if (deleted > 0) onBatch(rows);
    }
  }
  return { rows, done: true };
}

/** Every collection of the ID map that a stage writes, with its table, in the order in which rows can go. */
function childrenFirst(stage: Stage): { table: string; collection: string }[] {
  return [...stage.tables].reverse().flatMap(({ table }) => {
    const collections = stage.children.filter((one) => one.table === table).map(({ collection }) => collection);
    return (collections.length > 0 ? collections : [stage.idCollection]).map((collection) => ({ table, collection }));
  });
}

/** @returns how many entries went; each had a row, unless somebody has deleted it before */
function sweep(execute: Execute, { relation, id }: TableCodec, collection: string, limit: number): Promise<number> {
  return execute(
    `WITH gone AS (
       DELETE FROM migration_id_map WHERE prisma_id IN (
         SELECT prisma_id FROM migration_id_map WHERE departing AND collection = $1 ORDER BY prisma_id LIMIT $2::int)
       RETURNING prisma_id),
     deleted AS (DELETE FROM ${relation} WHERE ${id} IN (SELECT prisma_id FROM gone))
     SELECT prisma_id FROM gone`,
    collection,
    limit,
  );
}
