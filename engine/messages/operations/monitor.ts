import { message } from '../message.ts';

/** Why a monitoring cannot begin or go through a round. */
export const nothingToWatch = message('monitor.nothingToWatch', {
  en: 'The target has no complete run: there is nothing to monitor.',
  ko: '대상에 완료된 실행이 없어 모니터링할 것이 없습니다.',
});
export const noSuchStageToWatch = message('monitor.noSuchStage', {
  en: 'There is no stage {stage}; there are {stages}.',
  ko: '{stage} 단계는 없습니다. 있는 단계: {stages}.',
});
export const stageWithoutUpdatedAt = message('monitor.withoutUpdatedAt', {
  en: 'Stage {stage} cannot be monitored: its table has no column updatedAt.',
  ko: '{stage} 단계는 테이블에 updatedAt 컬럼이 없어 모니터링할 수 없습니다.',
});
export const sideTablesGone = message('monitor.sideTablesGone', {
  en: 'The migration’s side tables are gone from the target: there is nothing to compare with.',
  ko: '대상에 마이그레이션의 보조 테이블이 없어 비교할 것이 없습니다.',
});
export const collectionsChangedSince = message('monitor.collectionsChangedSince', {
  en: 'The source has changed since {since}: documents of {collections} were inserted, changed or deleted there. Find out what still writes to it, reconcile (`mongo-to-prisma reconcile --fingerprint`), then begin.',
  ko: '{since} 이후 원본에서 {collections} 컬렉션의 문서가 추가, 변경 또는 삭제되었습니다. 아직 쓰는 곳을 찾고, 변경분을 반영한 다음(`mongo-to-prisma reconcile --fingerprint`) 시작하십시오.',
});
