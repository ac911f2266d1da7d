import type { BsonValue } from '../bson/value.ts';
import type { ExactNumber } from '../exact-number.ts';
import { POLICY_FINDINGS } from './policy-codes.ts';

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
}

/** Every kind of finding; docs/field-mapping.md lists them with these words, docs/policies.md those that policies make. */
export const FINDING_CODES = {
  default: 'the field was missing or null and took the default of its Mongoose model',
  cast: 'the value had another BSON type and was cast as its Mongoose model casts',
  setter: 'the text was changed as the setter of its Mongoose model does (lower-cased, trimmed)',
  tooLong: 'the text is longer than its Mongoose model allows; the column holds it whole',
  floatNoise: 'a double missed the column’s decimals by rounding noise and was rounded',
  subMillisecond: 'the date had more than milliseconds; the rest was cut',
  dangling: 'an optional reference leads nowhere and became NULL',
  referenceType: 'an optional reference has a type that cannot refer and became NULL',
  referenceElsewhere: 'an optional DBRef names another collection or database and became NULL',
  referenceForm: 'the reference was written as text, DBRef or embedded object and was normalised',
  emptyText: 'an empty text where the column is unique became NULL',
  nullElement: 'a null element of an array was dropped',
  notAnArray: 'a single value stood where an array belongs and became its only element',
  withoutId: 'a sub-document has no _id; its id comes from its place',
  repeatedId: 'two sub-documents of one array have the same _id',
  sharedId:
    'sub-documents of other documents have the same _id as some of this one; the note says how many of this one',
  repeatedNumber: 'a task or milestone number is repeated inside one project',
  unknownField: 'a field that the Mongoose model does not know was kept as a leftover',
  jsonForm:
    'JSON cannot tell the value’s very BSON (a 64-bit integer, a whole double, −0, a name that stands twice); the finding keeps it',
  fromId: 'a missing time was taken from the ObjectId',
  fromCreatedAt: 'a missing updatedAt was taken from createdAt',
  dateOrder: 'the end date is before the start date',
  sumMismatch: 'amounts that should agree do not',
  notNormalised: 'another document has the same unique text in another Unicode normal form',
  ...POLICY_FINDINGS,
} as const;
export type FindingCode = keyof typeof FINDING_CODES;
