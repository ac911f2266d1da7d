import { message } from '../message.ts';

/** How a run has ended, and what keeps it from being complete. */
export const differs = message('verdict.different', {
  en: 'Source and target differ.',
  ko: '원본과 대상이 일치하지 않습니다.',
});
export const isUnfinished = message('verdict.incomplete', {
  en: 'The run is not finished.',
  ko: '실행이 아직 끝나지 않았습니다.',
});
export const allButQuarantine = message('verdict.quarantined', {
  en: 'Everything outside quarantine is in the target and matches the source.',
  ko: '격리된 문서를 제외한 모든 데이터가 대상에 있으며 원본과 일치합니다.',
});
export const all = message('verdict.verified', {
  en: 'Everything is in the target and matches the source.',
  ko: '모든 데이터가 대상에 있으며 원본과 일치합니다.',
});
export const allChosenButQuarantine = message('verdict.quarantinedPart', {
  en: 'Everything selected and outside quarantine is in the target and matches the source.',
  ko: '선택한 데이터 중 격리된 문서를 제외한 모든 데이터가 대상에 있으며 원본과 일치합니다.',
});
export const allChosen = message('verdict.verifiedPart', {
  en: 'Everything selected is in the target and matches the source.',
  ko: '선택한 모든 데이터가 대상에 있으며 원본과 일치합니다.',
});
export const notEndedYet = message('verdict.notEndedYet', {
  en: '{verdict} The run has not ended yet.',
  ko: '{verdict} 실행은 아직 끝나지 않았습니다.',
});
export const failedEarly = message('verdict.failed', {
  en: 'The run failed before its end.',
  ko: '실행이 끝나기 전에 실패했습니다.',
});
export const abortedEarly = message('verdict.aborted', {
  en: 'The run was aborted before its end.',
  ko: '실행이 끝나기 전에 중단되었습니다.',
});
export const superseded = message('verdict.superseded', {
  en: 'The run was superseded by another one.',
  ko: '다른 실행이 이 실행을 대체했습니다.',
});
export const notComplete = message('verdict.notComplete', {
  en: 'The run is not complete. {reasons}',
  ko: '실행이 완료되지 않았습니다. {reasons}',
});

export const held = message('verdict.held', {
  en: '{documents} {documents|document is|documents are} in quarantine.',
  ko: '격리된 문서가 {documents}건 있습니다.',
});
export const otherAnswers = message('verdict.otherAnswers', {
  en: 'Smoke tests: the answers to {questions} differ.',
  ko: 'Smoke 테스트: {questions} 질문의 응답이 다릅니다.',
});
export const waivedAnswers = message('verdict.waivedAnswers', {
  en: 'Smoke tests: the answers to {questions} differ; this was approved.',
  ko: 'Smoke 테스트: {questions} 질문의 응답이 다르며, 그대로 진행하도록 승인되었습니다.',
});
export const absenceConfirmed = message('verdict.absenceConfirmed', {
  en: 'The source has no collection {collection}; this was confirmed.',
  ko: '원본에 {collection} 컬렉션이 없으며, 이 사실이 확인되었습니다.',
});
export const absenceUnconfirmed = message('verdict.absenceUnconfirmed', {
  en: 'Stage {stage}: the source has no collection {collection}, and this was not confirmed.',
  ko: '{stage} 단계: 원본에 {collection} 컬렉션이 없으며, 이 사실이 확인되지 않았습니다.',
});

export const copyUnplanned = message('verdict.copyUnplanned', {
  en: 'Stage {stage}: the copy has not been planned.',
  ko: '{stage} 단계: 복사할 범위를 아직 나누지 않았습니다.',
});
export const copyPlannedOtherwise = message('verdict.copyPlannedOtherwise', {
  en: 'Stage {stage}: {planned} partitions were planned for the copy, but {found} exist.',
  ko: '{stage} 단계: 복사할 파티션을 {planned}개로 나누었지만 {found}개가 있습니다.',
});
export const copyUnfinished = message('verdict.copyUnfinished', {
  en: 'Stage {stage}: {done} of {planned} partitions are copied.',
  ko: '{stage} 단계: 파티션 {planned}개 중 {done}개를 복사했습니다.',
});
export const comparisonUnplanned = message('verdict.comparisonUnplanned', {
  en: 'Stage {stage}: the row comparison has not been planned.',
  ko: '{stage} 단계: 행을 비교할 범위를 아직 나누지 않았습니다.',
});
export const comparisonPlannedOtherwise = message('verdict.comparisonPlannedOtherwise', {
  en: 'Stage {stage}: {planned} partitions were planned for the row comparison, but {found} exist.',
  ko: '{stage} 단계: 행을 비교할 파티션을 {planned}개로 나누었지만 {found}개가 있습니다.',
});
export const comparisonUnfinished = message('verdict.comparisonUnfinished', {
  en: 'Stage {stage}: {done} of {planned} partitions are compared row by row.',
  ko: '{stage} 단계: 파티션 {planned}개 중 {done}개의 행을 비교했습니다.',
});
export const conflictsUnresolved = message('verdict.conflictsUnresolved', {
  en: 'Stage {stage}: conflicts over unique values have not been resolved.',
  ko: '{stage} 단계: 고유 값의 충돌을 아직 정리하지 않았습니다.',
});
export const documentsContested = message('verdict.documentsContested', {
  en: 'Stage {stage}: {documents} {documents|document has|documents have} an unresolved conflict over a unique value.',
  ko: '{stage} 단계: 고유 값의 충돌이 정리되지 않은 문서가 {documents}건 있습니다.',
});
export const changesLeft = message('verdict.changesLeft', {
  en: 'Stage {stage}: {changes} {changes|change has|changes have} not been applied and compared.',
  ko: '{stage} 단계: 반영하고 비교할 변경이 {changes}건 남았습니다.',
});
export const unaccounted = message('verdict.unaccounted', {
  en: 'Stage {stage}: {read} documents were read, but {written} were written, {skipped} were there before, {quarantined} are in quarantine and {omitted} were skipped by a policy.',
  ko: '{stage} 단계: 문서 {read}건을 읽었지만 {written}건을 쓰고 {skipped}건은 이미 있었으며 {quarantined}건을 격리하고 {omitted}건을 정책에 따라 제외했습니다.',
});
export const notAllCompared = message('verdict.notAllCompared', {
  en: 'Stage {stage}: {compared} of {all} documents were compared row by row.',
  ko: '{stage} 단계: 문서 {all}건 중 {compared}건의 행을 비교했습니다.',
});
export const totalsNotCompared = message('verdict.totalsNotCompared', {
  en: 'Stage {stage}: counts and sums have not been compared.',
  ko: '{stage} 단계: 건수와 합계를 아직 비교하지 않았습니다.',
});
export const referencesNotChecked = message('verdict.referencesNotChecked', {
  en: 'Stage {stage}: references have not been checked.',
  ko: '{stage} 단계: 참조를 아직 확인하지 않았습니다.',
});
export const writtenSince = message('verdict.writtenSince', {
  en: 'Stage {stage}: it, or a stage it refers to, was written to after its totals and references were compared.',
  ko: '{stage} 단계: 합계와 참조를 비교한 뒤 이 단계나 이 단계가 참조하는 단계에 쓰기가 있었습니다.',
});
export const rowsDiffer = message('verdict.rowsDiffer', {
  en: 'Stage {stage}: {differences} × {kind} in the row comparison.',
  ko: '{stage} 단계: 행 비교에서 {kind} {differences}건이 나왔습니다.',
});
export const totalDiffers = message('verdict.totalDiffers', {
  en: 'Stage {stage}: {what} of {path} should be {expected} in {place}, but PostgreSQL has {found}.',
  ko: '{stage} 단계: {path}의 {what} 값은 {place}에서 {expected}이어야 하지만 PostgreSQL의 값은 {found}입니다.',
});
export const referencesBroken = message('verdict.referencesBroken', {
  en: 'Stage {stage}: {reference}.',
  ko: '{stage} 단계: {reference}.',
});
/** Where source and target disagree, as part of a sentence. */
export const brokenReference = message('verify.brokenReference', {
  en: '{place}: {wrong} of {checked} are {what}',
  ko: '{place}에서 {checked}건 중 {wrong}건이 {what}',
});
export const totalDisagrees = message('verify.totalDisagrees', {
  en: '{what} of {path}',
  ko: '{path}의 {what}',
});
