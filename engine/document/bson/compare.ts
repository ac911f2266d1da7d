import { Decimal } from 'decimal.js';
import { decimal128At, decimal128Text } from './decimal128.ts';
import { membersOf } from './members.ts';
import { binaryOf, doubleOf, int32Of, int64Of, scopeOf, textOf, timestampOf } from './scalars.ts';
import { TYPE } from './types.ts';
import { type BsonValue, isNumber, type Member } from './value.ts';

/** Groups of types in the order in which MongoDB sorts them (manual: "Comparison/Sort Order"). */
const ORDER: readonly (readonly number[])[] = [
  [TYPE.minKey],
  [TYPE.undefined],
  [TYPE.null],
  [TYPE.int32, TYPE.int64, TYPE.double, TYPE.decimal128],
  [TYPE.string, TYPE.symbol],
  [TYPE.object],
  [TYPE.array],
  [TYPE.binary],
  [TYPE.objectId],
  [TYPE.bool],
  [TYPE.date],
  [TYPE.timestamp],
  [TYPE.regex],
  [TYPE.dbPointer],
  [TYPE.code],
  [TYPE.codeWithScope],
  [TYPE.maxKey],
];
const RANKS = Uint8Array.from({ length: 256 }, (_, type) => ORDER.findIndex((types) => types.includes(type)));

/** Deeper than any server stores: what is below is compared by its bytes. */
const LEVELS = 1_000;

/** MongoDB's order of two values; 0 for what it takes for equal, such as 1 and 1.0, in objects too. */
export function compareValues(a: BsonValue, b: BsonValue, level = 0): number {
  const byType = RANKS[a.type]! - RANKS[b.type]!;
  if (byType !== 0) return byType;
  if (isNumber(a)) return compareNumbers(a, b);
  switch (a.type) {
    case TYPE.string:
    case TYPE.symbol:
    case TYPE.code:
      return Buffer.compare(bytesOfText(a), bytesOfText(b));
    case TYPE.object:
    case TYPE.array:
      if (level > LEVELS) return Buffer.compare(a.payload, b.payload);
      return compareMembers(membersOf(a), membersOf(b), a.type === TYPE.object, level + 1);
    case TYPE.binary:
      return compareBinary(a, b);
    case TYPE.date:
      return compareLongs(a, b);
    case TYPE.timestamp:
      return timestampOf(a).t - timestampOf(b).t || timestampOf(a).i - timestampOf(b).i;
    case TYPE.codeWithScope:
      return (
        Buffer.compare(Buffer.from(textOf(a)), Buffer.from(textOf(b))) ||
        compareValues(scopeOf(a), scopeOf(b), level + 1)
      );
    default:
      return Buffer.compare(a.payload, b.payload);
  }
}

/** Objects sort pair by pair: by type, then by name, then by value; the one that ends first is the lesser. */
function compareMembers(a: readonly Member[], b: readonly Member[], byName: boolean, level: number): number {
  for (const [index, { name, value }] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order =
      RANKS[value.type]! - RANKS[other.value.type]! ||
      (byName ? Buffer.compare(Buffer.from(name), Buffer.from(other.name)) : 0) ||
      compareValues(value, other.value, level);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function bytesOfText({ bytes, at, end }: BsonValue): Buffer {
  return bytes.subarray(at + 4, end - 1);
}

/** Binary sorts by length, then by subtype, then byte by byte. */
function compareBinary(a: BsonValue, b: BsonValue): number {
  const [x, y] = [binaryOf(a), binaryOf(b)];
  return x.data.length - y.data.length || x.subType - y.subType || Buffer.compare(x.data, y.data);
}

function compareLongs(a: BsonValue, b: BsonValue): number {
  const [x, y] = [int64Of(a), int64Of(b)];
  return Number(x > y) - Number(x < y);
}

/** Numbers of any type by what they stand for; NaN comes before all others. */
function compareNumbers(a: BsonValue, b: BsonValue): number {
  if (a.type === TYPE.int64 && b.type === TYPE.int64) return compareLongs(a, b);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (Number.isNaN(Number(x)) || Number.isNaN(Number(y)))
    return Number(!Number.isNaN(Number(x))) - Number(!Number.isNaN(Number(y)));
  if (typeof x === 'number' && typeof y === 'number') return Number(x > y) - Number(x < y);
  return new Decimal(exactText(x)).cmp(new Decimal(exactText(y)));
}

function numberOf(value: BsonValue): number | bigint | string {
  switch (value.type) {
    case TYPE.int32:
      return int32Of(value);
    case TYPE.double:
      return doubleOf(value);
    case TYPE.int64:
      return int64Of(value);
    default:
      return decimal128Text(decimal128At(value.bytes, value.at));
  }
}

/** A double by all of its binary digits, as MongoDB compares it with a decimal: 0.1 is a little more than a tenth. */
function exactText(value: number | bigint | string): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return String(value);
  return Number.isInteger(value) ? BigInt(value).toString() : exactFraction(value);
}

function exactFraction(value: number): string {
  let [scaled, places] = [value, 0];
  while (!Number.isInteger(scaled)) [scaled, places] = [scaled * 2, places + 1];
  // scaled / 2^places = scaled · 5^places / 10^places.
  return `${BigInt(scaled) * 5n ** BigInt(places)}e-${places}`;
}
