import type { LegacyKey } from '../../document/legacy-key.ts';
import type { Source } from '../source.ts';
import { type ChangeFeed, FEED_PAGE, type FeedPage, type FeedPosition } from './change-feed.ts';

const FIELD = 'updatedAt';
/** Clocks of application servers differ, and a write takes a while from its date to its commit: milliseconds. */
const MARGIN = 5 * 60 * 1000;

/** Documents by their `updatedAt`, as Mongoose's `timestamps` keep it. A write that leaves it alone is not seen. */
export class UpdatedAtFeed implements ChangeFeed {
  readonly kind = 'updatedAt';
  readonly isLog = false;
  readonly #source: Source;
  readonly #margin: number;

  /** @param margin milliseconds before a position from which on documents are named again */
  constructor(source: Source, margin: number = MARGIN) {
    this.#source = source;
    this.#margin = margin;
  }

  async position(collection: string): Promise<FeedPosition> {
    const moment = await this.#source.latestMoment(collection, FIELD);
    return { at: moment?.getTime() ?? 0 };
  }

  async keptSeconds(): Promise<null> {
    return null;
  }

  async *changesSince(collection: string, position: FeedPosition): AsyncGenerator<FeedPage> {
    const next = await this.position(collection);
    const since = new Date(Number(position['at']) - this.#margin);
    let keys: LegacyKey[] = [];
    for await (const key of this.#source.keysSince(collection, FIELD, since)) {
      keys.push(key);
      if (keys.length < FEED_PAGE) continue;
      // They come in no order: an interrupted reading begins again.
      yield { keys, position, isLast: false };
      keys = [];
    }
    yield { keys, position: next, isLast: true };
  }
}
