import { BSONType, Decimal128 } from 'bson';
import { int32At } from '../../document/bson/raw-bson.ts';
import { Exact } from '../../document/exact-number.ts';
import type { ValueRequest, ValueTotals } from '../source.ts';
import { ExactSum } from './exact-sum.ts';

/** A number as exact decimal text beside the double that is nearest to it, which orders most numbers by itself. */
interface Kept {
  readonly near: number;
  readonly text: string;
}

/** NaN comes before every number, as in MongoDB's order. */
function compareKept(a: Kept, b: Kept): number {
  if (Number.isNaN(a.near) || Number.isNaN(b.near)) return Number(Number.isNaN(b.near)) - Number(Number.isNaN(a.near));
  if (a.near !== b.near) return a.near - b.near;
  return a.text === b.text ? 0 : new Exact(a.text).cmp(b.text);
}

/** The order of two numbers given as text. */
export function compareNumbers(a: string, b: string): number {
  return compareKept({ near: Number(a), text: a }, { near: Number(b), text: b });
}

/** The lowest and highest of many numbers, equal ones as often as they come, `keep` at either end. */
export class Extremes {
  private readonly low: Kept[] = [];
  private readonly high: Kept[] = [];
  private readonly keep: number;

  constructor(keep: number) {
    this.keep = keep;
  }

  add(value: number | string): void {
    const near = Number(value);
    const [lowest, highest] = [this.low.at(-1), this.high.at(-1)];
    if (this.low.length === this.keep && near > lowest!.near && near < highest!.near) return;
    const kept = { near, text: exactText(String(value)) };
    insert(this.low, kept, this.keep, 1);
    insert(this.high, kept, this.keep, -1);
  }

  /** The lowest first. */
  get lowest(): string[] {
    return this.low.map(({ text }) => text);
  }

  /** The highest first. */
  get highest(): string[] {
    return this.high.map(({ text }) => text);
  }
}

/** One number has one text: no exponent, no trailing zeros, no negative zero; NaN and infinities by their names. */
export function exactText(text: string): string {
  const exact = new Exact(text);
  return exact.isZero() ? '0' : exact.toFixed();
}

function insert(sorted: Kept[], value: Kept, keep: number, direction: 1 | -1): void {
  let at = sorted.length;
  while (at > 0 && direction * compareKept(value, sorted[at - 1]!) < 0) at--;
  if (at === keep) return;
  sorted.splice(at, 0, value);
  if (sorted.length > keep) sorted.pop();
}

/** Counts the values at one path, as raw BSON has them. */
export class ValueCounter {
  readonly request: ValueRequest;
  private present = 0;
  private readonly extremes: Extremes;
  private readonly sum = new ExactSum();

  constructor(request: ValueRequest, keep: number) {
    this.request = request;
    this.extremes = new Extremes(keep);
  }

  /** Takes a value in that is neither missing nor null, an array whole. */
  count(bytes: Uint8Array, type: number, at: number): void {
    this.present++;
    const { kind } = this.request;
    if (kind === 'number') {
      const number = numberAt(bytes, type, at);
      if (number !== null) this.extremes.add(number);
    } else if (kind === 'date' && type === BSONType.date) this.addMoment(longAt(bytes, at));
  }

  /** A time, in milliseconds, that stands in for one that is missing. */
  addMoment(milliseconds: number | string): void {
    this.extremes.add(milliseconds);
    if (typeof milliseconds === 'number') this.sum.add(milliseconds);
    else this.sum.addText(milliseconds);
  }

  totals(): ValueTotals {
    const { lowest, highest } = this.extremes;
    return { present: this.present, sum: this.sum.text(), lowest, highest };
  }
}

/** A BSON number at a place, as text where no double holds it; null for what is none. */
export function numberAt(bytes: Uint8Array, type: number, at: number): number | string | null {
  switch (type) {
    case BSONType.int:
      return int32At(bytes, at);
    case BSONType.double:
      return new DataView(bytes.buffer, bytes.byteOffset + at, 8).getFloat64(0, true);
    case BSONType.long:
      return longAt(bytes, at);
    case BSONType.decimal:
      return new Decimal128(bytes.slice(at, at + 16)).toString();
    default:
      return null;
  }
}

function longAt(bytes: Uint8Array, at: number): number | string {
  const value = new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigInt64(0, true);
  return BigInt.asIntN(53, value) === value ? Number(value) : value.toString();
}

/**
 * The moment that a value means, in milliseconds since 1970: dates themselves, and what Mongoose casts to one. Null for
 * an empty text and for what means none.
 */
export function momentAt(bytes: Uint8Array, type: number, at: number): number | string | null {
  switch (type) {
    case BSONType.date:
      return longAt(bytes, at);
    case BSONType.timestamp:
      return (int32At(bytes, at + 4) >>> 0) * 1000;
    case BSONType.string:
      return momentOfText(textAt(bytes, at).trim());
    default: {
      // NaN and infinities mean no moment, and would spoil every sum that they are added to.
      const number = numberAt(bytes, type, at);
      return number !== null && Number.isFinite(Number(number)) ? number : null;
    }
  }
}

function momentOfText(text: string): number | null {
  const isNumber = /^[+-]?\d+(\.\d+)?$/.test(text) && !/^\d{4}$/.test(text);
  const moment = isNumber ? Number(text) : Date.parse(text);
  return Number.isNaN(moment) ? null : moment;
}

const utf8 = new TextDecoder();

/** A BSON text at a place. */
export function textAt(bytes: Uint8Array, at: number): string {
  return utf8.decode(bytes.subarray(at + 4, at + 4 + int32At(bytes, at) - 1));
}

/** Whether a date path has nothing here: missing, null, or an empty text, which Mongoose takes for null. */
export function isNoMoment(bytes: Uint8Array, type: number, at: number): boolean {
  return (
    type === BSONType.null || type === BSONType.undefined || (type === BSONType.string && int32At(bytes, at) === 1)
  );
}
