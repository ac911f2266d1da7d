import { BSONType } from 'bson';

/** The largest document that MongoDB stores is 16 MiB, and its tools allow 16 KiB on top of that. */
export const LARGEST_DOCUMENT = 16 * 1024 * 1024 + 16 * 1024;
/** The smallest one is `{}`: a length and a terminator. */
export const SMALLEST_DOCUMENT = 5;

const FIXED_SIZES: Record<number, number> = {
  [BSONType.double]: 8,
  [BSONType.undefined]: 0,
  [BSONType.objectId]: 12,
  [BSONType.bool]: 1,
  [BSONType.date]: 8,
  [BSONType.null]: 0,
  [BSONType.int]: 4,
  [BSONType.timestamp]: 8,
  [BSONType.long]: 8,
  [BSONType.decimal]: 16,
  [BSONType.minKey & 0xff]: 0,
  [BSONType.maxKey]: 0,
};
const SIZES = Int8Array.from({ length: 256 }, (_, type) => FIXED_SIZES[type] ?? -1);

/** The little-endian 32-bit integer at a place. */
export function int32At(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** The place after the zero that ends a name, or −1 when none comes before `end`. */
export function nameEnd(bytes: Uint8Array, at: number, end: number): number {
  let place = at;
  while (place < end && bytes[place] !== 0) place++;
  return place < end ? place + 1 : -1;
}

/** The place after a value of this type (BSON specification 1.1), or −1 when it does not fit before `end`. */
export function valueEnd(bytes: Uint8Array, type: number, at: number, end: number): number {
  const size = SIZES[type]!;
  if (size >= 0) return at + size <= end ? at + size : -1;
  if (type === BSONType.regex) {
    const pattern = nameEnd(bytes, at, end);
    return pattern < 0 ? -1 : nameEnd(bytes, pattern, end);
  }
  if (at + 4 > end) return -1;
  const length = int32At(bytes, at);
  if (length < 0) return -1;
  let after: number;
  switch (type) {
    case BSONType.object:
    case BSONType.array:
    case BSONType.javascriptWithScope:
      after = length >= SMALLEST_DOCUMENT ? at + length : -1;
      break;
    case BSONType.binData:
      after = at + 4 + 1 + length;
      break;
    case BSONType.string:
    case BSONType.javascript:
    case BSONType.symbol:
    case BSONType.dbPointer:
      if (length < 1 || bytes[at + 4 + length - 1] !== 0) return -1;
      after = at + 4 + length + (type === BSONType.dbPointer ? 12 : 0);
      break;
    default:
      return -1;
  }
  return after <= end ? after : -1;
}

/**
 * Whether the bytes from `start` to `end` are one BSON document whose lengths, types and terminators agree at every
 * depth. Text is not looked at: invalid UTF-8 is a matter of one document, a wrong length one of the whole dump.
 */
export function isWellFormed(bytes: Uint8Array, start: number, end: number): boolean {
  if (int32At(bytes, start) !== end - start) return false;
  const outerEnds: number[] = [];
  let at = start + 4;
  let stop = end - 1;
  for (;;) {
    if (at === stop) {
      if (bytes[stop] !== 0) return false;
      const outer = outerEnds.pop();
      if (outer === undefined) return true;
      at = stop + 1;
      stop = outer;
      continue;
    }
    const type = bytes[at]!;
    at = nameEnd(bytes, at + 1, stop);
    if (at < 0) return false;
    const after = valueEnd(bytes, type, at, stop);
    if (after < 0) return false;
    if (type === BSONType.object || type === BSONType.array) {
      outerEnds.push(stop);
      stop = after - 1;
      at += 4;
    } else {
      at = after;
    }
  }
}

/**
 * Whether the bytes from `start` to `end` are what one document's own length says. What is damaged inside it is a matter
 * of that document; a wrong outer length, or one that takes in what comes after it, of the whole dump.
 */
export function isFramed(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < SMALLEST_DOCUMENT || int32At(bytes, start) !== end - start || bytes[end - 1] !== 0) return false;
  for (let at = start + 4; at < end - 1; ) {
    const type = bytes[at]!;
    if (type === 0) return !isBeginning(bytes, at + 1, end);
    const value = nameEnd(bytes, at + 1, end - 1);
    const after = value < 0 ? -1 : valueEnd(bytes, type, value, end - 1);
    const isNested = type === BSONType.object || type === BSONType.array;
    // Nobody knows where a damaged value ends: what follows says nothing about the document.
    if (after < 0 || (isNested && !isWellFormed(bytes, value, after))) return true;
    at = after;
  }
  return true;
}

/** Whether another document may begin here. */
function isBeginning(bytes: Uint8Array, at: number, end: number): boolean {
  const left = end - at;
  return left >= SMALLEST_DOCUMENT && int32At(bytes, at) >= SMALLEST_DOCUMENT && int32At(bytes, at) <= left;
}

/** One name and value of an object: where its name, its value and the next element begin. */
export interface RawElement {
  readonly type: number;
  readonly nameAt: number;
  readonly at: number;
  readonly after: number;
}

/** The elements of the object that stands between two places, up to the first one that is damaged. */
export function* elementsOf(bytes: Uint8Array, start: number, end: number): Generator<RawElement> {
  let place = start + 4;
  while (place < end - 1) {
    const type = bytes[place]!;
    const at = nameEnd(bytes, place + 1, end);
    const after = at < 0 ? -1 : valueEnd(bytes, type, at, end);
    if (after < 0) return;
    yield { type, nameAt: place + 1, at, after };
    place = after;
  }
}

/** The first element of this name, or null when none stands before the first one that is damaged. */
export function elementNamed(bytes: Uint8Array, start: number, end: number, name: Uint8Array): RawElement | null {
  for (const element of elementsOf(bytes, start, end)) {
    if (element.at - 1 - element.nameAt !== name.length) continue;
    let same = 0;
    while (same < name.length && bytes[element.nameAt + same] === name[same]) same++;
    if (same === name.length) return element;
  }
  return null;
}
