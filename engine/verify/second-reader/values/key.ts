import { canonicalJson, doubleText } from './canonical.ts';
import { Cursor, memberOf, still, TYPE, textOf, type Value } from './cursor.ts';
import { compareDecimals, type Decimal, decimalOf, decimalOfText, numericText } from './decimal.ts';

/** A key of the ID map in PostgreSQL's hex: one byte of BSON type, then an ObjectId's bytes or canonical Extended JSON. */
export type KeyText = string;

/** What stands in front of an ObjectId's own digits. */
const OBJECT_ID = '\\x07';

/**
 * The keys that an `_id` may have: as Extended JSON where that spells it, else with its very bytes in base64. The last one
 * is another for every other `_id`.
 */
export function keysOfId(value: Value): KeyText[] {
  if (value.type === TYPE.objectId) return [OBJECT_ID + value.bytes.toString('hex', value.at, value.end)];
  const { type, bytes, at, end } = value;
  const spelled = spelledKey(value);
  const damaged = keyOfJson(type, `{"$invalidBson":"${bytes.toString('base64', at, end)}"}`);
  const packed = Buffer.concat([Buffer.of(type), bytes.subarray(at, end)]).toString('base64');
  return [...(spelled === null ? [] : [spelled]), damaged, keyOfJson(type, `{"$bson":"${packed}"}`)];
}

function spelledKey(value: Value): KeyText | null {
  try {
    return keyOfJson(value.type, value.type === TYPE.dbPointer ? pointerJson(value) : canonicalJson(value));
  } catch {
    return null;
  }
}

/** A pointer of old drivers, spelled as a DBRef: `database.collection` and an ObjectId. */
function pointerJson({ type, bytes, at, end }: Value): string {
  const namespace = textOf({ type, bytes, at, end: end - 12 })!;
  const parts = namespace.split('.');
  const [collection, database] = parts.length === 2 ? [parts[1]!, parts[0]!] : [namespace, null];
  const db = database === null ? '' : `,"$db":${JSON.stringify(database)}`;
  return `{"$ref":${JSON.stringify(collection)},"$id":{"$oid":"${bytes.toString('hex', end - 12, end)}"}${db}}`;
}

function keyOfJson(type: number, json: string): KeyText {
  return `\\x${type.toString(16).padStart(2, '0')}${Buffer.from(json).toString('hex')}`;
}

/** Bytes as PostgreSQL writes them. */
export function byteaText(bytes: Uint8Array): KeyText {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`;
}

/** The key of a sub-document that has no `_id`: its place below its root. */
export function placeKey(root: KeyText, path: string, index: number | null): KeyText {
  const isObjectId = root.startsWith(OBJECT_ID);
  const shown = isObjectId ? root.slice(OBJECT_ID.length) : Buffer.from(root.slice(4), 'hex').toString();
  return keyOfJson(0, `${shown}/${path}${index === null ? '' : `/${index}`}`);
}

/** The last digits of an ObjectId; null for any other key. */
export function tailOf(key: KeyText, digits: number): string | null {
  return key.startsWith(OBJECT_ID) ? key.slice(-digits) : null;
}

/** The seconds since 1970 in an `_id` that is an ObjectId; null for every other. */
export function secondsOf(id: Value | null): number | null {
  return id?.type === TYPE.objectId ? id.bytes.readUInt32BE(id.at) : null;
}

/** What a reference may mean, the best first. */
export interface Meant {
  readonly keys: readonly KeyText[];
  /** The collection that a DBRef names, and its database where it names one; null for what is no DBRef. */
  readonly named: { readonly collection: string | null; readonly database: string | null } | null;
  /** A DBRef or a whole document stands where an `_id` was due. */
  readonly isWrapped: boolean;
}

/** Where a reference leads by its own words; null for a value that cannot refer. @throws Unreadable */
export function meantBy(value: Value): Meant | null {
  let named: Meant['named'] = null;
  let id = value;
  while (id.type === TYPE.object) {
    const [ref, db] = [memberOf(id, '$ref'), memberOf(id, '$db')];
    const isDbRef = ref?.type === TYPE.string && (db === null || db.type === TYPE.string);
    const referred: Value | null = isDbRef ? memberOf(id, '$id') : null;
    const inner: Value | null = referred ?? memberOf(id, '_id');
    if (inner === null) return named === null ? { keys: keysOfId(id), named, isWrapped: id !== value } : null;
    if (referred !== null) named = { collection: textOf(ref!), database: db === null ? null : textOf(db) };
    id = inner;
  }
  if (id.type === TYPE.dbPointer) {
    const { bytes, end } = id;
    const [, database, collection] = /^(?:([^.]*)\.)?(.*)$/s.exec(textOf({ ...id, end: end - 12 }) ?? '')!;
    named = { collection: collection!, database: database ?? null };
    id = { type: TYPE.objectId, bytes, at: end - 12, end };
  }
  const keys = keysOf(id);
  return keys.length === 0 ? null : { keys, named, isWrapped: id !== value };
}

function keysOf(value: Value): KeyText[] {
  switch (value.type) {
    case TYPE.objectId:
    case TYPE.binary:
      return keysOfId(value);
    case TYPE.string: {
      const text = textOf(value);
      if (text === null || text === '') return [];
      const own = keyOfJson(TYPE.string, JSON.stringify(text));
      return /^[0-9a-f]{24}$/i.test(text) ? [own, OBJECT_ID + text.toLowerCase()] : [own];
    }
    case TYPE.int:
    case TYPE.long:
    case TYPE.double:
    case TYPE.decimal: {
      const [own] = keysOfId(value);
      return [own!, ...sameNumber(value).filter((key) => key !== own)];
    }
    default:
      return [];
  }
}

/**
 * Whether two keys are of values that MongoDB takes for equal: byte for byte the same but for the types and the decimals of
 * their numbers, at any depth.
 */
export function areEqual(a: KeyText, b: KeyText): boolean {
  const [x, y] = [alike(a), alike(b)];
  return x !== null && x === y;
}

/** A key's value as Extended JSON in which a number is its amount; null for a place and for damaged bytes. */
function alike(key: KeyText): string | null {
  const bytes = Buffer.from(key.slice(2), 'hex');
  const json = bytes.toString('utf8', 1);
  if (bytes[0] === 0 || bytes[0] === TYPE.objectId || json.startsWith('{"$invalidBson":')) return null;
  const packed = /^\{"\$bson":"([A-Za-z0-9+/=]*)"\}$/.exec(json)?.[1];
  return (packed === undefined ? json : jsonOfPacked(Buffer.from(packed, 'base64'))).replace(
    /\{"\$number(?:Int|Long|Double|Decimal)":"([^"]*)"\}/g,
    (_, amount: string) => {
      const number = decimalOfText(amount);
      return number === null ? `{"$number":"${amount}"}` : `{"$number":${amountText(number)}}`;
    },
  );
}

function jsonOfPacked(bytes: Buffer): string {
  return canonicalJson({ type: bytes[0]!, bytes, at: 1, end: bytes.length });
}

/** Digits without zeros at their end, and the power of ten. */
function amountText({ digits, exponent }: Decimal): string {
  if (digits === 0n) return '0';
  const text = `${digits}`;
  const plain = text.replace(/0+$/, '');
  return `${plain}e${exponent + text.length - plain.length}`;
}

/** The keys of the same number in MongoDB's other types, for which it is the same `_id`. */
function sameNumber(value: Value): KeyText[] {
  const exact = decimalOf(value);
  if (exact === null) return [];
  const keys: KeyText[] = [];
  const near = Number(`${exact.digits}e${exact.exponent}`);
  const held = decimalOfText(`${near}`);
  if (held !== null && compareDecimals(held, exact) === 0) {
    for (const double of near === 0 ? [0, -0] : [near]) {
      keys.push(keyOfJson(TYPE.double, `{"$numberDouble":"${doubleText(double)}"}`));
    }
  }
  const whole = numericText(exact, 0);
  if (whole === null || whole.length > 20) return keys;
  if (BigInt.asIntN(64, BigInt(whole)) === BigInt(whole)) keys.push(keyOfJson(TYPE.long, `{"$numberLong":"${whole}"}`));
  if (BigInt.asIntN(32, BigInt(whole)) === BigInt(whole)) keys.push(keyOfJson(TYPE.int, `{"$numberInt":"${whole}"}`));
  return keys;
}

/** The `_id` of an object; null where it has none. @throws Unreadable */
export function idOf({ bytes, at, end }: Value): Value | null {
  const cursor = new Cursor(bytes, at, end);
  while (cursor.next()) {
    const { nameAt } = cursor;
    if (
      cursor.nameEnd - nameAt !== 3 ||
      bytes[nameAt] !== 0x5f ||
      bytes[nameAt + 1] !== 0x69 ||
      bytes[nameAt + 2] !== 0x64
    )
      continue;
    return cursor.type === TYPE.null || cursor.type === TYPE.undefined ? null : still(cursor);
  }
  return null;
}
