import type { FINDING_CODES } from '../../messages/labels/findings.ts';
import type { BsonValue } from '../bson/value.ts';
import type { ExactNumber } from '../exact-number.ts';

/** What stood in the source, in its own bytes; or what was made of it on the way, where that is what was altered. */
export type OldValue = BsonValue | ExactNumber | string | boolean;

/**
 * Something about a document worth telling; the document moves all the same.
 * `note` never holds the document's own text: it is the new value of an altered number, a length, or a code.
 */
export interface Finding {
  readonly path: string;
  readonly code: FindingCode;
  /** Absent for defaults taken. */
  readonly oldValue?: OldValue;
  readonly note?: string;
  /** How many alike it stands for, whose path is without array places then; 1 unless given. */
  readonly times?: number;
}

/** Every kind of finding, those that policies make among them. */
export type FindingCode = keyof typeof FINDING_CODES;

/** Findings of a kind that a healthy collection has by the million: counted, with some samples, not written one by one. */
export const COUNTED: ReadonlySet<FindingCode> = new Set(['default', 'unknownField', 'fromId', 'fromCreatedAt']);
