import { Decimal } from 'decimal.js';
import { decimal128At, decimal128Text } from './bson/decimal128.ts';
import { doubleOf, int32Of, int64Of } from './bson/scalars.ts';
import { TYPE } from './bson/types.ts';
import type { BsonValue } from './bson/value.ts';
import { DocumentRefused } from './findings/refusal.ts';

/** Wide enough for every Decimal128 (34 digits, exponents to 6144) and for sums of them. */
export const Exact = Decimal.clone({ precision: 120, toExpNeg: -7000, toExpPos: 7000, minE: -9000, maxE: 9000 });

/** A number as MongoDB stores it, without loss: a double or a safe integer, a long beyond 2^53, or a decimal. */
export type ExactNumber = number | bigint | Decimal;

/**
 * The exact value of a BSON number, or null when the value is no number.
 * @throws DocumentRefused `notFinite` for NaN and infinities.
 */
export function exactNumber(value: BsonValue, path: string): ExactNumber | null {
  switch (value.type) {
    case TYPE.int32:
      return int32Of(value);
    case TYPE.double:
      return finite(doubleOf(value), path);
    case TYPE.int64: {
      const big = int64Of(value);
      return big >= Number.MIN_SAFE_INTEGER && big <= Number.MAX_SAFE_INTEGER ? Number(big) : big;
    }
    case TYPE.decimal128: {
      const decimal = decimal128At(value.bytes, value.at);
      if (decimal.kind !== 'finite') throw new DocumentRefused('notFinite', path);
      return new Exact(decimal128Text(decimal));
    }
    default:
      return null;
  }
}

function finite(value: number, path: string): number {
  if (!Number.isFinite(value)) throw new DocumentRefused('notFinite', path);
  return value;
}

/** The number nearest to an exact number, for rules that only bound it. */
export function approximate(value: ExactNumber): number {
  return Number(value.toString());
}

/** −1, 0 or 1, exactly. */
export function compareExact(a: ExactNumber, b: number): number {
  if (typeof a === 'number') return Math.sign(a - b);
  return new Exact(a.toString()).cmp(b);
}

const INTEGER_LIMITS = { integer: 2n ** 31n, bigint: 2n ** 63n };

/**
 * An integer for an `integer` or `bigint` column.
 * @throws DocumentRefused `notInteger`, `numberRange`
 */
export function toInteger(value: ExactNumber, kind: 'integer' | 'bigint', path: string): number | bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value) && (kind === 'bigint' || value === (value | 0))) {
    return value + 0;
  }
  const exact = new Exact(value.toString());
  if (!exact.isInteger()) throw new DocumentRefused('notInteger', path);
  const big = BigInt(exact.toFixed());
  const limit = INTEGER_LIMITS[kind];
  if (big < -limit || big >= limit) throw new DocumentRefused('numberRange', path);
  return kind === 'integer' ? Number(big) : big;
}

/** A decimal's text with exactly `scale` decimals, and whether rounding noise of a double was taken off. */
export interface DecimalText {
  readonly text: string;
  readonly noise: boolean;
}

/** The text of a double that has no more decimals than fit, as nearly all have: without going through a Decimal. */
function shortDecimal(value: number, scale: number): string | null {
  const [, whole, decimals = ''] = /^(-?\d+)(?:\.(\d+))?$/.exec(`${value}`) ?? [];
  return whole === undefined || decimals.length > scale ? null : `${whole}.${decimals.padEnd(scale, '0')}`;
}

/**
 * The text of a number for a `numeric(precision, scale)` column. A double counts as its shortest decimal text; one
 * that misses the scale by less than 10^-(scale+4) is rounding noise and is rounded. Nothing else is ever rounded.
 * @throws DocumentRefused `moneyScale` (scale 2, precision 18), `decimalScale`, `numberRange`
 */
export function toDecimalText(value: ExactNumber, precision: number, scale: number, path: string): DecimalText {
  if (typeof value === 'number' && Math.abs(value) < 10 ** Math.min(precision - scale, 15)) {
    const short = shortDecimal(value, scale);
    if (short !== null) return { text: short, noise: false };
  }
  const exact = new Exact(value.toString());
  const rounded = exact.toDecimalPlaces(scale, Decimal.ROUND_HALF_EVEN);
  let noise = false;
  if (!rounded.eq(exact)) {
    noise =
      typeof value === 'number' &&
      rounded
        .minus(exact)
        .abs()
        .lt(new Exact(10).pow(-(scale + 4)));
    if (!noise) throw new DocumentRefused(precision === 18 && scale === 2 ? 'moneyScale' : 'decimalScale', path);
  }
  if (rounded.abs().gte(new Exact(10).pow(precision - scale))) throw new DocumentRefused('numberRange', path);
  const text = rounded.toFixed(scale);
  return { text: rounded.isZero() ? text.replace('-', '') : text, noise };
}
