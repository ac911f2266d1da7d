import { labels } from '../message.ts';

/** States, phases and outcomes in a word or two, by the names that report.json has. */
export const RUN_STATES = labels('run.state', {
  starting: { en: 'starting', ko: '시작하는 중' },
  running: { en: 'running', ko: '진행 중' },
  pausing: { en: 'pausing', ko: '정지하는 중' },
  paused: { en: 'paused', ko: '일시 정지됨' },
  blocked: { en: 'blocked', ko: '차단됨' },
  rollingBack: { en: 'rolling back', ko: '롤백 중' },
  aborting: { en: 'aborting', ko: '중단하는 중' },
  complete: { en: 'complete', ko: '완료' },
  failed: { en: 'failed', ko: '실패' },
  aborted: { en: 'aborted', ko: '중단됨' },
  superseded: { en: 'superseded by a later run', ko: '이후 실행으로 대체됨' },
});

export const STAGE_STATES = labels('stage.state', {
  pending: { en: 'pending', ko: '대기 중' },
  copying: { en: 'copying', ko: '복사 중' },
  settling: { en: 'settling', ko: '정리 중' },
  verifying: { en: 'verifying', ko: '검증 중' },
  rollingBack: { en: 'rolling back', ko: '롤백 중' },
  complete: { en: 'complete', ko: '완료' },
  stopped: { en: 'stopped', ko: '멈춤' },
  absent: { en: 'not part of the run', ko: '이 실행에 포함되지 않음' },
});

export const MAINTENANCE_MODES = labels('maintenance.mode', {
  none: { en: 'not part of this run', ko: '이 실행에 포함되지 않음' },
  throughout: { en: 'throughout the run', ko: '실행 내내' },
  switch: { en: 'for the switch only', ko: '전환할 때만' },
});
export const DIRECTIONS = labels('maintenance.direction', {
  on: { en: 'on', ko: '켜기' },
  off: { en: 'off', ko: '끄기' },
});

export const DOWNTIME_PHASES = labels('downtime.phase', {
  copying: { en: 'Copying', ko: '복사' },
  verification: { en: 'Verification', ko: '검증' },
  catchingUp: { en: 'Catching up', ko: '변경분 따라잡기' },
  maintenanceOn: { en: 'Maintenance on', ko: '메인터넌스 시작' },
  lastPass: { en: 'Last pass', ko: '마지막 따라잡기' },
  smokeTests: { en: 'Smoke tests', ko: '스모크 테스트' },
  switch: { en: 'Switch', ko: '전환' },
  maintenanceOff: { en: 'Maintenance off', ko: '메인터넌스 해제' },
  over: { en: 'Over', ko: '종료' },
});

/** Entries of the timeline. */
export const TIMELINE_PHASES = labels('timeline.phase', {
  starting: { en: 'Started', ko: '시작됨' },
  running: { en: 'Running', ko: '진행' },
  pausing: { en: 'Pausing', ko: '정지하는 중' },
  paused: { en: 'Paused', ko: '일시 정지됨' },
  blocked: { en: 'Blocked', ko: '차단됨' },
  rollingBack: { en: 'Rolling back', ko: '롤백 중' },
  aborting: { en: 'Aborting', ko: '중단하는 중' },
  complete: { en: 'Complete', ko: '완료' },
  aborted: { en: 'Aborted', ko: '중단됨' },
  failed: { en: 'Failed', ko: '실패' },
  superseded: { en: 'Superseded by a later run', ko: '이후 실행으로 대체됨' },
});
export const TIMELINE_STAGES = labels('timeline.stage', {
  copying: { en: 'copying', ko: '복사 시작' },
  settling: { en: 'settling contested documents', ko: '경합 문서 정리' },
  verifying: { en: 'verifying', ko: '검증 시작' },
  complete: { en: 'complete', ko: '완료' },
  rollingBack: { en: 'rolling back', ko: '롤백 시작' },
});
export const TIMELINE_MESSAGES = labels('timeline.message', {
  pause: { en: 'Pause', ko: '일시 정지 요청' },
  resume: { en: 'Resume', ko: '재개 요청' },
  rollbackToStage: { en: 'Roll back', ko: '롤백 요청' },
  abort: { en: 'Abort', ko: '중단 요청' },
  approve: { en: 'Approve', ko: '승인' },
  setBatchSize: { en: 'Batch size', ko: '배치 크기 변경' },
  setParallelism: { en: 'Parallelism', ko: '병렬 수 변경' },
  setThrottle: { en: 'Throttle', ko: '속도 제한 변경' },
  acceptPlanChange: { en: 'Accept the changed plan', ko: '변경된 계획 수용' },
});
export const TIMELINE_WORDS = labels('timeline.word', {
  accepted: { en: 'accepted', ko: '수락됨' },
  refused: { en: 'refused', ko: '거부됨' },
  signal: { en: 'signal', ko: '시그널' },
  update: { en: 'update', ko: '업데이트' },
  by: { en: 'by', ko: '보낸 사람' },
  byUnknown: { en: 'by unknown', ko: '보낸 사람 알 수 없음' },
});

/** What is compared of a column by both databases’ own engines. */
export const TOTALS = labels('total.what', {
  documents: { en: 'documents', ko: '문서 수' },
  elements: { en: 'elements', ko: '원소 수' },
  sum: { en: 'sum', ko: '합계' },
  nulls: { en: 'NULLs', ko: 'NULL 수' },
  least: { en: 'least', ko: '최솟값' },
  greatest: { en: 'greatest', ko: '최댓값' },
});

/** Where the values of a path go. */
export const FATES = labels('fate', {
  group: { en: 'by its members', ko: '하위 항목별' },
  leftover: { en: 'leftover', ko: '남은 값' },
  dropped: { en: 'not moved', ko: '옮기지 않음' },
  unknown: { en: 'not known', ko: '알 수 없음' },
});

/** Below a figure, or beside a value. */
export const WORDS = labels('word', {
  by: { en: 'by', ko: '기준' },
  madeBy: { en: 'by', ko: '·' },
  dryRun: { en: 'dry run', ko: 'Dry-run 실행' },
  run: { en: 'run', ko: '실행' },
  mixed: { en: 'mixed', ko: '혼합' },
  refused: { en: 'refused', ko: '격리' },
  slow: { en: 'slow', ko: '느림' },
  same: { en: 'all the same', ko: '모두 같음' },
  written: { en: 'written', ko: '기록' },
  skipped: { en: 'skipped: an earlier run moved them', ko: '건너뜀: 이전 실행에서 이미 옮김' },
  quarantined: { en: 'quarantined', ko: '격리' },
  documentsRead: { en: 'documents read', ko: '읽은 문서' },
  rowsWritten: { en: 'rows written', ko: '기록한 행' },
  documentsCompared: { en: 'documents compared', ko: '비교한 문서' },
  inQuarantine: { en: 'in quarantine', ko: '격리된 문서' },
  findings: { en: 'findings', ko: '발견' },
  inAll: { en: 'in all', ko: '전체 소요 시간' },
  soFar: { en: 'so far', ko: '지금까지' },
  wholeAnswer: { en: 'the whole answer', ko: '응답 전체' },
  unexplained: { en: 'no finding explains it', ko: '설명하는 발견이 없음' },
  allDocuments: { en: 'none: all documents of all stages', ko: '없음: 모든 단계의 모든 문서' },
  notYet: { en: 'not yet when this was written', ko: '작성 시점에는 아직' },
  notLookedFor: { en: 'not looked for', ko: '확인하지 않음' },
  sourceIsDump: { en: 'impossible: the source is a dump', ko: '불가능: 원본이 덤프임' },
  noneSeen: { en: 'none seen', ko: '발견되지 않음' },
  none: { en: 'none', ko: '없음' },
  notOver: { en: 'not over', ko: '끝나지 않음' },
});
