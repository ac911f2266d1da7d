import type { Column } from '../../../../prisma/model/target-model.ts';
import { compareDecimals, type Decimal } from './decimal.ts';
import { scaleOf } from './form.ts';

/** The least and the greatest number of a column, and its decimals. */
export interface NumberRange {
  readonly least: Decimal;
  readonly most: Decimal;
  readonly scale: number;
}

const BITS = { integer: 31n, bigint: 63n } as const;

export function rangeOf(column: Column): NumberRange {
  const scale = scaleOf(column);
  if (column.kind === 'decimal') {
    const digits = 10n ** BigInt(column.precision ?? 0) - 1n;
    return { least: { digits: -digits, exponent: -scale }, most: { digits, exponent: -scale }, scale };
  }
  const end = 2n ** BITS[column.kind === 'integer' ? 'integer' : 'bigint'];
  return { least: { digits: -end, exponent: 0 }, most: { digits: end - 1n, exponent: 0 }, scale };
}

/** The number itself where the column holds it, else the end that it lies beyond. */
export function nearestIn({ least, most }: NumberRange, number: Decimal): Decimal {
  if (compareDecimals(number, least) < 0) return least;
  return compareDecimals(number, most) > 0 ? most : number;
}
