import { BSONType, serialize } from 'bson';
import { Exact } from './exact-number.ts';
import { isPlainObject } from './json-value.ts';
import { WideDate } from './wide-date.ts';

/**
 * A value of a decoded document as BSON `{v: value}`, whatever its type; our own decimals go back to text. Objects and
 * arrays are written here, since the BSON library takes an object with a key `_bsontype` for one of its own types, and
 * has no bytes for what is undefined or a date beyond JavaScript’s.
 */
export function boxed(value: unknown): Buffer {
  return objectBytes([['v', value instanceof Exact ? value.toString() : value]]);
}

function objectBytes(entries: readonly (readonly [string, unknown])[]): Buffer {
  const elements = entries.flatMap(([name, value]) => {
    const { type, payload } = element(value);
    return [Buffer.of(type), Buffer.from(`${name}\0`), payload];
  });
  const body = Buffer.concat(elements);
  const bytes = Buffer.alloc(4 + body.length + 1);
  bytes.writeInt32LE(bytes.length);
  body.copy(bytes, 4);
  return bytes;
}

function element(value: unknown): { type: number; payload: Uint8Array } {
  if (value === undefined) return { type: BSONType.undefined, payload: Buffer.alloc(0) };
  if (value instanceof WideDate) return { type: BSONType.date, payload: value.bytes() };
  if (Array.isArray(value)) {
    return { type: BSONType.array, payload: objectBytes(value.map((inner, index) => [`${index}`, inner])) };
  }
  if (isPlainObject(value)) return { type: BSONType.object, payload: objectBytes(Object.entries(value)) };
  const single = serialize({ v: value });
  return { type: single[4]!, payload: single.subarray(NAME_END, -1) };
}

/** Four bytes of length, one of type, and `v` with its zero. */
const NAME_END = 4 + 1 + 2;
