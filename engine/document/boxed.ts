import { boxOf, madeValue } from './bson/box.ts';
import { BsonValue } from './bson/value.ts';
import { Exact } from './exact-number.ts';
import type { OldValue } from './findings/finding.ts';

/** A value as BSON `{v: value}`: byte for byte what stood in the source. Decimals that were made on the way become text. */
export function boxed(value: OldValue): Buffer {
  if (value instanceof BsonValue) return boxOf(value.type, value.payload);
  const made = madeValue(value instanceof Exact ? value.toString() : (value as number | bigint | string | boolean));
  return boxOf(made.type, made.payload);
}
