import { canonicalJson } from './values/canonical.ts';
import { Cursor, still, TYPE, textOf, utf8, type Value } from './values/cursor.ts';
import { compareDecimals, decimalOf, decimalOfText } from './values/decimal.ts';
import { type Json, JsonNumber, parseJson } from './values/json-text.ts';

/** A value inside a JSON column's, and where it stands there. */
export interface Inner {
  readonly value: Value;
  readonly name: string;
  readonly above: Inner | null;
}

/** The path of a value inside a column's: `metadata.list.1`. */
export function pathOf(inner: Inner): string {
  const names: string[] = [];
  for (let at: Inner | null = inner; at !== null; at = at.above) names.push(at.name);
  return names.reverse().join('.');
}

/**
 * Looks for every value inside a BSON value in the JSON that PostgreSQL holds of it: plainly where JSON has such a type,
 * else as Extended JSON. Without recursion, at any depth.
 * @param isInexact a finding keeps the whole value, since JSON cannot tell all of it: of a name that stands twice the last value is there
 * @param isExcused whether a finding explains why what PostgreSQL holds is something else
 * @returns the path of the first value that is not there
 * @throws Unreadable
 */
export function firstLost(
  value: Value,
  path: string,
  text: string,
  isInexact: boolean,
  isExcused: (inner: Inner, found: Json | undefined) => boolean,
): string | null {
  const due: { inner: Inner; found: Json | undefined }[] = [
    { inner: { value, name: path, above: null }, found: parseJson(text) },
  ];
  for (let next = due.pop(); next !== undefined; next = due.pop()) {
    const { inner, found } = next;
    const { type } = inner.value;
    const isSame =
      type === TYPE.object
        ? membersAre(inner, found, due, isInexact)
        : type === TYPE.array
          ? elementsAre(inner, found, due)
          : type === TYPE.scopedCode
            ? codeIs(inner, found, due)
            : isScalar(inner.value, found);
    if (!isSame && !isExcusedAbove(inner, found, isExcused)) return pathOf(inner);
  }
  return null;
}

function isExcusedAbove(
  inner: Inner,
  found: Json | undefined,
  isExcused: (inner: Inner, found: Json | undefined) => boolean,
): boolean {
  if (isExcused(inner, found)) return true;
  for (let at = inner.above; at !== null; at = at.above) if (isExcused(at, undefined)) return true;
  return false;
}

type Due = { inner: Inner; found: Json | undefined }[];

function membersAre(inner: Inner, found: Json | undefined, due: Due, isInexact: boolean): boolean {
  if (!(found instanceof Map)) return false;
  const { bytes, at, end } = inner.value;
  const cursor = new Cursor(bytes, at, end);
  const members = new Map<string, Value>();
  let count = 0;
  for (; cursor.next(); count++) members.set(cursor.name, still(cursor));
  if (members.size !== found.size || (members.size !== count && !isInexact)) return false;
  for (const [name, value] of members) due.push({ inner: { value, name, above: inner }, found: found.get(name) });
  return true;
}

function elementsAre(inner: Inner, found: Json | undefined, due: Due): boolean {
  if (!Array.isArray(found)) return false;
  const { bytes, at, end } = inner.value;
  const cursor = new Cursor(bytes, at, end);
  let count = 0;
  while (cursor.next()) {
    due.push({ inner: { value: still(cursor), name: `${count}`, above: inner }, found: found[count] });
    count++;
  }
  return count === found.length;
}

/** Code with its scope, whose members are looked for as those of any object. */
function codeIs(inner: Inner, found: Json | undefined, due: Due): boolean {
  if (!(found instanceof Map) || found.size !== 2) return false;
  const { bytes, at, end } = inner.value;
  const scope = at + 8 + bytes.readInt32LE(at + 4);
  const value = { type: TYPE.object, bytes, at: scope, end };
  due.push({ inner: { value, name: '$scope', above: inner }, found: found.get('$scope') });
  return utf8(bytes, at + 8, scope - 1) === found.get('$code');
}

function isScalar(value: Value, found: Json | undefined): boolean {
  const { type, bytes, at } = value;
  if (found === undefined) return false;
  switch (type) {
    case TYPE.string:
      return textOf(value) === found;
    case TYPE.boolean:
      return (bytes[at] === 1) === found;
    case TYPE.null:
      return found === null;
    case TYPE.int:
    case TYPE.double:
    case TYPE.long:
      return found instanceof JsonNumber ? isNumber(value, found) : isExtended(value, found);
    case TYPE.date:
      return isDate(value, found);
    case TYPE.undefined:
      return shown(found) === '{"$undefined":true}';
    case TYPE.dbPointer:
      return isPointer(value, found);
    default:
      return isExtended(value, found);
  }
}

/** An integer that no double holds must not stand as a number: whoever reads it would round it. */
function isNumber(value: Value, { text }: JsonNumber): boolean {
  const [exact, held] = [decimalOf(value), decimalOfText(text)];
  if (exact === null || held === null || compareDecimals(exact, held) !== 0) return false;
  return value.type !== TYPE.long || Number.isSafeInteger(Number(exact.digits));
}

function isExtended(value: Value, found: Json): boolean {
  // The canonical form says `5.0` where a reader may say `5`.
  const text = shown(found);
  return text === sortedJson(canonicalJson(value)) || text === relaxed(value);
}

/** The relaxed form of a value, where it is another one. */
function relaxed({ type, bytes, at }: Value): string | null {
  const number = type === TYPE.double ? bytes.readDoubleLE(at) : 0;
  return Number.isFinite(number) ? null : `{"$numberDouble":"${number}"}`;
}

function isDate({ bytes, at }: Value, found: Json): boolean {
  const date = found instanceof Map && found.size === 1 ? found.get('$date') : undefined;
  const milliseconds = bytes.readBigInt64LE(at);
  if (typeof date === 'string') return Number.isFinite(Date.parse(date)) && BigInt(Date.parse(date)) === milliseconds;
  return date !== undefined && shown(date) === `{"$numberLong":"${milliseconds}"}`;
}

/** A type of old drivers: a namespace and an ObjectId, which Extended JSON writes as a DBRef, or as `$dbPointer`. */
function isPointer({ type, bytes, at, end }: Value, found: Json): boolean {
  const ref = textOf({ type, bytes, at, end: end - 12 });
  const dbRef = sortedJson(`{"$ref":${JSON.stringify(ref)},"$id":{"$oid":"${bytes.toString('hex', end - 12, end)}"}}`);
  return [dbRef, `{"$dbPointer":${dbRef}}`].includes(shown(found));
}

const sortedJson = (text: string) => shown(parseJson(text));

/** JSON as one text, whatever the order of keys; its depth is that of Extended JSON, or of a code's scope. */
function shown(json: Json): string {
  if (json instanceof JsonNumber) return json.text;
  if (Array.isArray(json)) return `[${json.map(shown).join(',')}]`;
  if (!(json instanceof Map)) return JSON.stringify(json);
  const entries = [...json].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${shown(inner)}`).join(',')}}`;
}

/** A group's members, by name, in what a column holds of it. */
export function membersHeld(text: string | null): Map<string, Json> | null {
  if (text === null) return new Map();
  const held = parseJson(text);
  return held instanceof Map ? held : null;
}
