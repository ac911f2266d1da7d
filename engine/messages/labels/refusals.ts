import { labels, message } from '../message.ts';

/** Why a document cannot move; it goes to quarantine whole, with this code. */
export const REFUSAL_CODES = labels('quarantine', {
  invalidBson: { en: 'the BSON itself is damaged', ko: 'BSON 자체가 손상되었습니다' },
  invalidUtf8: { en: 'a text is not valid UTF-8', ko: '텍스트가 올바른 UTF-8이 아닙니다' },
  repeatedField: { en: 'an object has the same field name twice', ko: '한 객체에 같은 필드 이름이 두 번 있습니다' },
  loneSurrogate: { en: 'a text has a lone UTF-16 surrogate', ko: '텍스트에 짝이 없는 UTF-16 서로게이트가 있습니다' },
  nul: {
    en: 'a text has U+0000, which PostgreSQL cannot store',
    ko: '텍스트에 PostgreSQL이 저장할 수 없는 U+0000이 있습니다',
  },
  required: {
    en: 'a required field is missing, null, empty or blank',
    ko: '필수 필드가 없거나 null이거나 비어 있습니다',
  },
  enum: { en: 'the value is not one of the allowed values', ko: '허용된 값이 아닙니다' },
  min: { en: 'the value is below the minimum of the Mongoose model', ko: 'Mongoose 모델의 최솟값보다 작습니다' },
  max: { en: 'the value is above the maximum of the Mongoose model', ko: 'Mongoose 모델의 최댓값보다 큽니다' },
  rule: { en: 'the value breaks a rule of the Mongoose model', ko: 'Mongoose 모델의 규칙을 어깁니다' },
  cast: {
    en: 'the value has a type that the Mongoose model cannot cast',
    ko: 'Mongoose 모델이 변환할 수 없는 타입입니다',
  },
  bsonType: {
    en: 'the value has a BSON type that no column can hold',
    ko: '어떤 컬럼에도 담을 수 없는 BSON 타입입니다',
  },
  tooDeep: {
    en: 'the value is nested too deeply for a JSON column',
    ko: 'JSON 컬럼에 담을 수 없을 만큼 깊이 중첩된 값입니다',
  },
  notFinite: { en: 'the number is NaN or infinite', ko: '숫자가 NaN이거나 무한대입니다' },
  moneyScale: { en: 'the amount has more than two decimals', ko: '금액의 소수 자릿수가 두 자리를 넘습니다' },
  decimalScale: { en: 'the number has more decimals than its column', ko: '소수 자릿수가 컬럼보다 많습니다' },
  numberRange: { en: 'the number is outside the range of its column', ko: '숫자가 컬럼의 범위를 벗어납니다' },
  notInteger: { en: 'the number has a fraction, but its column is an integer', ko: '정수 컬럼인데 소수부가 있습니다' },
  invalidDate: {
    en: 'the date is invalid or outside the range of PostgreSQL',
    ko: '날짜가 잘못되었거나 PostgreSQL의 범위를 벗어납니다',
  },
  ambiguousDate: {
    en: 'the number or text does not define an exact time',
    ko: '숫자나 텍스트만으로는 어느 시각인지 알 수 없습니다',
  },
  noTime: {
    en: 'a time is missing, and neither the ObjectId nor the document gives one',
    ko: '시각이 없고 ObjectId나 문서에서도 알아낼 수 없습니다',
  },
  dangling: { en: 'a required reference has no target', ko: '필수 참조가 가리키는 문서가 없습니다' },
  referenceType: {
    en: 'a required reference has an invalid type',
    ko: '필수 참조가 참조로 쓸 수 없는 타입입니다',
  },
  referenceElsewhere: {
    en: 'a required DBRef names another collection or database',
    ko: '필수 참조인 DBRef가 다른 컬렉션이나 데이터베이스를 가리킵니다',
  },
  cascade: {
    en: 'a required reference points to a quarantined document',
    ko: '필수 참조가 가리키는 문서가 격리되어 있습니다',
  },
  duplicate: {
    en: 'another document with a lower _id has the same unique value',
    ko: '고유해야 하는 값이 같은 문서 중 _id가 더 작은 문서가 있습니다',
  },
  contested: {
    en: 'another document has the same unique value; resolved at the end of the stage',
    ko: '고유해야 하는 값이 같은 문서가 있어 단계가 끝날 때 정리합니다',
  },
  inexact: { en: 'the column cannot hold the value exactly', ko: '컬럼에 값을 정확히 담을 수 없습니다' },
  refused: { en: 'the database refused the rows', ko: '데이터베이스가 행을 거부했습니다' },
  policy: {
    en: 'a policy quarantines documents with this finding',
    ko: '정책에 따라 이 발견 사항이 있는 문서를 격리합니다',
  },
});

/** What the quarantine keeps beside a code that does not tell it all. */
export const sameAsEarlier = message('held.sameAsEarlier', {
  en: 'the same {fields} as {document}, which was there already',
  ko: '{fields} 값이 이미 있던 {document}과(와) 같습니다',
});
export const sameAsLower = message('held.sameAsLower', {
  en: 'the same {fields} as {document}, which has the lower _id',
  ko: '{fields} 값이 _id가 더 작은 {document}과(와) 같습니다',
});
export const tooLargeToWrite = message('held.tooLargeToWrite', {
  en: 'the document is so large that PostgreSQL did not write it within its time limit, tried {tries} times',
  ko: '문서가 너무 커서 PostgreSQL이 제한 시간 안에 쓰지 못했습니다({tries}회 시도)',
});
export const valueNotHeld = message('held.valueNotHeld', {
  en: 'the database cannot hold a value',
  ko: '데이터베이스가 담을 수 없는 값이 있습니다',
});
export const documentUnreadable = message('held.documentUnreadable', {
  en: 'the document could not be read ({error})',
  ko: '문서를 읽지 못했습니다({error})',
});
export const heldByPolicy = message('held.byPolicy', {
  en: 'a policy sends documents with the finding {finding} to quarantine',
  ko: '정책에 따라 {finding} 발견 사항이 있는 문서를 격리합니다',
});
export const noSuchMember = message('held.noSuchMember', {
  en: 'the enum {name} has no such member',
  ko: 'enum {name}에 없는 값입니다',
});
export const departedSince = message('held.departedSince', {
  en: 'the document has left the source since',
  ko: '그 뒤 원본에서 없어진 문서입니다',
});
