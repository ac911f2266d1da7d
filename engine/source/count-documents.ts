import type { Source } from './source.ts';

/** How many documents a collection holds now, by the source's own count. @throws SourceUnavailable */
export async function countDocuments(source: Source, collection: string): Promise<number> {
  return (await source.totals({ collection, arrays: [], sums: [] }, null)).documents;
}
