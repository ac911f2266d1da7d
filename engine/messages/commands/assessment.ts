import { labels, message } from '../message.ts';

/** What an assessment predicts. */
export const allWouldMove = message('assess.allWouldMove', {
  en: 'Nothing would be quarantined: all {documents} {documents|document|documents} would move.',
  ko: '격리될 문서가 없습니다. 문서 {documents}건을 모두 옮길 수 있습니다.',
});
export const allOfSampleWouldMove = message('assess.allOfSampleWouldMove', {
  en: 'Nothing would be quarantined: all {documents} {documents|document|documents} of a random sample would move.',
  ko: '격리될 문서가 없습니다. 무작위로 고른 문서 {documents}건을 모두 옮길 수 있습니다.',
});
export const someHeldBack = message('assess.someHeld', {
  en: '{held} of {documents} {documents|document|documents} ({share}) would be quarantined.',
  ko: '문서 {documents}건 중 {held}건({share})이 격리될 것입니다.',
});
export const someOfSampleHeld = message('assess.someOfSampleHeld', {
  en: '{held} of {documents} {documents|document|documents} of a random sample ({share}) would be quarantined.',
  ko: '무작위로 고른 문서 {documents}건 중 {held}건({share})이 격리될 것입니다.',
});
export const wouldBlock = message('assess.wouldBlock', {
  en: 'A migration would stop: the plan does not know {fields} {fields|field that has|fields that have} a column.',
  ko: '마이그레이션이 멈출 것입니다. 열이 있는데도 계획에 없는 필드가 {fields}개 있습니다.',
});
export const sourceIs = message('assess.source', { en: 'Source: {source}', ko: '원본: {source}' });
export const isSample = message('assess.isSample', {
  en: 'This is a sample: at most {size} of each collection, by seed {seed}, of {documents} {documents|document|documents}. Shares are estimates; duplicates are found only if both documents are in the sample.',
  ko: '표본입니다. 전체 문서 {documents}건에서 컬렉션마다 최대 {size}건을 시드 {seed}(으)로 골랐습니다. 비율은 추정값이며, 중복은 두 문서가 모두 표본에 있을 때만 찾습니다.',
});
export const ASSESSED = labels('assess.section', {
  forgotten: {
    en: 'Would stop a migration: map it, or list it in `skips`',
    ko: '마이그레이션 중단: 매핑하거나 `skips`에 기재',
  },
  held: { en: 'Would go to quarantine', ko: '격리 예상' },
  noticed: { en: 'Would move, with a finding', ko: '발견 사항과 함께 이동' },
  leftover: { en: 'Not in the model: kept as leftovers', ko: '모델에 없어 남은 값으로 보관' },
  mixed: { en: 'More than one type', ko: '여러 타입' },
  nothing: { en: 'Nothing to report.', ko: '보고할 것이 없습니다.' },
});
export const collectionHas = message('assess.collection', {
  en: '{collection}: {documents} {documents|document|documents}, {size}',
  ko: '{collection}: 문서 {documents}건, {size}',
});
export const moreInFiles = message('assess.moreInFiles', {
  en: '… and {count} more (--json, --out)',
  ko: '… 외 {count}건(--json, --out)',
});
export const reasonCounted = message('assess.reason', {
  en: '{count} × {code} ({share}): {meaning}',
  ko: '{count} × {code}({share}): {meaning}',
});
export const reasonCountedAt = message('assess.reasonAt', {
  en: '{count} × {code} at {path} ({share}): {meaning}',
  ko: '{path}에서 {count} × {code}({share}): {meaning}',
});
export const otherHasIt = message('assess.otherHasIt', {
  en: '{document} ({other} has it)',
  ko: '{document}({other}에 있음)',
});
export const heldBy = message('assess.heldBy', {
  en: '{document} (by {other}, {code})',
  ko: '{document}(원인 {other}, {code})',
});
export const morePaths = message('assess.morePaths', { en: 'and {count} more paths', ko: '외 경로 {count}개' });
export const wholeDocument = message('assess.wholeDocument', { en: 'document', ko: '문서' });
export const pathHas = message('assess.path', {
  en: '{path}: {documents} {documents|document|documents} ({types})',
  ko: '{path}: 문서 {documents}건({types})',
});
export const fieldHasColumn = message('assess.fieldHasColumn', {
  en: '{path}: {documents} {documents|document|documents}, and {table} has a column {column}',
  ko: '{path}: 문서 {documents}건, {table} 테이블에 {column} 열이 있음',
});
export const rowsAndSpace = message('assess.rowsAndSpace', {
  en: '{bytes} of BSON would become {rows} {rows|row|rows}. The target would take about {size}: {tables} for tables and indexes, {side} for the migration’s side tables.',
  ko: 'BSON {bytes}에서 행 {rows}개가 나옵니다. 대상의 크기는 약 {size}입니다. 테이블과 인덱스 {tables}, 마이그레이션 보조 테이블 {side}.',
});
export const aboutRowsAndSpace = message('assess.aboutRowsAndSpace', {
  en: 'About {bytes} of BSON would become about {rows} {rows|row|rows}. The target would take about {size}: {tables} for tables and indexes, {side} for the migration’s side tables.',
  ko: 'BSON 약 {bytes}에서 행 약 {rows}개가 나옵니다. 대상의 크기는 약 {size}입니다. 테이블과 인덱스 {tables}, 마이그레이션 보조 테이블 {side}.',
});
export const timeNeeded = message('assess.timeNeeded', {
  en: 'A migration would take about {time}: {reading} to read, check and transform everything twice, at the rate measured here, and {writing} to write the rows and to read them back, at an assumed {rate} rows a second.',
  ko: '마이그레이션은 약 {time} 걸립니다. 모두 두 번 읽고 검사하고 변환하는 데 {reading}(여기서 측정한 속도), 행을 쓰고 다시 읽는 데 {writing}(초당 {rate}행으로 가정).',
});
export const keysInMemory = message('assess.keysInMemory', {
  en: 'This assessment kept {size} of keys in memory and wrote nothing.',
  ko: '이 평가는 키 {size}을(를) 메모리에 두었고 아무것도 쓰지 않았습니다.',
});
export const assessmentTitle = message('assess.title', { en: 'Assessment: {verdict}', ko: '평가: {verdict}' });
export const keysWillTake = message('assess.keysWillTake', {
  en: '{documents} documents: their keys will take about {megabytes} MB of memory. `--sample 100000` takes less memory and less time.',
  ko: '문서가 {documents}건이므로 키가 메모리를 약 {megabytes}MB 차지합니다. `--sample 100000`을 지정하면 메모리와 시간이 덜 듭니다.',
});
