import { ConfigurationError } from '../../common/errors.ts';
import { changesFileMissing, noChangeStreams } from '../../messages/engine/source.ts';
import type { Source } from '../source.ts';
import type { ChangeFeed } from './change-feed.ts';
import { FileFeed } from './file-feed.ts';
import { UpdatedAtFeed } from './updated-at-feed.ts';

export const CHANGE_FEEDS = ['auto', 'changeStream', 'updatedAt', 'file'] as const;

/** How a worker was told to learn of changes. */
export interface FeedSettings {
  readonly feed: (typeof CHANGE_FEEDS)[number];
  /** Path of the file of changes, or null. */
  readonly changesFile: string | null;
}

/**
 * The feed of a source. Left to itself: the file of changes where one is named, then change streams where the server
 * has them, then `updatedAt`.
 * @throws ConfigurationError when the feed that was asked for cannot be had
 */
export async function openChangeFeed(source: Source, { feed, changesFile }: FeedSettings): Promise<ChangeFeed> {
  if (feed === 'file' || (feed === 'auto' && changesFile !== null)) {
    if (changesFile === null) throw new ConfigurationError([changesFileMissing()]);
    return new FileFeed(changesFile);
  }
  if (feed === 'updatedAt') return new UpdatedAtFeed(source);
  const stream = await source.changeStream();
  if (stream === null && feed === 'changeStream') {
    throw new ConfigurationError([noChangeStreams()]);
  }
  return stream ?? new UpdatedAtFeed(source);
}
