import type { RefusalCode } from './refusal.ts';

/**
 * What a policy may do about a refusal, as `refusal=action`, and in words what is done. Each use of a policy is a finding
 * of this very code, so that reports, SQL and the plan spell it alike.
 */
export const POLICY_FINDINGS = {
  'nul=strip': 'U+0000 was taken out of a text',
  'loneSurrogate=replace': 'lone UTF-16 surrogates of a text became U+FFFD; the old value is the text’s bytes',
  'required=default': 'a required value that was null, empty or blank became the default of its Mongoose model',
  'enum=map': 'a value that is not allowed became the one that the policy names for it',
  'enum=null': 'a value that is not allowed became NULL',
  'enum=default': 'a value that is not allowed became the default of its Mongoose model',
  'min=clamp': 'a number below the model’s minimum became the minimum',
  'min=null': 'a value below the model’s minimum became NULL',
  'min=default': 'a value below the model’s minimum became the default of its Mongoose model',
  'max=clamp': 'a number above the model’s maximum became the maximum',
  'max=null': 'a value above the model’s maximum became NULL',
  'max=default': 'a value above the model’s maximum became the default of its Mongoose model',
  'rule=null': 'a value that breaks another rule of the model became NULL',
  'rule=default': 'a value that breaks another rule of the model became the default of its Mongoose model',
  'cast=null': 'a value that the model cannot cast became NULL',
  'cast=default': 'a value that the model cannot cast became the default of its Mongoose model',
  'bsonType=null': 'a value of a BSON type that no column can hold became NULL',
  'bsonType=default': 'a value of a BSON type that no column can hold became the default of its Mongoose model',
  'moneyScale=round': 'an amount was rounded half to even to two decimals',
  'decimalScale=round': 'a number was rounded half to even to the decimals of its column',
  'notInteger=round': 'a number was rounded half to even to an integer',
  'numberRange=clamp': 'a number became the nearest one that its column holds',
  'invalidDate=null': 'an invalid date became NULL',
  'invalidDate=default': 'an invalid date became the default of its Mongoose model, or the time that the ids tell',
  'ambiguousDate=null': 'a date that does not say its moment became NULL',
  'ambiguousDate=default':
    'a date that does not say its moment became the default of its Mongoose model, or the time that the ids tell',
  'duplicate=skip': 'a document whose unique value another one has was left out; it is kept whole, as `skipped`',
  'duplicate=suffix': 'a unique text that another document has got a suffix made of the document’s own _id',
} as const;

/** A policy in force: `nul=strip`. */
export type PolicyUse = keyof typeof POLICY_FINDINGS;
/** A refusal that some policy is about. */
export type PolicyCode = PolicyUse extends `${infer Code}=${string}` ? Code : never;

/** Why no policy can turn the other refusals into findings. */
export const WITHOUT_POLICY = {
  invalidBson: 'damaged BSON has no fields to be mended',
  invalidUtf8: 'nobody knows which text was meant',
  repeatedField: 'which of the two values is meant is not known',
  tooDeep: 'no other value stands for it',
  notFinite: 'no number stands for NaN or infinity, and the source’s own sum would be no number either',
  noTime: 'a time must not be made up',
  dangling: 'the column of a required reference is NOT NULL; an optional one becomes NULL without any policy',
  referenceType: 'the column of a required reference is NOT NULL; an optional one becomes NULL without any policy',
  referenceElsewhere: 'the column of a required reference is NOT NULL; an optional one becomes NULL without any policy',
  cascade: 'the document moves when the one it refers to does: a policy belongs to the first cause',
  contested: 'it is settled at the end of the stage, by the policy about `duplicate`',
  refused: 'the database’s own constraints hold for every row',
  policy: 'it is what a policy has asked for',
} as const satisfies Record<Exclude<RefusalCode, PolicyCode>, string>;
