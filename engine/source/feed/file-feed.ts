import { open } from 'node:fs/promises';
import { EJSON } from 'bson';
import { FeedLost, SourceUnavailable } from '../../common/errors.ts';
import { keyOf, type LegacyKey } from '../../document/legacy-key.ts';
import { changesFileShorter, changesFileUnreadable, changesLineInvalid } from '../../messages/engine/source.ts';
import { type ChangeFeed, FEED_PAGE, type FeedPage, type FeedPosition } from './change-feed.ts';

const NEWLINE = 0x0a;
const CHUNK = 256 * 1024;

/**
 * A file that grows: one line `{"collection": …, "_id": <Extended JSON>}` for each document that is written to. A last
 * line without its end is left for the next reading; a file that is not there yet is an empty one.
 */
export class FileFeed implements ChangeFeed {
  readonly kind = 'file';
  readonly isLog = true;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async position(): Promise<FeedPosition> {
    return { offset: await this.#size() };
  }

  async keptSeconds(): Promise<null> {
    return null;
  }

  async *changesSince(collection: string, position: FeedPosition): AsyncGenerator<FeedPage> {
    let offset = Number(position['offset']);
    if ((await this.#size()) < offset) {
      throw new FeedLost(changesFileShorter());
    }
    let keys: LegacyKey[] = [];
    for await (const { line, end } of this.#lines(offset)) {
      const key = keyOfLine(line, collection, offset);
      offset = end;
      if (key !== null) keys.push(key);
      if (keys.length < FEED_PAGE) continue;
      yield { keys, position: { offset }, isLast: false };
      keys = [];
    }
    yield { keys, position: { offset }, isLast: true };
  }

  async #size(): Promise<number> {
    const file = await this.#open();
    try {
      return (await file?.stat())?.size ?? 0;
    } finally {
      await file?.close();
    }
  }

  async *#lines(from: number): AsyncGenerator<{ readonly line: string; readonly end: number }> {
    const file = await this.#open();
    if (file === null) return;
    try {
      let rest = Buffer.alloc(0);
      let at = from;
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at + rest.length);
        if (bytesRead === 0) return;
        rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
        let start = 0;
        for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, start)) {
          yield { line: rest.toString('utf8', start, end), end: at + end + 1 };
          start = end + 1;
        }
        at += start;
        rest = rest.subarray(start);
      }
    } finally {
      await file.close();
    }
  }

  async #open() {
    try {
      return await open(this.#path, 'r');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return null;
      throw new SourceUnavailable(changesFileUnreadable({ code: String(code) }));
    }
  }
}

/** The key that a line names, or null for a line of another collection. */
function keyOfLine(line: string, collection: string, offset: number): LegacyKey | null {
  if (line.trim() === '') return null;
  try {
    const change = EJSON.parse(line, { relaxed: false }) as { collection?: unknown; _id?: unknown };
    if (typeof change.collection === 'string' && '_id' in change) {
      return change.collection === collection ? keyOf(change._id) : null;
    }
  } catch {
    // Told below, without the line's own words: they may hold personal data.
  }
  throw new FeedLost(changesLineInvalid({ offset }));
}
