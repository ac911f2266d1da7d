import type { LegacyKey } from '../../document/legacy-key.ts';

/** The ways in which a source tells what has changed in it. */
export type FeedKind = 'changeStream' | 'updatedAt' | 'file';

/** Up to where a feed has been read: JSON, nothing of a document. Its members are the feed's own. */
export type FeedPosition = Readonly<Record<string, string | number | null>>;

/** Some of the documents that a feed names; one may come several times. */
export interface FeedPage {
  readonly keys: readonly LegacyKey[];
  /** Where reading goes on after this page; on the last one, where the next reading begins. */
  readonly position: FeedPosition;
  /** Whether this is the last page, which always comes. */
  readonly isLast: boolean;
}

/** What names the documents that have been written to since a moment. */
export interface ChangeFeed {
  readonly kind: FeedKind;
  /**
   * Whether it is a log: it names inserted and deleted documents, too, and can be read on from any page. Otherwise those
   * are found by their `_id`s, and a reading that does not come to its end begins again.
   */
  readonly isLog: boolean;
  /** Where the feed of a collection stands now. Taken before the collection is read, it misses nothing. */
  position(collection: string): Promise<FeedPosition>;
  /**
   * Reads from a position up to the present moment.
   * @throws FeedLost when the feed does not reach back that far
   */
  changesSince(collection: string, position: FeedPosition): AsyncIterable<FeedPage>;
  /** For how many seconds changes are kept; null when that has no bound, or is not told. */
  keptSeconds(): Promise<number | null>;
}

/** Documents of one page. */
export const FEED_PAGE = 1_000;
