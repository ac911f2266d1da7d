import { labels, message } from '../message.ts';

/** Smoke tests: the platform’s queries, put to both databases. */
export const questionsDiffer = message('smoke.differ', {
  en: 'The smoke tests found different answers to {questions}.',
  ko: 'Smoke 테스트에서 다음 질문의 응답이 다릅니다: {questions}.',
});
export const questionDiffers = message('smoke.questionDiffers', {
  en: '{question} ({differences}: {paths})',
  ko: '{question} ({differences}: {paths})',
});
export const questionDiffersFurther = message('smoke.questionDiffersFurther', {
  en: '{question} ({differences}: {paths}, …)',
  ko: '{question} ({differences}: {paths}, …)',
});
export const questionFails = message('smoke.questionFails', {
  en: 'Question {question} fails with a {error}.',
  ko: '질문 {question}을(를) 실행할 수 없습니다: {error}.',
});
export const testedOtherSource = message('smoke.otherSource', {
  en: 'The run was read from {wanted}, but this is {own}.',
  ko: '실행의 원본은 {wanted}이지만 여기서는 {own}입니다.',
});
export const nothingToTest = message('smoke.nothingToTest', {
  en: 'The target has no migration: there is nothing to test.',
  ko: '대상에 마이그레이션이 없어 시험할 것이 없습니다.',
});

/** What is wrong with SMOKE_TESTS_FILE. */
export const smokeFile = message('smoke.file', {
  en: 'SMOKE_TESTS_FILE: {problem}',
  ko: 'SMOKE_TESTS_FILE: {problem}',
});
export const smokeFileUnreadable = message('smoke.fileUnreadable', {
  en: 'SMOKE_TESTS_FILE cannot be read.',
  ko: 'SMOKE_TESTS_FILE을 읽을 수 없습니다.',
});
export const smokeFileFails = message('smoke.fileFails', {
  en: 'SMOKE_TESTS_FILE {file} cannot be loaded ({why}).',
  ko: 'SMOKE_TESTS_FILE {file}을(를) 불러올 수 없습니다({why}).',
});
export const SMOKE_FILE_PROBLEMS = labels('smoke.fileProblem', {
  noList: {
    en: 'its default export is not a list of questions (defineSmokeTests).',
    ko: 'default export가 질문 목록(defineSmokeTests)이 아닙니다.',
  },
});
export const questionNameTaken = message('smoke.nameTaken', {
  en: 'question {question} has the name of a shipped question.',
  ko: '{question}번째 질문의 이름이 기본 질문과 같습니다.',
});
export const questionNameRepeated = message('smoke.nameRepeated', {
  en: 'question {question} has the name of question {other}.',
  ko: '{question}번째 질문의 이름이 {other}번째 질문과 같습니다.',
});
export const notAFunction = message('smoke.notAFunction', { en: 'must be a function', ko: '함수여야 합니다' });
export const notAName = message('smoke.notAName', {
  en: 'must consist of lower-case letters, digits and hyphens',
  ko: '소문자, 숫자, 하이픈으로 이루어져야 합니다',
});
export const questionInvalid = message('smoke.questionInvalid', {
  en: 'question {question}: {why}.',
  ko: '{question} 질문: {why}.',
});
