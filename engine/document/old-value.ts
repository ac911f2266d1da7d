import { textOf } from './bson/scalars.ts';
import { TYPE } from './bson/types.ts';
import type { BsonValue } from './bson/value.ts';
import { Exact, type ExactNumber, exactNumber } from './exact-number.ts';
import type { OldValue } from './findings/finding.ts';

/** What stood in the source, where that is still what was altered; else the text or number that had been made of it. */
export function rawOr(raw: BsonValue | undefined, made: OldValue): OldValue {
  if (raw === undefined) return made;
  if (typeof made === 'string') return raw.type === TYPE.string && textOf(raw) === made ? raw : made;
  const number = numberOf(raw);
  return number !== null && new Exact(number.toString()).eq(made.toString()) ? raw : made;
}

function numberOf(raw: BsonValue): ExactNumber | null {
  try {
    return exactNumber(raw, '');
  } catch {
    return null;
  }
}
