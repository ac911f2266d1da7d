import { labels, message } from '../message.ts';

/** What a message to a run or to a monitoring does, and what is to be given with it: the dialogs of Temporal’s UI show both. */
export const dialog = message('send.dialog', { en: '{does}. Data: {takes}', ko: '{does}. 데이터: {takes}' });

/** To a migration. */
export const DOES = labels('send.does', {
  pause: { en: 'Stop at the next batch boundary', ko: '다음 배치 경계에서 멈춤' },
  resume: { en: 'Continue a paused or blocked run', ko: '일시 정지되거나 차단된 실행을 이어서 진행' },
  rollbackToStage: {
    en: 'Delete what this stage and all later ones have written',
    ko: '이 단계와 이후 단계가 쓴 데이터를 삭제',
  },
  abort: { en: 'End the run for good', ko: '실행을 완전히 끝냄' },
  approve: { en: 'Open a gate that waits', ko: '기다리는 관문을 승인' },
  setBatchSize: { en: 'Documents in one transaction', ko: '한 트랜잭션의 문서 수' },
  setParallelism: { en: 'Partitions that are moved at once', ko: '동시에 옮기는 파티션 수' },
  setThrottle: {
    en: 'Documents read a second, and the slowest answer in ms',
    ko: '초당 읽는 문서 수와 가장 느린 응답(ms)',
  },
  acceptPlanChange: {
    en: 'Write anew what other transforms have written',
    ko: '다른 변환이 쓴 데이터를 새로 씀',
  },
  retryQuarantine: { en: 'Try documents in quarantine again', ko: '격리된 문서를 다시 시도' },
});

/** To a monitoring. */
export const MONITORING_DOES = labels('send.monitoring', {
  acknowledge: {
    en: 'Somebody has taken over what is open: no restore follows',
    ko: '담당자가 열린 문제를 맡음: 복원하지 않음',
  },
  stop: { en: 'End the monitoring now, and write its report', ko: '모니터링을 지금 끝내고 리포트를 작성' },
  pause: { en: 'Leave rounds out from now on', ko: '지금부터 라운드를 건너뜀' },
  resume: { en: 'Continue the rounds', ko: '라운드를 다시 진행' },
  setEvery: { en: 'Minutes between the rounds', ko: '라운드 사이의 분' },
});

export const TAKES = labels('send.takes', {
  nothing: { en: 'nothing', ko: '없음' },
  reason: { en: 'nothing, or {"reason": "…"}', ko: '없음, 또는 {"reason": "…"}' },
  stage: {
    en: '{"stage": "…"}, with "then": "rerun" or "pause", "force": true, "includeEarlier": true',
    ko: '{"stage": "…"}, 그리고 "then": "rerun" 또는 "pause", "force": true, "includeEarlier": true',
  },
  extent: {
    en: 'nothing, or {"rollback": true}, with "force": true, "includeEarlier": true',
    ko: '없음, 또는 {"rollback": true}, 그리고 "force": true, "includeEarlier": true',
  },
  gate: { en: '{"gate": "…"}', ko: '{"gate": "…"}' },
  limits: {
    en: '{"documentsPerSecond": …, "maxLatency": …}, or nothing',
    ko: '{"documentsPerSecond": …, "maxLatency": …}, 또는 없음',
  },
  filter: {
    en: 'nothing, or {"stage": "…"}, {"code": "…"}, or both',
    ko: '없음, 또는 {"stage": "…"}, {"code": "…"}, 또는 둘 다',
  },
});
/** Bounds are texts, since they are to be copied as they are. */
export const wholeNumberFrom = message('send.wholeNumber', {
  en: 'a whole number from {least} to {most}',
  ko: '{least}에서 {most}까지의 정수',
});
