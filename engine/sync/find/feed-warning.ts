import type { Stage } from '../../plan/stage.ts';
import { countDocuments } from '../../source/count-documents.ts';
import type { ChangeFeed } from '../../source/feed/change-feed.ts';
import type { Source } from '../../source/source.ts';

/** Documents that are assumed to be copied and verified in a second; docs/changes.md says so. */
const ASSUMED_PER_SECOND = 1_000;

/**
 * A sentence when a feed may forget changes before the copy is over.
 * @returns null when it does not forget, or keeps them long enough, or does not tell how long
 */
export async function feedWarning(feed: ChangeFeed, source: Source, stages: readonly Stage[]): Promise<string | null> {
  const kept = await feed.keptSeconds();
  if (kept === null) return null;
  let documents = 0;
  for (const { collection } of stages) {
    documents += await countDocuments(source, collection);
  }
  const needed = documents / ASSUMED_PER_SECOND;
  if (needed <= kept) return null;
  return `MongoDB's oplog reaches back ${hours(kept)} and the copy may take ${hours(needed)}: enlarge the oplog (replSetResizeOplog), or all documents have to be compared afterwards.`;
}

function hours(seconds: number): string {
  return seconds < 5_400 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3_600).toFixed(1)} hours`;
}
