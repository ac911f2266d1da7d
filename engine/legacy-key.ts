import { BSONType, deserialize, EJSON, ObjectId, onDemand } from 'bson';
import { Decimal } from 'decimal.js';
import { EXACT_BSON } from './exact-bson.ts';
import { WideDate } from './wide-date.ts';

/**
 * A legacy `_id` as bytes: one byte of BSON type, then for an ObjectId its 12 bytes and for every other type its
 * canonical Extended JSON as UTF-8. Equal keys are equal bytes; the bytes tell type and value, so `"1"`, 1 and
 * ObjectId never collide.
 */
export type LegacyKey = Buffer;

/**
 * The groups within which MongoDB orders and compares `_id`s: a range query never leaves one of them.
 * In the order in which MongoDB sorts them (manual: "Comparison/Sort Order").
 */
export const KEY_TYPES = [
  'minKey',
  'null',
  'number',
  'string',
  'object',
  'binData',
  'objectId',
  'bool',
  'date',
  'timestamp',
  'javascript',
  'maxKey',
] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** Key type of sub-documents that carry no `_id`: the payload is their place, `<root>/<path>/<index>`. */
const PLACE = 0x00;

const TYPE_OF_BYTE: Record<number, KeyType> = {
  [BSONType.double]: 'number',
  [BSONType.int]: 'number',
  [BSONType.long]: 'number',
  [BSONType.decimal]: 'number',
  [BSONType.string]: 'string',
  [BSONType.symbol]: 'string',
  [BSONType.object]: 'object',
  [BSONType.binData]: 'binData',
  [BSONType.objectId]: 'objectId',
  [BSONType.bool]: 'bool',
  [BSONType.date]: 'date',
  [BSONType.timestamp]: 'timestamp',
  [BSONType.null]: 'null',
  [BSONType.undefined]: 'null',
  [BSONType.javascript]: 'javascript',
  [BSONType.minKey & 0xff]: 'minKey',
  [BSONType.maxKey]: 'maxKey',
};

/** The BSON type byte of a value decoded with `promoteValues: false` (or of a promoted one). */
function typeByteOf(value: unknown): number {
  if (value === null) return BSONType.null;
  if (value === undefined) return BSONType.undefined;
  switch (typeof value) {
    case 'string':
      return BSONType.string;
    case 'boolean':
      return BSONType.bool;
    case 'bigint':
      return BSONType.long;
    case 'number':
      return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? BSONType.int : BSONType.double;
  }
  if (value instanceof Date) return BSONType.date;
  switch ((value as { _bsontype?: string })._bsontype) {
    case 'ObjectId':
      return BSONType.objectId;
    case 'Int32':
      return BSONType.int;
    case 'Long':
      return BSONType.long;
    case 'Double':
      return BSONType.double;
    case 'Decimal128':
      return BSONType.decimal;
    case 'Binary':
      return BSONType.binData;
    case 'Timestamp':
      return BSONType.timestamp;
    case 'BSONSymbol':
      return BSONType.symbol;
    case 'Code':
      return (value as { scope?: unknown }).scope ? BSONType.javascriptWithScope : BSONType.javascript;
    case 'BSONRegExp':
      return BSONType.regex;
    case 'MinKey':
      return BSONType.minKey & 0xff;
    case 'MaxKey':
      return BSONType.maxKey;
    default:
      return BSONType.object;
  }
}

/** The key of an `_id` value as the BSON library decodes it (best with `promoteValues: false`, which keeps the number's type). */
export function keyOf(value: unknown): LegacyKey {
  // Mongoose’s are made by a copy of the library of its own.
  if ((value as Partial<ObjectId> | null)?._bsontype === 'ObjectId') return objectIdKey((value as ObjectId).id);
  if (value instanceof WideDate) return dateKey(value.milliseconds);
  const type = typeByteOf(value);
  const text = EJSON.stringify(value, { relaxed: false });
  return Buffer.concat([Buffer.of(type), Buffer.from(text ?? 'null')]);
}

/** The key of an ObjectId's 12 bytes. */
export function objectIdKey(id: Uint8Array): LegacyKey {
  const key = Buffer.allocUnsafe(13);
  key[0] = BSONType.objectId;
  key.set(id, 1);
  return key;
}

/** The key of a sub-document that has no `_id`: `<root>/<path>/<index>`, or `<root>/<path>` for a single one. */
export function placeKey(root: LegacyKey, path: string, index?: number): LegacyKey {
  const place = `${showKey(root)}/${path}${index === undefined ? '' : `/${index}`}`;
  return Buffer.concat([Buffer.of(PLACE), Buffer.from(place)]);
}

const ID_NAME = Buffer.from('_id\0');

/**
 * The `_id` of a whole BSON document, read without decoding the rest of it.
 * @returns null when the document has no `_id`.
 */
export function keyOfDocument(bytes: Uint8Array): LegacyKey | null {
  if (bytes[4] === BSONType.objectId && bytes[5] === 0x5f && bytes[6] === 0x69 && bytes[7] === 0x64 && bytes[8] === 0) {
    return objectIdKey(bytes.subarray(9, 21));
  }
  for (const [type, nameOffset, nameLength, offset, length] of onDemand.parseToElements(bytes)) {
    if (nameLength !== 3 || ID_NAME.compare(bytes, nameOffset, nameOffset + 3, 0, 3) !== 0) continue;
    return keyOfElement(type & 0xff, bytes.subarray(offset, offset + length));
  }
  return null;
}

/** The key of an `_id` of this BSON type, whose value's own bytes are given. */
export function keyOfElement(type: number, value: Uint8Array): LegacyKey {
  if (type === BSONType.objectId) return objectIdKey(value);
  if (type === BSONType.date) {
    // Not by way of Date, which holds a part of the 64-bit range only and would make all the rest one key.
    return dateKey(Buffer.from(value).readBigInt64LE());
  }
  const size = 4 + 1 + ID_NAME.length + value.length + 1;
  const single = Buffer.alloc(size);
  single.writeInt32LE(size, 0);
  single[4] = type;
  ID_NAME.copy(single, 5);
  single.set(value, 5 + ID_NAME.length);
  try {
    const { _id } = deserialize(single, { ...EXACT_BSON, validation: { utf8: true } });
    const key = keyOf(_id);
    key[0] = type;
    return key;
  } catch {
    const kept = EJSON.stringify({ $invalidBson: Buffer.from(value).toString('base64') });
    return Buffer.concat([Buffer.of(type), Buffer.from(kept)]);
  }
}

function dateKey(milliseconds: bigint): LegacyKey {
  return Buffer.concat([Buffer.of(BSONType.date), Buffer.from(`{"$date":{"$numberLong":"${milliseconds}"}}`)]);
}

/** The `_id` value of a key, exact in its BSON type: for a query, or to be shown. */
export function valueOfKey(key: LegacyKey): unknown {
  if (key[0] === BSONType.objectId) return new ObjectId(key.subarray(1));
  return EJSON.parse(key.toString('utf8', 1), { relaxed: false });
}

/** The group of MongoDB's sort order that a root document's key belongs to. */
export function typeOfKey(key: LegacyKey): KeyType {
  return TYPE_OF_BYTE[key[0]!] ?? 'object';
}

/** A key as people and prisma-id-mapping.json see it: 24 hex digits, a place, or canonical Extended JSON. */
export function showKey(key: LegacyKey): string {
  return key[0] === BSONType.objectId ? key.toString('hex', 1) : key.toString('utf8', 1);
}

/** The key of what a person typed: 24 hex digits are an ObjectId, Extended JSON its value, anything else a string. */
export function parseKey(text: string): LegacyKey {
  if (/^[0-9a-f]{24}$/i.test(text)) return objectIdKey(Buffer.from(text, 'hex'));
  try {
    return keyOf(EJSON.parse(text, { relaxed: false }));
  } catch {
    return text.includes('/') ? Buffer.concat([Buffer.of(PLACE), Buffer.from(text)]) : keyOf(text);
  }
}

/** The seconds since 1970 that an ObjectId carries, or null for every other key. */
export function secondsOfKey(key: LegacyKey): number | null {
  return key[0] === BSONType.objectId ? key.readUInt32BE(1) : null;
}

/** MongoDB's order of two types of `_id`. */
export function compareKeyTypes(a: KeyType, b: KeyType): number {
  return KEY_TYPES.indexOf(a) - KEY_TYPES.indexOf(b);
}

/**
 * MongoDB's order of two `_id`s (manual: "Comparison/Sort Order"), across and inside types; 0 for equal keys only.
 * A compound `_id` is compared pair by pair as MongoDB does; arrays inside one by their Extended JSON.
 */
export function compareKeys(a: LegacyKey, b: LegacyKey): number {
  if (a[0] === BSONType.objectId && b[0] === BSONType.objectId) return Buffer.compare(a, b);
  const type = typeOfKey(a);
  const byType = compareKeyTypes(type, typeOfKey(b));
  if (byType !== 0) return byType;
  switch (type) {
    case 'number':
      return compareNumbers(a, b) || Buffer.compare(a, b);
    case 'string':
      return compareTexts(a, b) || Buffer.compare(a, b);
    case 'binData':
      return compareBinary(a, b) || Buffer.compare(a, b);
    case 'date':
      return Number(BigInt(lastText(a, 3)) - BigInt(lastText(b, 3)));
    case 'timestamp':
      return compareTimestamps(a, b);
    case 'object':
      return compareObjects(a, b) || Buffer.compare(a, b);
    default:
      return Buffer.compare(a, b);
  }
}

/** The `5` of `{"$numberInt":"5"}`: what stands inside the last quotes, `tail` being the bytes after it. */
function lastText(key: LegacyKey, tail: number): string {
  const end = key.length - tail;
  return key.toString('latin1', key.lastIndexOf(0x22, end - 1) + 1, end);
}

function compareNumbers(a: LegacyKey, b: LegacyKey): number {
  const [x, y] = [numberText(a), numberText(b)];
  if (x === 'NaN' || y === 'NaN') return Number(x !== 'NaN') - Number(y !== 'NaN');
  const [u, v] = [Number(x), Number(y)];
  const asDoubles = isExactDouble(a, u) && isExactDouble(b, v);
  return asDoubles ? Number(u > v) - Number(u < v) : new Decimal(x).cmp(new Decimal(y));
}

function numberText(key: LegacyKey): string {
  return lastText(key, 2);
}

function isExactDouble(key: LegacyKey, value: number): boolean {
  return (
    key[0] === BSONType.int || key[0] === BSONType.double || (key[0] === BSONType.long && Number.isSafeInteger(value))
  );
}

const BACKSLASH = 0x5c;

function compareTexts(a: LegacyKey, b: LegacyKey): number {
  if (a[0] === BSONType.string && b[0] === BSONType.string && !a.includes(BACKSLASH) && !b.includes(BACKSLASH)) {
    return a.compare(b, 2, b.length - 1, 2, a.length - 1);
  }
  return Buffer.compare(Buffer.from(textOf(a)), Buffer.from(textOf(b)));
}

function textOf(key: LegacyKey): string {
  const value = valueOfKey(key);
  return typeof value === 'string' ? value : String((value as { value?: unknown }).value ?? '');
}

/** Binary sorts by length, then by subtype, then byte by byte. */
function compareBinary(a: LegacyKey, b: LegacyKey): number {
  const [x, y] = [binaryOf(a), binaryOf(b)];
  return x.bytes.length - y.bytes.length || x.subtype - y.subtype || Buffer.compare(x.bytes, y.bytes);
}

function binaryOf(key: LegacyKey): { bytes: Uint8Array; subtype: number } {
  const binary = valueOfKey(key) as { buffer: Uint8Array; sub_type: number; position?: number };
  return { bytes: binary.buffer.subarray(0, binary.position ?? binary.buffer.length), subtype: binary.sub_type };
}

function compareTimestamps(a: LegacyKey, b: LegacyKey): number {
  const [x, y] = [a, b].map((key) => JSON.parse(key.toString('utf8', 1)).$timestamp as { t: number; i: number });
  return x!.t - y!.t || x!.i - y!.i;
}

/** Objects sort pair by pair: by type, then by name, then by value; the one that ends first is the lesser. */
function compareObjects(a: LegacyKey, b: LegacyKey): number {
  const [x, y] = [a, b].map((key) => Object.entries(valueOfKey(key) as object));
  for (const [index, [name, value]] of x!.entries()) {
    const other = y![index];
    if (other === undefined) return 1;
    const [mine, theirs] = [keyOf(value), keyOf(other[1])];
    const byType = compareKeyTypes(typeOfKey(mine), typeOfKey(theirs));
    const byName = byType || Buffer.compare(Buffer.from(name), Buffer.from(other[0]));
    if (byName !== 0) return byName;
    const byValue =
      Array.isArray(value) || Array.isArray(other[1]) ? Buffer.compare(mine, theirs) : compareKeys(mine, theirs);
    if (byValue !== 0) return byValue;
  }
  return x!.length - y!.length;
}
