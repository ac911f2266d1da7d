import type { FileHandle } from 'node:fs/promises';
import { compareKeys, compareKeyTypes, type KeyType, type LegacyKey, typeOfKey } from '../../../document/legacy-key.ts';
import type { KeyRange } from '../../source.ts';

/** An ObjectId's key: the type and 12 bytes. */
export const OBJECT_ID_KEY = 13;

/** One type of `_id` in an index: how many entries it has and how many bytes their keys take together. */
export interface KeyGroup {
  readonly type: KeyType;
  readonly count: number;
  readonly keyBytes: number;
}

interface LoadedGroup extends KeyGroup {
  /** The group's first entry in the index. */
  readonly first: number;
  /** Where each key ends in `keys`; null when every key has the same length. */
  readonly ends: Float64Array | null;
  readonly keys: Buffer;
}

/**
 * Every document of a collection by `_id`: entry 0 is the lowest. It is a handful of columns, not an object for each
 * document: 25 bytes each for ObjectIds.
 * On disk: offsets (8 bytes each), where the keys end (8, groups other than ObjectIds only), lengths (4), keys; in
 * this machine's byte order, since a spool never leaves it.
 */
export class KeyIndex {
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  readonly count: number;
  private readonly groups: readonly LoadedGroup[];

  /** @param data the whole index, at the start of its ArrayBuffer */
  constructor(groups: readonly KeyGroup[], data: Uint8Array) {
    this.count = groups.reduce((sum, group) => sum + group.count, 0);
    let at = 0;
    const column = (bytes: number): [ArrayBuffer, number] => {
      at += bytes;
      return [data.buffer as ArrayBuffer, at - bytes];
    };
    this.offsets = new Float64Array(...column(this.count * 8), this.count);
    const ends = groups.map(({ type, count }) =>
      type === 'objectId' ? null : new Float64Array(...column(count * 8), count),
    );
    this.lengths = new Uint32Array(...column(this.count * 4), this.count);
    let first = 0;
    this.groups = groups.map((group, number) => {
      const keys = Buffer.from(...column(group.keyBytes), group.keyBytes);
      first += group.count;
      return { ...group, first: first - group.count, ends: ends[number]!, keys };
    });
  }

  /** Bytes that an index of these groups takes. */
  static size(groups: readonly KeyGroup[]): number {
    return groups.reduce(
      (sum, { type, count, keyBytes }) => sum + count * (type === 'objectId' ? 12 : 20) + keyBytes,
      0,
    );
  }

  /** The types of its keys, in MongoDB's order. */
  get types(): readonly KeyType[] {
    return this.groups.filter(({ count }) => count > 0).map(({ type }) => type);
  }

  static async load(groups: readonly KeyGroup[], file: FileHandle): Promise<KeyIndex> {
    const data = new Uint8Array(KeyIndex.size(groups));
    let at = 0;
    while (at < data.length) {
      const { bytesRead } = await file.read(data, at, Math.min(data.length - at, 2 ** 30), at);
      if (bytesRead === 0) throw new RangeError('the index is shorter than its manifest says');
      at += bytesRead;
    }
    return new KeyIndex(groups, data);
  }

  /** The key of an entry, as a view on the index. */
  keyAt(entry: number): LegacyKey {
    const group = this.groups.find(({ first, count }) => entry < first + count)!;
    return keyOfEntry(group, entry - group.first);
  }

  /** Every key from one entry to before another. */
  *keys(from = 0, to = this.count): Generator<LegacyKey> {
    for (const group of this.groups) {
      const last = Math.min(to - group.first, group.count);
      for (let entry = Math.max(from - group.first, 0); entry < last; entry++) yield keyOfEntry(group, entry);
    }
  }

  /** The entry with this key, or −1. */
  find(key: LegacyKey): number {
    const group = this.groups.find(({ type }) => type === typeOfKey(key));
    if (!group) return -1;
    const entry = countUpTo(group, key) - 1;
    return entry >= 0 && keyOfEntry(group, entry).equals(key) ? group.first + entry : -1;
  }

  /** The entries `[from, to)` of a range of keys. */
  range({ type, after, upTo }: KeyRange): [from: number, to: number] {
    const group = this.groups.find((each) => each.type === type);
    if (!group) return [0, 0];
    const from = group.first + (after ? countUpTo(group, after) : 0);
    const to = group.first + (upTo ? countUpTo(group, upTo) : group.count);
    return [from, Math.max(from, to)];
  }

  /** How many entries have a key up to and with this one, in the order of all types. */
  countUpTo(key: LegacyKey): number {
    const type = typeOfKey(key);
    let count = 0;
    for (const group of this.groups) {
      if (group.type === type) count += countUpTo(group, key);
      else if (compareKeyTypes(group.type, type) < 0) count += group.count;
    }
    return count;
  }
}

function keyOfEntry(group: LoadedGroup, entry: number): LegacyKey {
  if (group.ends === null) return group.keys.subarray(entry * OBJECT_ID_KEY, (entry + 1) * OBJECT_ID_KEY);
  return group.keys.subarray(entry > 0 ? group.ends[entry - 1] : 0, group.ends[entry]);
}

function countUpTo(group: LoadedGroup, key: LegacyKey): number {
  let low = 0;
  let high = group.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keyOfEntry(group, middle), key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
