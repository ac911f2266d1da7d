import { labels } from '../message.ts';
import { POLICY_FINDINGS } from './policies.ts';

/** Every kind of finding; docs/field-mapping.md lists them with these words, docs/policies.md those that policies make. */
export const FINDING_CODES = {
  ...labels('finding', {
    default: {
      en: 'the field was missing or null and got the default of its Mongoose model',
      ko: '값이 없거나 null이어서 Mongoose 모델의 기본값을 넣었습니다',
    },
    cast: {
      en: 'the value had another BSON type and was cast as its Mongoose model casts',
      ko: 'BSON 타입이 달라 Mongoose 모델의 방식대로 형 변환했습니다',
    },
    setter: {
      en: 'the text was changed by a setter of its Mongoose model (lower-cased, trimmed)',
      ko: 'Mongoose 모델의 setter 규칙(소문자화, 공백 제거)에 따라 텍스트가 바뀌었습니다',
    },
    tooLong: {
      en: 'the text is longer than its Mongoose model allows; the column holds it whole',
      ko: 'Mongoose 모델이 허용하는 길이를 넘지만 컬럼에는 전체를 저장했습니다',
    },
    floatNoise: {
      en: 'a double had more decimals than its column, as floating-point noise, and was rounded',
      ko: 'double의 반올림 오차로 컬럼의 소수 자릿수를 벗어나 반올림했습니다',
    },
    subMillisecond: {
      en: 'the date was more precise than milliseconds and was truncated',
      ko: '밀리초보다 세밀한 시각이어서 그 아래를 잘랐습니다',
    },
    dangling: {
      en: 'an optional reference had no target; stored as NULL',
      ko: '선택 참조가 가리키는 문서가 없어 NULL로 저장했습니다',
    },
    referenceType: {
      en: 'an optional reference had an invalid type; stored as NULL',
      ko: '선택 참조가 참조로 쓸 수 없는 타입이어서 NULL로 저장했습니다',
    },
    referenceElsewhere: {
      en: 'an optional DBRef names another collection or database; stored as NULL',
      ko: '선택 참조인 DBRef가 다른 컬렉션이나 데이터베이스를 가리켜 NULL로 저장했습니다',
    },
    referenceForm: {
      en: 'the reference was written as text, DBRef or embedded object and was normalised',
      ko: '텍스트, DBRef, 내장 객체로 적힌 참조를 표준 형태로 바꾸었습니다',
    },
    emptyText: {
      en: 'an empty text in a unique column; stored as NULL',
      ko: '고유해야 하는 컬럼에 빈 텍스트가 있어 NULL로 저장했습니다',
    },
    nullElement: { en: 'a null element of an array was dropped', ko: '배열의 null 원소를 제외했습니다' },
    notAnArray: {
      en: 'a single value in the place of an array became its only element',
      ko: '배열이어야 할 자리에 단일 값이 있어 원소가 하나인 배열로 저장했습니다',
    },
    withoutId: {
      en: 'a sub-document has no _id; its id is computed from its position',
      ko: '하위 문서에 _id가 없어 위치로 ID를 만들었습니다',
    },
    repeatedId: {
      en: 'two sub-documents of one array have the same _id',
      ko: '한 배열의 두 하위 문서가 같은 _id를 가집니다',
    },
    sharedId: {
      en: 'sub-documents of other documents have the same _id as some of this one; the note says how many of this one',
      ko: '다른 문서의 하위 문서가 이 문서의 하위 문서와 같은 _id를 가집니다',
    },
    repeatedNumber: {
      en: 'a project has the same task or milestone number twice',
      ko: '한 프로젝트 안에서 작업 또는 마일스톤 번호가 중복됩니다',
    },
    unknownField: {
      en: 'a field that the Mongoose model does not define was kept as a leftover',
      ko: 'Mongoose 모델에 없는 필드를 남은 값으로 보관했습니다',
    },
    jsonForm: {
      en: 'JSON cannot represent the exact BSON value (a 64-bit integer, a whole double, −0, a repeated name); the finding keeps it',
      ko: 'JSON으로는 값의 정확한 BSON(64비트 정수, 정수인 double, −0, 두 번 나오는 이름)을 나타낼 수 없어 원래 값을 함께 보관했습니다',
    },
    fromId: {
      en: 'a missing time was taken from the ObjectId',
      ko: '시각이 없어 ObjectId의 시각을 사용했습니다',
    },
    fromCreatedAt: {
      en: 'a missing updatedAt was taken from createdAt',
      ko: 'updatedAt이 없어 createdAt을 사용했습니다',
    },
    dateOrder: { en: 'the end date is before the start date', ko: '종료일이 시작일보다 앞섭니다' },
    sumMismatch: { en: 'amounts that should agree do not', ko: '서로 맞아야 할 금액이 맞지 않습니다' },
    notNormalised: {
      en: 'another document has the same unique text in another Unicode normal form',
      ko: '다른 문서가 유니코드 정규화 형식만 다른 같은 고유 텍스트를 가집니다',
    },
  }),
  ...POLICY_FINDINGS,
} as const;
