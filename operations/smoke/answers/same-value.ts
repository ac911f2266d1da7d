import { Exact } from '../../../engine/document/exact-number.ts';
import { ANY_TIME } from './answer.ts';

/** Whether a value of Mongoose and one of Prisma mean the same. Missing, undefined and null are nothing alike. */
export function sameValue(legacy: unknown, prisma: unknown): boolean {
  if (legacy === ANY_TIME) return prisma instanceof Date;
  if ((legacy ?? null) === null || (prisma ?? null) === null) return (legacy ?? null) === (prisma ?? null);
  if (legacy instanceof Date || prisma instanceof Date) {
    return legacy instanceof Date && prisma instanceof Date && legacy.getTime() === prisma.getTime();
  }
  const [a, b] = [numberText(legacy), numberText(prisma)];
  // Mongoose has doubles only: the target's exact number is equal when this is the double nearest to it.
  if (a !== null && b !== null) return new Exact(a).eq(b) || (typeof legacy === 'number' && legacy === Number(b));
  return legacy === prisma;
}

/** A number of either side as exact decimal text; null when it is none. */
export function numberText(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (typeof value === 'bigint') return value.toString();
  // Prisma's own Decimal, whichever copy of the library it has.
  if (Exact.isDecimal(value)) return value.toFixed();
  return (value as { _bsontype?: unknown } | null)?._bsontype === 'Decimal128' ? String(value) : null;
}
