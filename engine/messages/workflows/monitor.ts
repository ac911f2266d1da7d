import { labels, message } from '../message.ts';

/** What each kind of damage means, for whoever is alerted. */
export const DAMAGES = labels('damage', {
  immutable: { en: 'a column that never changes was changed', ko: '바뀌지 않아야 할 컬럼이 바뀌었습니다' },
  transition: { en: 'a state changed in a way that is not allowed', ko: '허용되지 않는 상태 전이가 있습니다' },
  unexplained: {
    en: 'rows were changed, but updatedAt is not newer than the switch',
    ko: '행이 바뀌었지만 updatedAt이 전환 시각보다 새롭지 않습니다',
  },
  missing: { en: 'rows that must not be deleted are missing', ko: '지워지면 안 되는 행이 없습니다' },
  backdated: { en: 'new rows claim to be older than the switch', ko: '새 행의 시각이 전환 시각보다 오래되었습니다' },
  future: { en: 'updatedAt is in the future', ko: 'updatedAt이 미래 시각입니다' },
  timeShift: {
    en: 'dates are off by the same time in several documents',
    ko: '여러 문서의 날짜가 같은 시간만큼 어긋나 있습니다',
  },
  sum: {
    en: 'the count or sum of rows not written since the switch is not what was moved',
    ko: '전환 뒤 쓰지 않은 행의 건수나 합계가 옮긴 값과 다릅니다',
  },
  idMap: { en: 'the ID map has lost entries', ko: 'ID 맵에서 항목이 없어졌습니다' },
  sourceChanged: {
    en: 'the old database was written to since the switch: something still uses it',
    ko: '전환 뒤 이전 데이터베이스에 쓰기가 있었습니다. 아직 사용하는 곳이 있습니다',
  },
});

/** A problem in one sentence: what, where, and of which documents. */
export const damageAt = message('monitor.damageAt', {
  en: '{kind}: {place}: {meaning}',
  ko: '{kind}: {place}: {meaning}',
});
export const checkFailed = message('monitor.checkFailed', { en: 'check {check}: {why}', ko: '검사 {check}: {why}' });
export const troubleAt = message('monitor.troubleAt', { en: '{place}: {what}', ko: '{place}: {what}' });
export const problemOf = message('monitor.problemOf', {
  en: '{problem} ({documents})',
  ko: '{problem}({documents})',
});
export const problemOfMany = message('monitor.problemOfMany', {
  en: '{problem} ({count} documents, such as {documents})',
  ko: '{problem}(문서 {count}건, 예: {documents})',
});
export const PROBLEM_EVENTS = {
  new: message('monitor.problem.new', { en: '{problem}.', ko: '{problem}.' }),
  repeated: message('monitor.problem.repeated', { en: 'Still: {problem}.', ko: '계속됨: {problem}.' }),
  resolved: message('monitor.problem.resolved', { en: 'Over: {problem}.', ko: '해결됨: {problem}.' }),
};

/** Why a monitoring refuses a message. */
export const monitoringIsOver = message('refused.monitoringIsOver', {
  en: 'the monitoring has ended',
  ko: '모니터링이 끝났습니다',
});
export const nothingToAcknowledge = message('refused.nothingToAcknowledge', {
  en: 'there is nothing to acknowledge',
  ko: '확인할 문제가 없습니다',
});
export const targetIsRestored = message('refused.targetIsRestored', {
  en: 'the target is being restored',
  ko: '대상을 복원하는 중입니다',
});
export const monitoringIsPaused = message('refused.monitoringIsPaused', {
  en: 'the monitoring is already paused',
  ko: '모니터링이 이미 일시 정지되어 있습니다',
});
export const monitoringIsNotPaused = message('refused.monitoringIsNotPaused', {
  en: 'the monitoring is not paused',
  ko: '모니터링이 일시 정지되어 있지 않습니다',
});
export const tooManyRounds = message('refused.tooManyRounds', {
  en: 'that is more rounds than can be kept',
  ko: '보관할 수 있는 횟수보다 라운드가 많아집니다',
});

/** What is to be done about open problems. */
export const acknowledgeThem = message('monitor.acknowledge', {
  en: 'Send acknowledge when somebody has taken over.',
  ko: '담당자가 정해지면 acknowledge를 보내십시오.',
});
export const restoreFollows = message('monitor.restoreFollows', {
  en: 'Damaged rounds in a row: {damaged} of {after}, then the target is restored to {backup} automatically. {acknowledge}',
  ko: '손상이 발견된 연속 라운드: {after}회 중 {damaged}회. 그 뒤 대상을 {backup} 시점으로 자동 복원합니다. {acknowledge}',
});
export const restoreByHand = message('monitor.restoreByHand', {
  en: 'To return to the state before the migration: mongo-to-prisma restore {backup} {acknowledge}',
  ko: '마이그레이션 이전 상태로 되돌리려면: mongo-to-prisma restore {backup} {acknowledge}',
});
export const isRestoring = message('monitor.isRestoring', {
  en: 'The target is being restored to {backup}.',
  ko: '대상을 {backup} 시점으로 복원하는 중입니다.',
});
/** Part of a problem, and with a full stop the reason of the end. */
export const restored = message('monitor.restored', {
  en: 'The target was restored to {backup}; the replaced database is kept as {replaced}',
  ko: '대상을 {backup} 시점으로 복원했습니다. 이전 데이터베이스는 {replaced}(으)로 보관합니다',
});
export const stoppedEarly = message('monitor.stoppedEarly', {
  en: 'Stopped before it had begun.',
  ko: '시작하기 전에 중지되었습니다.',
});
export const monitoringCancelled = message('monitor.cancelled', { en: 'Cancelled.', ko: '취소되었습니다.' });

/** What the page in Temporal's UI says beside that. */
export const watches = message('monitor.watches', {
  en: 'Watches {target}, filled from {source}.',
  ko: '{source}에서 채운 {target}을(를) 모니터링합니다.',
});
export const moreProblems = message('monitor.moreProblems', {
  en: '… and {problems} more.',
  ko: '… 외 {problems}건.',
});
export const roundsMissed = message('monitor.roundsMissed', {
  en: 'Missed rounds: {rounds}.',
  ko: '건너뛴 라운드: {rounds}회.',
});
export const runUntil = message('monitor.runUntil', {
  en: 'Run {run}, until {until}, as of {at}',
  ko: '실행 {run}, {until}까지, {at} 기준',
});
export const signalsToMonitor = message('monitor.signals', {
  en: 'Signals: `acknowledge`, `pause`, `resume`, `setEvery`, `stop`.',
  ko: '시그널: `acknowledge`, `pause`, `resume`, `setEvery`, `stop`.',
});
