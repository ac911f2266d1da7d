import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SourceUnavailable } from '../../../common/errors.ts';
import { int32At } from '../../../document/bson/raw-bson.ts';
import { collectionChanged, collectionUnreadable } from '../../../messages/engine/source.ts';
import type { RawDocument } from '../../source.ts';
import type { KeyIndex } from './key-index.ts';

/** As much is read at once, unless one document is larger. */
const WINDOW_BYTES = 1024 * 1024;
const WINDOW_DOCUMENTS = 8192;
/** A gap between two documents that is read over rather than skipped: one page of the operating system's cache. */
const GAP = 4096;
/** Scattered documents that are read before other work gets its turn. */
const BURST = 64;

/** Entries of an index, ascending: a stretch, or some of them. */
export type Entries = readonly [from: number, to: number] | Uint32Array;

/** A file of documents that lie one after the other, and their index. */
export interface DocumentFile {
  /** As messages call it. */
  readonly name: string;
  readonly database: string;
  readonly file: FileHandle;
  readonly index: KeyIndex;
}

/**
 * Documents in the order of the index. Where that is nearly the file's own order, large pieces are read ahead of the
 * caller; elsewhere each document is read by itself.
 * @throws SourceUnavailable when the file is no longer what was indexed.
 */
export async function* readDocuments(source: DocumentFile, entries: Entries): AsyncGenerator<RawDocument> {
  const { index, database } = source;
  const [from, to] = entries instanceof Uint32Array ? [0, entries.length] : entries;
  const entryAt = entries instanceof Uint32Array ? (place: number) => entries[place]! : (place: number) => place;
  const windowFrom = (start: number): Uint32Array => {
    const window: number[] = [];
    let bytes = 0;
    for (let place = start; place < to && window.length < WINDOW_DOCUMENTS; place++) {
      bytes += index.lengths[entryAt(place)]!;
      if (bytes > WINDOW_BYTES && window.length > 0) break;
      window.push(entryAt(place));
    }
    return Uint32Array.from(window);
  };
  let start = from;
  let window = windowFrom(start);
  let reading = readWindow(source, window);
  while (window.length > 0) {
    const documents = await reading;
    const current = window;
    start += current.length;
    window = windowFrom(start);
    reading = readWindow(source, window);
    reading.catch(() => {}); // told when it is awaited; a caller that stops early never awaits it
    for (let place = 0; place < current.length; place++) {
      yield { key: index.keyAt(current[place]!), bytes: documents[place]!, database };
    }
  }
}

async function readWindow(source: DocumentFile, entries: Uint32Array): Promise<Buffer[]> {
  if (entries.length === 0) return [];
  const { offsets, lengths } = source.index;
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  let bytes = 0;
  for (const entry of entries) {
    low = Math.min(low, offsets[entry]!);
    high = Math.max(high, offsets[entry]! + lengths[entry]!);
    bytes += lengths[entry]!;
  }
  if (high - low > 2 * bytes + GAP * 16) return readScattered(source, entries);
  const piece = Buffer.allocUnsafeSlow(high - low);
  const { bytesRead } = await source.file.read(piece, 0, piece.length, low).catch((error) => refuse(source, error));
  if (bytesRead !== piece.length) return refuse(source);
  return Array.from(entries, (entry) => cut(source, piece, offsets[entry]! - low, lengths[entry]!));
}

/** Reads documents that lie far apart in the file's order; each stretch of neighbours is one read. */
async function readScattered(source: DocumentFile, entries: Uint32Array): Promise<Buffer[]> {
  const { offsets, lengths } = source.index;
  const order = Array.from(entries.keys()).sort((a, b) => offsets[entries[a]!]! - offsets[entries[b]!]!);
  const documents = new Array<Buffer>(entries.length);
  let reads = 0;
  for (let first = 0; first < order.length; ) {
    const low = offsets[entries[order[first]!]!]!;
    let high = low;
    let next = first;
    for (; next < order.length; next++) {
      const entry = entries[order[next]!]!;
      if (next > first && offsets[entry]! - high > GAP) break;
      high = offsets[entry]! + lengths[entry]!;
    }
    const piece = Buffer.allocUnsafeSlow(high - low);
    // Synchronous on purpose: a small read from the page cache costs a tenth of what a promise for it does.
    if (readAt(source, piece, low) !== piece.length) refuse(source);
    for (; first < next; first++) {
      const entry = entries[order[first]!]!;
      documents[order[first]!] = cut(source, piece, offsets[entry]! - low, lengths[entry]!);
    }
    if (++reads % BURST === 0) await nextTurn();
  }
  return documents;
}

function readAt(source: DocumentFile, piece: Buffer, at: number): number {
  try {
    return readSync(source.file.fd, piece, 0, piece.length, at);
  } catch (error) {
    return refuse(source, error);
  }
}

function cut(source: DocumentFile, piece: Buffer, at: number, length: number): Buffer {
  if (int32At(piece, at) !== length) refuse(source);
  return piece.subarray(at, at + length);
}

function refuse({ name }: DocumentFile, error?: unknown): never {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  throw new SourceUnavailable(
    code ? collectionUnreadable({ collection: name, code }) : collectionChanged({ collection: name }),
  );
}
