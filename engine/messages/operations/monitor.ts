import { message } from '../message.ts';

/** What is wrong with the answer to a check. */
export const CHECK_PROBLEMS = {
  otherStatus: message('check.otherStatus', {
    en: 'status {status} instead of {wanted}',
    ko: '상태 코드 {status}(기대값 {wanted})',
  }),
  status: message('check.status', { en: 'status {status}', ko: '상태 코드 {status}' }),
  late: message('check.late', {
    en: 'an answer after {took} ms, more than {most}',
    ko: '{took}ms 만에 응답(한도 {most}ms)',
  }),
  noAnswer: message('check.noAnswer', { en: 'no answer within {most} ms', ko: '{most}ms 안에 응답 없음' }),
  noConnection: message('check.noConnection', { en: 'no connection', ko: '연결할 수 없음' }),
  noConnectionBecause: message('check.noConnectionBecause', {
    en: 'no connection ({code})',
    ko: '연결할 수 없음({code})',
  }),
  prometheusStatus: message('check.prometheusStatus', {
    en: 'status {status} from Prometheus',
    ko: 'Prometheus가 상태 코드 {status}(으)로 응답',
  }),
  notPrometheus: message('check.notPrometheus', {
    en: 'an answer that is not one of Prometheus’s instant queries',
    ko: 'Prometheus 즉시 쿼리의 응답이 아님',
  }),
  noSample: message('check.noSample', { en: 'no sample for the expression', ko: '식에 해당하는 값이 없음' }),
};

/** Why a monitoring cannot begin or go through a round. */
export const nothingToWatch = message('monitor.nothingToWatch', {
  en: 'No run of this target is complete: there is nothing to monitor.',
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
/** Why MONITOR_FILE is refused when it has settings that earlier builds had. */
export const monitorSettingsRemoved = message('monitor.settingsRemoved', {
  en: '{settings} {count|was|were} removed. Declare one "webhook" with url and headers; Prometheus and its Alertmanager repeat and retry alerts (docs/prometheus-alerts.yml).',
  ko: '{settings} 설정은 없어졌습니다({count}건). url과 headers가 있는 "webhook" 하나를 지정하십시오. 알림을 반복하고 재시도하는 일은 Prometheus와 Alertmanager가 맡습니다(docs/prometheus-alerts.yml).',
});
/** To the worker's log. */
export const alertNotTaken = message('monitor.alertNotTaken', {
  en: 'The webhook did not take an alert, which is not sent again: {reason}.',
  ko: '웹훅이 알림을 받지 않았고, 다시 보내지 않습니다: {reason}.',
});
export const sideTablesGone = message('monitor.sideTablesGone', {
  en: 'The migration’s side tables are gone from the target: there is nothing to compare with.',
  ko: '대상에 마이그레이션의 보조 테이블이 없어 비교할 것이 없습니다.',
});
export const collectionsChangedSince = message('monitor.collectionsChangedSince', {
  en: 'The source has changed since {since}: documents of {collections} were inserted, changed or deleted there. Find out what still writes to it, reconcile (`mongo-to-prisma reconcile --fingerprint`), then begin.',
  ko: '{since} 이후 원본에서 {collections} 컬렉션의 문서가 추가, 변경 또는 삭제되었습니다. 아직 쓰는 곳을 찾고, 변경분을 반영한 다음(`mongo-to-prisma reconcile --fingerprint`) 시작하십시오.',
});
