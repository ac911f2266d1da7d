import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { WriteTrace } from '../source.ts';
import { rangeFilter } from './key-filters.ts';

/** The types of `_id` that platforms count upwards in: a new document of theirs is the highest. */
const COUNTED_UPWARDS = ['objectId', 'int', 'long', 'date'] as const;

/**
 * Reads the trace that writes leave in a collection. All but the count of changed documents is answered by an index or
 * by one scan; nothing of it can be turned back into a value.
 */
export async function traceWrites(
  collection: mongo.Collection,
  since: WriteTrace | null,
  ferret: boolean,
): Promise<WriteTrace> {
  const highest: unknown[] = [];
  // Without indices each would be a scan, and every insertion shows in the number of documents anyhow.
  for (const type of ferret ? [] : COUNTED_UPWARDS) {
    const { filter } = rangeFilter({ type, after: null, upTo: null } as never, ferret);
    const [one] = await collection
      .find(filter, { projection: { _id: 1 } })
      .sort({ _id: -1 })
      .limit(1)
      .toArray();
    highest.push(one?._id ?? null);
  }
  const dated = { updatedAt: { $type: 'date' } };
  const [newest] = await collection
    .find(dated, { projection: { _id: 0, updatedAt: 1 } })
    .sort({ updatedAt: -1 })
    .limit(1)
    .toArray();
  const updatedAt = (newest?.['updatedAt'] as Date | undefined)?.getTime() ?? null;
  const isNewer = since !== null && updatedAt !== null && (since.updatedAt ?? Number.NEGATIVE_INFINITY) < updatedAt;
  const newer = since?.updatedAt == null ? dated : { updatedAt: { $gt: new Date(since.updatedAt) } };
  return {
    documents: await collection.countDocuments({}),
    highest: createHash('sha256').update(JSON.stringify(highest)).digest('hex').slice(0, 32),
    updatedAt,
    changed: isNewer ? await collection.countDocuments(newer) : 0,
  };
}
