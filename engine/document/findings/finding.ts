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

/** Why a document cannot move; it goes to quarantine whole, with this code. */
export const REFUSAL_CODES = {
  invalidBson: 'the BSON itself is damaged',
  invalidUtf8: 'a text is not valid UTF-8',
  repeatedField: 'one field name stands twice in one object',
  loneSurrogate: 'a text holds a lone UTF-16 surrogate',
  nul: 'a text holds U+0000, which PostgreSQL cannot store',
  required: 'a required field is missing, null, empty or blank',
  enum: 'the value is not one of the allowed values',
  min: 'the value is below the minimum of the Mongoose model',
  max: 'the value is above the maximum of the Mongoose model',
  rule: 'the value breaks a rule of the Mongoose model',
  cast: 'the value has a type that the Mongoose model cannot cast',
  bsonType: 'the value has a BSON type that no column can hold',
  tooDeep: 'the value is nested more deeply than a JSON column can hold',
  notFinite: 'the number is NaN or infinite',
  moneyScale: 'the amount has more than two decimals',
  decimalScale: 'the number has more decimals than its column',
  numberRange: 'the number is outside the range of its column',
  notInteger: 'the number has a fraction where its column is an integer',
  invalidDate: 'the date is invalid or outside the range of PostgreSQL',
  ambiguousDate: 'the number or text does not say which moment is meant',
  noTime: 'a time is missing and neither ObjectId nor document tells one',
  dangling: 'a required reference leads nowhere',
  referenceType: 'a required reference has a type that cannot refer',
  referenceElsewhere: 'a required DBRef names another collection or database',
  cascade: 'a required reference leads to a document that is in quarantine',
  duplicate: 'another document has the same unique value and the lower _id',
  contested: 'another document holds the same unique value; settled at the end of the stage',
  refused: 'the database refused the rows',
  policy: 'a policy sends documents with this finding to quarantine',
} as const;
export type RefusalCode = keyof typeof REFUSAL_CODES;

/** The document that a cascade or a duplicate goes back to. */
export interface Cause {
  readonly collection: string;
  readonly legacyId: string;
  readonly code: string;
}

/**
 * Thrown inside the check and the transform of one document when it cannot move. Caught per document: it never
 * harms the batch. The message is the rule, never the value.
 */
export class DocumentRefused extends Error {
  override readonly name = 'DocumentRefused';
  readonly code: RefusalCode;
  readonly path: string | null;
  readonly origin: Cause | null;
  constructor(
    code: RefusalCode,
    path: string | null,
    cause: Cause | null = null,
    message: string = REFUSAL_CODES[code],
  ) {
    super(message);
    this.code = code;
    this.path = path;
    this.origin = cause;
  }
}
