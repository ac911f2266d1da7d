import { type ObjectId, serialize } from 'bson';
import { boxOf } from './bson/box.ts';
import { compareValues } from './bson/compare.ts';
import { extendedJson } from './bson/extended-json.ts';
import { faultIn } from './bson/fault.ts';
import { libraryValue } from './bson/library-value.ts';
import { packed, parseExtendedJson, unpacked } from './bson/parse-extended.ts';
import { elementNamed } from './bson/raw-bson.ts';
import { TYPE } from './bson/types.ts';
import { BsonValue, bufferOf } from './bson/value.ts';

/**
 * A legacy `_id` as bytes: one byte of BSON type, then for an ObjectId its 12 bytes and for every other type its
 * canonical Extended JSON as UTF-8. Two `_id`s that differ in a byte never have the same key: what Extended JSON
 * cannot tell apart (a name that stands twice, the order of names that are whole numbers, an object that looks like a
 * type, bits that mean nothing) is `{"$bson": "<base64 of type and value>"}`, and damaged BSON
 * `{"$invalidBson": "<base64 of the value>"}`.
 */
export type LegacyKey = Buffer;

/** One text per key, to find it by in a Map or a Set; never shown to anybody. */
export const keyName = (key: LegacyKey): string => key.toString('latin1');

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
  [TYPE.double]: 'number',
  [TYPE.int32]: 'number',
  [TYPE.int64]: 'number',
  [TYPE.decimal128]: 'number',
  [TYPE.string]: 'string',
  [TYPE.symbol]: 'string',
  [TYPE.object]: 'object',
  [TYPE.binary]: 'binData',
  [TYPE.objectId]: 'objectId',
  [TYPE.bool]: 'bool',
  [TYPE.date]: 'date',
  [TYPE.timestamp]: 'timestamp',
  [TYPE.null]: 'null',
  [TYPE.undefined]: 'null',
  [TYPE.code]: 'javascript',
  [TYPE.minKey]: 'minKey',
  [TYPE.maxKey]: 'maxKey',
};

/** The key of an `_id` as a library has it (best with `promoteValues: false`, which keeps the number's type), never of a document's own value. */
export function keyOf(value: unknown): LegacyKey {
  // Mongoose’s are made by a copy of the library of its own.
  if ((value as Partial<ObjectId> | null)?._bsontype === 'ObjectId') return objectIdKey((value as ObjectId).id);
  if (value === undefined) return withType(TYPE.undefined, 'null');
  return keyOfDocument(serialize({ _id: value }))!;
}

/** The key of an ObjectId's 12 bytes. */
export function objectIdKey(id: Uint8Array): LegacyKey {
  const key = Buffer.allocUnsafe(13);
  key[0] = TYPE.objectId;
  key.set(id, 1);
  return key;
}

/** The key of a sub-document that has no `_id`: `<root>/<path>/<index>`, or `<root>/<path>` for a single one. */
export function placeKey(root: LegacyKey, path: string, index?: number): LegacyKey {
  const place = `${showKey(root)}/${path}${index === undefined ? '' : `/${index}`}`;
  return withType(PLACE, place);
}

/** Whether a key is that of a sub-document without an `_id`. */
export function isPlace(key: LegacyKey): boolean {
  return key[0] === PLACE;
}

const ID_NAME = Buffer.from('_id');

/**
 * The `_id` of a whole BSON document, read without decoding the rest of it.
 * @returns null when the document has no `_id`.
 */
export function keyOfDocument(bytes: Uint8Array): LegacyKey | null {
  if (bytes[4] === TYPE.objectId && bytes[5] === 0x5f && bytes[6] === 0x69 && bytes[7] === 0x64 && bytes[8] === 0) {
    return objectIdKey(bytes.subarray(9, 21));
  }
  const id = elementNamed(bytes, 0, bytes.length, ID_NAME);
  return id === null ? null : keyOfElement(id.type, bytes.subarray(id.at, id.after));
}

/** The key of an `_id` that stands in a document. */
export function keyOfValue({ type, bytes, at, end }: BsonValue): LegacyKey {
  return keyOfElement(type, bytes.subarray(at, end));
}

/** The key of an `_id` of this BSON type, whose value's own bytes are given. */
export function keyOfElement(type: number, value: Uint8Array): LegacyKey {
  if (type === TYPE.objectId) return objectIdKey(value);
  const payload = bufferOf(value);
  if (faultIn(boxOf(type, payload)) !== null) {
    return withType(type, `{"$invalidBson":"${payload.toString('base64')}"}`);
  }
  const held = new BsonValue(type, payload, 0, payload.length);
  // The type byte tells it from null.
  if (type === TYPE.undefined) return withType(type, 'null');
  const { text, isKey } = extendedJson(held);
  const isOwn = text.startsWith('{"$bson":"') || text.startsWith('{"$invalidBson":"');
  return withType(type, isKey && !isOwn ? text : `{"$bson":"${packed(type, payload)}"}`);
}

function withType(type: number, text: string): LegacyKey {
  const key = Buffer.allocUnsafe(1 + Buffer.byteLength(text));
  key[0] = type;
  key.write(text, 1);
  return key;
}

const BSON = Buffer.from('{"$bson":"');
const INVALID = Buffer.from('{"$invalidBson":"');
const startsWith = (key: LegacyKey, text: Buffer) => key.subarray(1, 1 + text.length).equals(text);

/**
 * The value of a key, byte for byte.
 * @returns null for a place and for damaged BSON
 */
export function valueInKey(key: LegacyKey): BsonValue | null {
  switch (key[0]) {
    case TYPE.objectId:
      return new BsonValue(TYPE.objectId, key, 1, 13);
    case TYPE.undefined:
      return new BsonValue(TYPE.undefined, key, 1, 1);
    case PLACE:
      return null;
  }
  if (startsWith(key, INVALID)) return null;
  if (startsWith(key, BSON)) return unpacked(key.toString('latin1', 1 + BSON.length, key.length - 2));
  return parseExtendedJson(key.toString('utf8', 1));
}

/** The `_id` value of a key, exact in its BSON type: for a query, or to be shown. */
export function valueOfKey(key: LegacyKey): unknown {
  const value = valueInKey(key);
  return value === null ? JSON.parse(key.toString('utf8', 1)) : libraryValue(value);
}

/** The group of MongoDB's sort order that a root document's key belongs to. */
export function typeOfKey(key: LegacyKey): KeyType {
  return TYPE_OF_BYTE[key[0]!] ?? 'object';
}

/** A key as people and prisma-id-mapping.json see it: 24 hex digits, a place, or canonical Extended JSON. */
export function showKey(key: LegacyKey): string {
  return key[0] === TYPE.objectId ? key.toString('hex', 1) : key.toString('utf8', 1);
}

/** The key of what a person typed: 24 hex digits are an ObjectId, Extended JSON its value, anything else a string. */
export function parseKey(text: string): LegacyKey {
  if (/^[0-9a-f]{24}$/i.test(text)) return objectIdKey(Buffer.from(text, 'hex'));
  const [, base64] = /^\{"\$bson":"([A-Za-z0-9+/=]+)"\}$/.exec(text) ?? [];
  try {
    return keyOfValue(base64 === undefined ? parseExtendedJson(text) : unpacked(base64));
  } catch {
    return text.includes('/') ? withType(PLACE, text) : keyOf(text);
  }
}

/** The seconds since 1970 that an ObjectId carries, or null for every other key. */
export function secondsOfKey(key: LegacyKey): number | null {
  return key[0] === TYPE.objectId ? key.readUInt32BE(1) : null;
}

/** MongoDB's order of two types of `_id`. */
export function compareKeyTypes(a: KeyType, b: KeyType): number {
  return KEY_TYPES.indexOf(a) - KEY_TYPES.indexOf(b);
}

/**
 * MongoDB's order of two `_id`s (manual: "Comparison/Sort Order"), across and inside types; 0 for equal keys only: of
 * what MongoDB takes for equal, such as 1 and 1.0, the bytes decide.
 */
export function compareKeys(a: LegacyKey, b: LegacyKey): number {
  if (a[0] === TYPE.objectId && b[0] === TYPE.objectId) return Buffer.compare(a, b);
  const byType = compareKeyTypes(typeOfKey(a), typeOfKey(b));
  if (byType !== 0) return byType;
  if (a[0] === TYPE.string && b[0] === TYPE.string) return compareTexts(a, b) || Buffer.compare(a, b);
  const [u, v] = [doubleIn(a), doubleIn(b)];
  if (u !== null && v !== null) return Number(u > v) - Number(u < v) || Buffer.compare(a, b);
  return compareAsValues(a, b) || Buffer.compare(a, b);
}

/** What has no value that MongoDB could order comes first. */
function compareAsValues(a: LegacyKey, b: LegacyKey): number {
  const [x, y] = [valueInKey(a), valueInKey(b)];
  return x === null || y === null ? Number(x !== null) - Number(y !== null) : compareValues(x, y);
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** By the bytes between the quotes, unless one of the two is damaged or has something escaped. */
function compareTexts(a: LegacyKey, b: LegacyKey): number {
  if (a[1] === QUOTE && b[1] === QUOTE && !a.includes(BACKSLASH) && !b.includes(BACKSLASH)) {
    return a.compare(b, 2, b.length - 1, 2, a.length - 1);
  }
  return compareAsValues(a, b);
}

/** The number of a key as a double, where one holds it exactly: what stands inside the last quotes. Null for all else. */
function doubleIn(key: LegacyKey): number | null {
  if (key[0] !== TYPE.int32 && key[0] !== TYPE.double && key[0] !== TYPE.int64) return null;
  const number = Number(key.toString('latin1', key.lastIndexOf(QUOTE, -4) + 1, key.length - 2));
  return Number.isNaN(number) || (key[0] === TYPE.int64 && !Number.isSafeInteger(number)) ? null : number;
}
