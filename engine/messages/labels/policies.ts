import { labels } from '../message.ts';
import { REFUSAL_CODES } from './refusals.ts';

/** What a policy has done, in Korean. */
const ACTIONS = {
  strip: 'U+0000을 지웠습니다',
  replace: 'U+FFFD로 바꾸었습니다',
  map: '정책이 정한 값으로 바꾸었습니다',
  null: 'NULL로 저장했습니다',
  default: 'Mongoose 모델의 기본값이나 ID가 말하는 시각을 넣었습니다',
  clamp: '허용되는 가장 가까운 값으로 저장했습니다',
  round: '짝수 쪽으로 반올림했습니다',
  skip: '문서를 옮기지 않고 온전히 보관했습니다',
  suffix: '문서의 _id로 만든 접미사를 붙였습니다',
} as const;

const done = (refusal: keyof typeof REFUSAL_CODES, action: keyof typeof ACTIONS) =>
  `정책 적용: ${REFUSAL_CODES[refusal].ko}. ${ACTIONS[action]}`;

/**
 * What a policy may do about a refusal, as `refusal=action`, and in words what is done. Each use of a policy is a finding
 * of this very code, so that reports, SQL and the plan spell it alike.
 */
export const POLICY_FINDINGS = labels('finding', {
  'nul=strip': { en: 'U+0000 was removed from a text', ko: done('nul', 'strip') },
  'loneSurrogate=replace': {
    en: 'lone UTF-16 surrogates of a text became U+FFFD; the old value is the text’s bytes',
    ko: done('loneSurrogate', 'replace'),
  },
  'required=default': {
    en: 'a required value that was null, empty or blank became the default of its Mongoose model',
    ko: done('required', 'default'),
  },
  'enum=map': { en: 'a value that is not allowed became the one that the policy maps it to', ko: done('enum', 'map') },
  'enum=null': { en: 'a value that is not allowed became NULL', ko: done('enum', 'null') },
  'enum=default': {
    en: 'a value that is not allowed became the default of its Mongoose model',
    ko: done('enum', 'default'),
  },
  'min=clamp': { en: 'a number below the model’s minimum became the minimum', ko: done('min', 'clamp') },
  'min=null': { en: 'a value below the model’s minimum became NULL', ko: done('min', 'null') },
  'min=default': {
    en: 'a value below the model’s minimum became the default of its Mongoose model',
    ko: done('min', 'default'),
  },
  'max=clamp': { en: 'a number above the model’s maximum became the maximum', ko: done('max', 'clamp') },
  'max=null': { en: 'a value above the model’s maximum became NULL', ko: done('max', 'null') },
  'max=default': {
    en: 'a value above the model’s maximum became the default of its Mongoose model',
    ko: done('max', 'default'),
  },
  'rule=null': { en: 'a value that breaks another rule of the model became NULL', ko: done('rule', 'null') },
  'rule=default': {
    en: 'a value that breaks another rule of the model became the default of its Mongoose model',
    ko: done('rule', 'default'),
  },
  'cast=null': { en: 'a value that the model cannot cast became NULL', ko: done('cast', 'null') },
  'cast=default': {
    en: 'a value that the model cannot cast became the default of its Mongoose model',
    ko: done('cast', 'default'),
  },
  'bsonType=null': {
    en: 'a value of a BSON type that no column can hold became NULL',
    ko: done('bsonType', 'null'),
  },
  'bsonType=default': {
    en: 'a value of a BSON type that no column can hold became the default of its Mongoose model',
    ko: done('bsonType', 'default'),
  },
  'moneyScale=round': {
    en: 'an amount was rounded half to even to two decimals',
    ko: done('moneyScale', 'round'),
  },
  'decimalScale=round': {
    en: 'a number was rounded half to even to the decimals of its column',
    ko: done('decimalScale', 'round'),
  },
  'notInteger=round': {
    en: 'a number was rounded half to even to an integer',
    ko: done('notInteger', 'round'),
  },
  'numberRange=clamp': {
    en: 'a number became the nearest one that its column can hold',
    ko: done('numberRange', 'clamp'),
  },
  'invalidDate=null': { en: 'an invalid date became NULL', ko: done('invalidDate', 'null') },
  'invalidDate=default': {
    en: 'an invalid date became the default of its Mongoose model, or the time from the ids',
    ko: done('invalidDate', 'default'),
  },
  'ambiguousDate=null': { en: 'a date without an exact time became NULL', ko: done('ambiguousDate', 'null') },
  'ambiguousDate=default': {
    en: 'a date without an exact time became the default of its Mongoose model, or the time from the ids',
    ko: done('ambiguousDate', 'default'),
  },
  'duplicate=skip': {
    en: 'a document whose unique value another document has was skipped; it is kept whole, as `skipped`',
    ko: done('duplicate', 'skip'),
  },
  'duplicate=suffix': {
    en: 'a unique text that another document has got a suffix made of the document’s own _id',
    ko: done('duplicate', 'suffix'),
  },
});

const BY_REFERENCE = {
  en: 'the column of a required reference is NOT NULL; an optional one becomes NULL without a policy',
  ko: '필수 참조의 컬럼은 NOT NULL이며, 선택 참조는 정책 없이도 NULL이 됩니다',
};

/** Why no policy can turn the other refusals into findings. */
export const WITHOUT_POLICY = labels('withoutPolicy', {
  invalidBson: { en: 'damaged BSON has no fields to fix', ko: '손상된 BSON에는 고칠 필드가 없습니다' },
  invalidUtf8: { en: 'nothing shows which text was meant', ko: '원래 어떤 텍스트였는지 알 수 없습니다' },
  repeatedField: {
    en: 'nothing shows which of the two values was meant',
    ko: '두 값 중 어느 것이 맞는지 알 수 없습니다',
  },
  tooDeep: { en: 'no other value can replace it', ko: '대신할 수 있는 값이 없습니다' },
  notFinite: {
    en: 'no number can replace NaN or infinity, and the source’s own sum would not be a number either',
    ko: 'NaN이나 무한대를 대신할 숫자가 없으며, 원본의 합계도 숫자가 아니게 됩니다',
  },
  noTime: { en: 'a time must not be invented', ko: '시각을 지어낼 수는 없습니다' },
  dangling: BY_REFERENCE,
  referenceType: BY_REFERENCE,
  referenceElsewhere: BY_REFERENCE,
  cascade: {
    en: 'the document moves when the one it refers to does: set a policy for the first cause',
    ko: '참조하는 문서가 옮겨지면 함께 옮겨지므로, 첫 원인에 정책을 정하십시오',
  },
  contested: {
    en: 'it is resolved at the end of the stage, by the policy for `duplicate`',
    ko: '단계가 끝날 때 `duplicate` 정책에 따라 정리합니다',
  },
  inexact: {
    en: 'a value that its column would change is never rounded or cut in silence',
    ko: '컬럼이 바꿔 버릴 값을 말없이 반올림하거나 자르지 않습니다',
  },
  refused: {
    en: 'the database’s own constraints apply to every row',
    ko: '데이터베이스의 제약 조건은 모든 행에 적용됩니다',
  },
  policy: { en: 'it is what a policy has asked for', ko: '정책이 요구한 결과입니다' },
});
