import { canonicalJson, doubleText } from './canonical.ts';
import { memberOf, TYPE, textOf, type Value } from './cursor.ts';
import { compareDecimals, decimalOf, decimalOfText, numericText } from './decimal.ts';

/** A key of the ID map as hex: one byte of BSON type, then an ObjectId's bytes or canonical Extended JSON. */
export type KeyHex = string;

/** The keys that an `_id` may have: the first where Extended JSON spells its very bytes, else one with these bytes in base64. */
export function keysOfId(value: Value): KeyHex[] {
  if (value.type === TYPE.objectId) return [`07${value.bytes.toString('hex', value.at, value.end)}`];
  const { type, bytes, at, end } = value;
  const spelled = spelledKey(value);
  const packed = Buffer.concat([Buffer.of(type), bytes.subarray(at, end)]).toString('base64');
  const whole = keyOfJson(type, `{"$bson":"${packed}"}`);
  if (spelled !== null) return [spelled, whole];
  return [whole, keyOfJson(type, `{"$invalidBson":"${bytes.toString('base64', at, end)}"}`)];
}

function spelledKey(value: Value): KeyHex | null {
  try {
    return keyOfJson(value.type, canonicalJson(value));
  } catch {
    return null;
  }
}

const typeHex = (type: number) => type.toString(16).padStart(2, '0');
const keyOfJson = (type: number, json: string): KeyHex => typeHex(type) + Buffer.from(json).toString('hex');

/** The key of a sub-document that has no `_id`: its place below its root. */
export function placeKey(root: KeyHex, path: string, index: number | null): KeyHex {
  const shown = root.startsWith('07') ? root.slice(2) : Buffer.from(root.slice(2), 'hex').toString();
  return `00${Buffer.from(`${shown}/${path}${index === null ? '' : `/${index}`}`).toString('hex')}`;
}

/** The seconds since 1970 in an `_id` that is an ObjectId; null for every other. */
export function secondsOf(id: Value | null): number | null {
  return id?.type === TYPE.objectId ? id.bytes.readUInt32BE(id.at) : null;
}

/** What a reference may mean, the best first. */
export interface Meant {
  readonly keys: readonly KeyHex[];
  /** The collection that a DBRef names, and whether it names a database, too; null for what is no DBRef. */
  readonly named: { readonly collection: string | null; readonly inDatabase: boolean } | null;
  /** A DBRef or a whole document stands where an `_id` was due. */
  readonly isWrapped: boolean;
}

/** Where a reference leads by its own words; null for a value that cannot refer. @throws Unreadable */
export function meantBy(value: Value): Meant | null {
  let named: Meant['named'] = null;
  let id = value;
  while (id.type === TYPE.object) {
    const ref = memberOf(id, '$ref');
    const inner: Value | null = memberOf(id, ref?.type === TYPE.string ? '$id' : '_id');
    if (inner === null) return null;
    if (ref?.type === TYPE.string) named = { collection: textOf(ref), inDatabase: memberOf(id, '$db') !== null };
    id = inner;
  }
  if (id.type === TYPE.dbPointer) {
    const { bytes, end } = id;
    const [, inDatabase, collection] = /^(?:([^.]*)\.)?(.*)$/s.exec(textOf({ ...id, end: end - 12 }) ?? '')!;
    named = { collection: collection!, inDatabase: inDatabase !== undefined };
    id = { type: TYPE.objectId, bytes, at: end - 12, end };
  }
  const keys = keysOf(id);
  return keys.length === 0 ? null : { keys, named, isWrapped: id !== value };
}

function keysOf(value: Value): KeyHex[] {
  switch (value.type) {
    case TYPE.objectId:
    case TYPE.binary:
      return keysOfId(value);
    case TYPE.string: {
      const text = textOf(value);
      if (text === null || text === '') return [];
      const own = keyOfJson(TYPE.string, JSON.stringify(text));
      return /^[0-9a-f]{24}$/i.test(text) ? [own, `07${text.toLowerCase()}`] : [own];
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

/** The keys of the same number in MongoDB's other types, for which it is the same `_id`. */
function sameNumber(value: Value): KeyHex[] {
  const exact = decimalOf(value);
  if (exact === null) return [];
  const keys: KeyHex[] = [];
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
