import type { Column } from '../../../../prisma/model/target-model.ts';
import { compareDecimals, type Decimal } from './decimal.ts';
import { scaleOf } from './form.ts';

/** The least and the greatest number of a column, and its decimals. */
export interface NumberRange {
  readonly least: Decimal;
  readonly most: Decimal;
  readonly scale: number;
}

/** By PostgreSQL's names of the types. */
const BITS: Readonly<Record<string, bigint>> = { int2: 15n, int4: 31n, int8: 63n };

export function rangeOf(column: Column): NumberRange {
  const scale = scaleOf(column);
  if (column.kind === 'decimal') {
    const digits = 10n ** BigInt(column.precision ?? 0) - 1n;
    return { least: { digits: -digits, exponent: -scale }, most: { digits, exponent: -scale }, scale };
  }
  if (column.type === 'oid')
    return { least: { digits: 0n, exponent: 0 }, most: { digits: 2n ** 32n - 1n, exponent: 0 }, scale };
  const end = 2n ** (BITS[column.type] ?? 63n);
  return { least: { digits: -end, exponent: 0 }, most: { digits: end - 1n, exponent: 0 }, scale };
}

/** The number itself where the column holds it, else the end that it lies beyond. */
export function nearestIn({ least, most }: NumberRange, number: Decimal): Decimal {
  if (compareDecimals(number, least) < 0) return least;
  return compareDecimals(number, most) > 0 ? most : number;
}
