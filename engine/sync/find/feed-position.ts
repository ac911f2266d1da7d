import type { Stage } from '../../plan/stage.ts';
import type { ChangeFeed, FeedKind, FeedPosition } from '../../source/feed/change-feed.ts';
import { saveFact } from '../../state/run/run-facts.ts';
import type { Writer } from '../../state/run/run-writer.ts';
import type { Query } from '../../target/query.ts';
import type { Target } from '../../target/target.ts';

/** Under which the positions of the feed are kept in a run's facts, by stage. */
const FEED = 'feed';

/** Up to where the feed of a stage has been dealt with. */
interface Marked {
  readonly kind: FeedKind;
  readonly position: FeedPosition;
}

/**
 * Notes where the feed of each stage stands, before the copy. What is noted already stays, unless it is of another feed.
 */
export async function markFeed(
  target: Target,
  writer: Writer,
  stages: readonly Stage[],
  feed: ChangeFeed,
): Promise<void> {
  for (const { name, collection } of stages) {
    if ((await readFeedPosition(target.query, writer.runId, name, feed.kind)) !== null) continue;
    await saveFeedPosition(target, writer, name, { kind: feed.kind, position: await feed.position(collection) });
  }
}

export function saveFeedPosition(target: Target, writer: Writer, stage: string, marked: Marked): Promise<void> {
  return saveFact(target, writer, [FEED, stage], marked);
}

/** Null when nothing is noted, or it is of another feed. */
export async function readFeedPosition(
  query: Query,
  runId: string,
  stage: string,
  kind: FeedKind,
): Promise<FeedPosition | null> {
  const [row] = await query(`SELECT facts #>> ARRAY[$2::text, $3::text] FROM migration_run WHERE id = $1::uuid`, [
    runId,
    FEED,
    stage,
  ]);
  if (!row?.[0]) return null;
  const marked = JSON.parse(row[0]) as Marked;
  return marked.kind === kind ? marked.position : null;
}
