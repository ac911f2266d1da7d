import { labels, message } from '../message.ts';

/** What is wrong with an input or a file, and where: the words for what schemas find. No sentence holds a value of it. */
export const problemAt = message('input.problemAt', { en: '{where}: {problem}', ko: '{where}: {problem}' });
export const WHOLE = labels('input.whole', {
  input: { en: 'input', ko: '입력' },
  data: { en: 'data', ko: '데이터' },
  file: { en: 'the file', ko: '파일' },
});

export const mustBe = message('input.mustBe', { en: 'must be {kind}', ko: '값이 {kind}이어야 합니다' });
export const KINDS = labels('input.kind', {
  string: { en: 'a text', ko: '텍스트' },
  number: { en: 'a number', ko: '숫자' },
  int: { en: 'a whole number', ko: '정수' },
  boolean: { en: 'true or false', ko: 'true나 false' },
  array: { en: 'a list', ko: '목록' },
  object: { en: 'an object', ko: '객체' },
  datetime: { en: 'a time such as 2026-01-31T09:00:00+09:00', ko: '2026-01-31T09:00:00+09:00과 같은 시각' },
});
export const mustBeOneOf = message('input.mustBeOneOf', {
  en: 'must be one of {values}',
  ko: '다음 중 하나여야 합니다: {values}',
});
export const atLeast = message('input.atLeast', { en: 'must be at least {least}', ko: '{least} 이상이어야 합니다' });
export const moreThan = message('input.moreThan', { en: 'must be more than {least}', ko: '{least}보다 커야 합니다' });
export const atMost = message('input.atMost', { en: 'must be at most {most}', ko: '{most} 이하여야 합니다' });
export const notEmpty = message('input.notEmpty', { en: 'must not be empty', ko: '비어 있으면 안 됩니다' });
export const tooLong = message('input.tooLong', {
  en: 'must have at most {most} characters',
  ko: '{most}자를 넘으면 안 됩니다',
});
export const wrongForm = message('input.wrongForm', { en: 'has a wrong form', ko: '형식이 잘못되었습니다' });
export const notKnown = message('input.notKnown', { en: '"{name}" is not known', ko: '"{name}"은(는) 알 수 없습니다' });
export const notKnownButNear = message('input.notKnownButNear', {
  en: '"{name}" is not known (is it "{nearest}"?)',
  ko: '"{name}"은(는) 알 수 없습니다("{nearest}"입니까?)',
});

/** What this project's own checks say. */
export const noTaskQueue = message('input.noTaskQueue', {
  en: 'is no task queue of a source and a target',
  ko: '원본과 대상의 태스크 큐가 아닙니다',
});
export const numberOrShare = message('input.numberOrShare', {
  en: 'must be a number or a share such as "1%"',
  ko: '숫자이거나 "1%" 같은 비율이어야 합니다',
});
export const cannotCombine = message('input.cannotCombine', {
  en: 'cannot be combined with {others}',
  ko: '{others}와(과) 함께 지정할 수 없습니다',
});
export const rollbackNeedsBackup = message('input.rollbackNeedsBackup', {
  en: 'a rollback by itself needs the folder of the backup',
  ko: '자동 롤백에는 백업 폴더가 필요합니다',
});
export const tooManyRounds = message('input.tooManyRounds', {
  en: 'more than {most} rounds: choose more minutes, or fewer hours',
  ko: '라운드가 {most}회를 넘습니다. 간격을 늘리거나 기간을 줄이십시오',
});
