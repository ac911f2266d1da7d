import { hoursLong, minutesLong, oplogMayBeTooShort } from '../../messages/engine/source.ts';
import type { Message } from '../../messages/message.ts';
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
export async function feedWarning(feed: ChangeFeed, source: Source, stages: readonly Stage[]): Promise<Message | null> {
  const kept = await feed.keptSeconds();
  if (kept === null) return null;
  let documents = 0;
  for (const { collection } of stages) {
    documents += await countDocuments(source, collection);
  }
  const needed = documents / ASSUMED_PER_SECOND;
  if (needed <= kept) return null;
  return oplogMayBeTooShort({ kept: lasting(kept), needed: lasting(needed) });
}

function lasting(seconds: number): Message {
  return seconds < 5_400
    ? minutesLong({ minutes: Math.round(seconds / 60) })
    : hoursLong({ hours: (seconds / 3_600).toFixed(1) });
}
