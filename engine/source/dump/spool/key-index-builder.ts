import { BSONType } from 'bson';
import {
  compareKeys,
  compareKeyTypes,
  type KeyType,
  keyOfDocument,
  type LegacyKey,
  typeOfKey,
} from '../../../document/legacy-key.ts';
import { type KeyGroup, OBJECT_ID_KEY } from './key-index.ts';

/** Bytes that grow by doubling. */
class GrowingBytes {
  bytes = Buffer.alloc(64 * 1024);
  length = 0;

  /** Makes room and returns the place of the first new byte. */
  reserve(size: number): number {
    if (this.length + size > this.bytes.length) {
      const grown = Buffer.alloc(Math.max(this.bytes.length * 2, this.length + size));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    this.length += size;
    return this.length - size;
  }
}

/** Numbers that grow by doubling. */
class GrowingNumbers<T extends Uint32Array | Float64Array> {
  values: T;
  length = 0;
  private readonly make: (size: number) => T;

  constructor(make: (size: number) => T) {
    this.make = make;
    this.values = make(1024);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = this.make(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }
}

const growingIntegers = () => new GrowingNumbers((size) => new Uint32Array(size));

/** The documents of one type of `_id`, in the order in which they came. */
class GroupBuilder {
  readonly type: KeyType;
  readonly documents = growingIntegers();
  readonly ends = new GrowingNumbers((size) => new Float64Array(size));
  readonly keys = new GrowingBytes();
  private sorted = true;

  constructor(type: KeyType) {
    this.type = type;
  }

  add(document: number, key: Uint8Array, start: number, end: number): void {
    const at = this.keys.reserve(end - start);
    const { bytes } = this.keys;
    for (let place = start; place < end; place++) bytes[at + place - start] = key[place]!;
    this.close(document);
  }

  addObjectId(document: number, bytes: Uint8Array, start: number): void {
    const at = this.keys.reserve(OBJECT_ID_KEY);
    const keys = this.keys.bytes;
    keys[at] = BSONType.objectId;
    for (let place = 0; place < 12; place++) keys[at + 1 + place] = bytes[start + place]!;
    this.close(document);
  }

  private close(document: number): void {
    this.documents.push(document);
    if (this.type !== 'objectId') this.ends.push(this.keys.length);
    const last = this.documents.length - 1;
    if (this.sorted && last > 0) this.sorted = this.compare(last - 1, last) < 0;
  }

  keyAt(position: number): LegacyKey {
    const [start, end] = this.bounds(position);
    return this.keys.bytes.subarray(start, end);
  }

  bounds(position: number): [start: number, end: number] {
    if (this.type === 'objectId') return [position * OBJECT_ID_KEY, (position + 1) * OBJECT_ID_KEY];
    return [position > 0 ? this.ends.values[position - 1]! : 0, this.ends.values[position]!];
  }

  /** The positions in the order of their keys. */
  order(): Uint32Array {
    const positions = Uint32Array.from({ length: this.documents.length }, (_, position) => position);
    if (this.sorted) return positions;
    return positions.sort((a, b) => this.compare(a, b));
  }

  compare(a: number, b: number): number {
    if (this.type !== 'objectId') return compareKeys(this.keyAt(a), this.keyAt(b));
    const { bytes } = this.keys;
    const [x, y] = [a * OBJECT_ID_KEY, b * OBJECT_ID_KEY];
    for (let place = 1; place < OBJECT_ID_KEY; place++) {
      const difference = bytes[x + place]! - bytes[y + place]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

/** A finished index: what its manifest says of it, and its columns in the order in which they are stored. */
export interface BuiltIndex {
  readonly groups: readonly KeyGroup[];
  readonly columns: readonly Uint8Array[];
}

/** Gathers `_id`s and lengths of documents that lie one after the other, and sorts them by `_id`. */
export class KeyIndexBuilder {
  private readonly lengths = growingIntegers();
  private readonly groups = new Map<KeyType, GroupBuilder>();

  /** @returns false when the document has no `_id` */
  add(bytes: Buffer, start: number, end: number): boolean {
    const document = this.lengths.length;
    this.lengths.push(end - start);
    const isObjectId = bytes[start + 4] === BSONType.objectId;
    if (isObjectId && bytes.readUInt32LE(start + 5) === 0x0064695f /* "_id" and its zero */) {
      this.group('objectId').addObjectId(document, bytes, start + 9);
      return true;
    }
    const key = keyOfDocument(bytes.subarray(start, end));
    if (key === null) return false;
    this.group(typeOfKey(key)).add(document, key, 0, key.length);
    return true;
  }

  private group(type: KeyType): GroupBuilder {
    const group = this.groups.get(type) ?? new GroupBuilder(type);
    this.groups.set(type, group);
    return group;
  }

  /** @param onDuplicate told of an `_id` that two documents have */
  build(onDuplicate: (key: LegacyKey) => never): BuiltIndex {
    const groups = [...this.groups.values()].sort((a, b) => compareKeyTypes(a.type, b.type));
    const count = this.lengths.length;
    const starts = new Float64Array(count + 1);
    for (let document = 0; document < count; document++) {
      starts[document + 1] = starts[document]! + this.lengths.values[document]!;
    }
    const offsets = new Float64Array(count);
    const lengths = new Uint32Array(count);
    const ends: Float64Array[] = [];
    const keys: Buffer[] = [];
    let entry = 0;
    for (const group of groups) {
      const order = group.order();
      const sortedKeys = Buffer.alloc(group.keys.length);
      const sortedEnds = new Float64Array(group.type === 'objectId' ? 0 : order.length);
      let at = 0;
      for (const [number, position] of order.entries()) {
        if (number > 0 && group.compare(order[number - 1]!, position) === 0) onDuplicate(group.keyAt(position));
        const document = group.documents.values[position]!;
        offsets[entry] = starts[document]!;
        lengths[entry++] = this.lengths.values[document]!;
        const [start, end] = group.bounds(position);
        group.keys.bytes.copy(sortedKeys, at, start, end);
        at += end - start;
        if (sortedEnds.length > 0) sortedEnds[number] = at;
      }
      ends.push(sortedEnds);
      keys.push(sortedKeys);
    }
    const columns = [offsets, ...ends, lengths, ...keys].map(
      (column) => new Uint8Array(column.buffer, column.byteOffset, column.byteLength),
    );
    return {
      groups: groups.map(({ type, documents, keys: { length } }) => ({
        type,
        count: documents.length,
        keyBytes: length,
      })),
      columns,
    };
  }
}
