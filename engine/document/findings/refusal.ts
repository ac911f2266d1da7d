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
