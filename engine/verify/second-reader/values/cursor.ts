/** BSON types (specification 1.1), as far as something is done about them by name. */
export const TYPE = {
  double: 0x01,
  string: 0x02,
  object: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  boolean: 0x08,
  date: 0x09,
  null: 0x0a,
  regex: 0x0b,
  dbPointer: 0x0c,
  code: 0x0d,
  symbol: 0x0e,
  scopedCode: 0x0f,
  int: 0x10,
  timestamp: 0x11,
  long: 0x12,
  decimal: 0x13,
  maxKey: 0x7f,
  minKey: 0xff,
} as const;

/** Thrown for bytes that are no BSON; caught with the document that they are of. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** A value where it stands: its BSON type, and the bytes from `at` to `end`. */
export interface Value {
  readonly type: number;
  readonly bytes: Buffer;
  readonly at: number;
  readonly end: number;
}

const SIZES = new Map<number, number>([
  ...([TYPE.undefined, TYPE.null, TYPE.maxKey, TYPE.minKey] as const).map((type) => [type, 0] as const),
  ...([TYPE.double, TYPE.date, TYPE.timestamp, TYPE.long] as const).map((type) => [type, 8] as const),
  ...[[TYPE.boolean, 1] as const, [TYPE.int, 4] as const, [TYPE.objectId, 12] as const, [TYPE.decimal, 16] as const],
]);
const FIXED = Int8Array.from({ length: 256 }, (_, type) => SIZES.get(type) ?? -1);

/** Goes through the elements of an object or array, one after the other, in the order of their bytes. */
export class Cursor implements Value {
  readonly bytes: Buffer;
  type = 0;
  nameAt = 0;
  /** The place of the zero behind the name. */
  nameEnd = 0;
  at = 0;
  end: number;
  readonly #stop: number;

  /** @throws Unreadable when the bytes from `start` to `stop` have another length than they say */
  constructor(bytes: Buffer, start: number, stop: number) {
    this.bytes = bytes;
    if (stop - start < 5 || bytes.readInt32LE(start) !== stop - start || bytes[stop - 1] !== 0) throw new Unreadable();
    this.end = start + 4;
    this.#stop = stop - 1;
  }

  /** @returns false at the end @throws Unreadable */
  next(): boolean {
    const { bytes } = this;
    const start = this.end;
    if (start === this.#stop) return false;
    this.type = bytes[start]!;
    this.nameAt = start + 1;
    let place = start + 1;
    while (place < this.#stop && bytes[place] !== 0) place++;
    this.nameEnd = place;
    this.at = place + 1;
    const size = FIXED[this.type]!;
    this.end = size >= 0 ? this.at + size : endOf(this.type, bytes, this.at, this.#stop);
    if (this.at > this.#stop || this.end > this.#stop) throw new Unreadable();
    return true;
  }

  /** @throws Unreadable when it is no UTF-8 */
  get name(): string {
    const name = utf8(this.bytes, this.nameAt, this.nameEnd);
    if (name === null) throw new Unreadable();
    return name;
  }
}

/** The place behind a value that tells its own length. @throws Unreadable */
function endOf(type: number, bytes: Buffer, at: number, stop: number): number {
  if (type === TYPE.regex) {
    const pattern = bytes.indexOf(0, at);
    const options = pattern < 0 ? -1 : bytes.indexOf(0, pattern + 1);
    if (options < 0) throw new Unreadable();
    return options + 1;
  }
  if (at + 4 > stop) throw new Unreadable();
  const length = bytes.readInt32LE(at);
  if (length < 0) throw new Unreadable();
  switch (type) {
    case TYPE.object:
    case TYPE.array:
    case TYPE.scopedCode:
      if (length < 5) throw new Unreadable();
      return at + length;
    case TYPE.binary:
      return at + 5 + length;
    case TYPE.string:
    case TYPE.code:
    case TYPE.symbol:
    case TYPE.dbPointer:
      if (length < 1 || bytes[at + 3 + length] !== 0) throw new Unreadable();
      return at + 4 + length + (type === TYPE.dbPointer ? 12 : 0);
    default:
      throw new Unreadable();
  }
}

/** The text of a string, symbol or code; null when its bytes are no UTF-8. */
export function textOf({ bytes, at, end }: Value): string | null {
  return utf8(bytes, at + 4, end - 1);
}

/** The text of these bytes; null when they are no UTF-8. */
export function utf8(bytes: Buffer, at: number, end: number): string | null {
  const text = bytes.toString('utf8', at, end);
  if (!text.includes('\ufffd')) return text;
  return bytes.compare(Buffer.from(text), 0, undefined, at, end) === 0 ? text : null;
}

/** The first element of this name of an object, or null. @throws Unreadable */
export function memberOf({ bytes, at, end }: Value, name: string): Value | null {
  const cursor = new Cursor(bytes, at, end);
  while (cursor.next()) if (cursor.name === name) return still(cursor);
  return null;
}

/** A value that stays where it is while its cursor goes on. */
export function still({ type, bytes, at, end }: Value): Value {
  return { type, bytes, at, end };
}

/** A value's bytes as those of the document `{v: value}`, as findings and leftovers keep it. */
export function boxOf({ type, bytes, at, end }: Value): Buffer {
  const box = Buffer.alloc(4 + 1 + 2 + (end - at) + 1);
  box.writeInt32LE(box.length);
  box[4] = type;
  box[5] = 0x76;
  bytes.copy(box, 7, at, end);
  return box;
}

/** The value in such a document; null when the bytes are none. */
export function unboxed(bytes: Buffer): Value | null {
  try {
    const cursor = new Cursor(bytes, 0, bytes.length);
    return cursor.next() ? still(cursor) : null;
  } catch {
    return null;
  }
}
