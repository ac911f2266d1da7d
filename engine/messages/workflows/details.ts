import { message } from '../message.ts';

/** What the workflow's page in Temporal's UI says beside the run's own reason. */
export const moves = message('details.moves', {
  en: 'Moves {source} into {target}.',
  ko: '{source}에서 {target}(으)로 옮깁니다.',
});
export const noWorker = message('details.noWorker', {
  en: 'No worker has taken its steps since {since}: start one whose source is {source} and whose target is {target}.',
  ko: '{since}부터 단계를 맡는 워커가 없습니다. 원본이 {source}이고 대상이 {target}인 워커를 시작하십시오.',
});
export const signalsWhileRunning = message('details.signalsWhileRunning', {
  en: 'Signals: `pause`, `rollbackToStage`, `abort`, `setBatchSize`, `setParallelism`.',
  ko: '시그널: `pause`, `rollbackToStage`, `abort`, `setBatchSize`, `setParallelism`.',
});
export const nothingUnderWay = message('details.nothingUnderWay', {
  en: 'No transaction and no cursor is open. Send `resume` to continue, or `rollbackToStage`, or `abort`.',
  ko: '열린 트랜잭션이나 커서가 없습니다. 이어서 진행하려면 `resume`을, 아니면 `rollbackToStage`나 `abort`를 보내십시오.',
});
export const otherWaysOn = message('details.otherWaysOn', {
  en: 'You can also send `rollbackToStage` or `abort`.',
  ko: '`rollbackToStage`나 `abort`를 보낼 수도 있습니다.',
});
export const retryPending = message('details.retryPending', {
  en: 'Documents in quarantine are retried as soon as the run continues.',
  ko: '실행이 이어지면 격리된 문서를 바로 다시 시도합니다.',
});
export const inQuarantine = message('details.inQuarantine', {
  en: 'In quarantine: {documents}. Fix them in the source, then send `retryQuarantine`.',
  ko: '격리된 문서: {documents}건. 원본에서 고친 다음 `retryQuarantine`을 보내십시오.',
});
export const rollbackProgress = message('details.rollbackProgress', {
  en: 'Rollback to {to}: stage {stage}, {deleted} documents deleted, {left} left.',
  ko: '{to} 단계로 롤백: {stage} 단계에서 문서 {deleted}건을 지웠고 {left}건이 남았습니다.',
});
export const catchUpProgress = message('details.catchUpProgress', {
  en: 'Catching up, pass {pass} ({step}): {found} changes found, {applied} documents applied, {verified} verified, {changedAgain} changed again.',
  ko: '변경분 반영 {pass}회차({step}): 변경 {found}건 발견, 문서 {applied}건 반영, {verified}건 검증, {changedAgain}건 다시 변경됨.',
});
export const timeLeftAt = message('details.timeLeftAt', {
  en: '{rate}, {seconds} s left',
  ko: '{rate}, {seconds}초 남음',
});
export const maintenanceStands = message('details.maintenance', {
  en: 'Maintenance: {standing}.',
  ko: '메인터넌스: {standing}.',
});
export const phaseSince = message('details.phaseSince', {
  en: '{maintenance} ({phase} since {at})',
  ko: '{maintenance}({at}부터 {phase})',
});
export const downtimeSoFar = message('details.downtimeSoFar', {
  en: '{seconds} s of downtime so far',
  ko: '지금까지 다운타임 {seconds}초',
});
export const downtimeEstimated = message('details.downtimeEstimated', {
  en: '{seconds} s estimated',
  ko: '예상 {seconds}초',
});
export const runAsOf = message('details.runAsOf', { en: 'Run {run}, as of {at}', ko: '실행 {run}, {at} 기준' });
export const noRunYet = message('details.noRunYet', { en: '(none yet)', ko: '(아직 없음)' });
export const refusedAt = message('details.refusedAt', {
  en: 'Refused at {at}: {message}: {reason}',
  ko: '{at}에 거부됨: {message}: {reason}',
});
