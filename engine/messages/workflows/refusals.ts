import { message } from '../message.ts';

/** Why a run refuses a signal or an update. docs/control.md lists them by their codes. */
export const isComplete = message('refused.isComplete', {
  en: 'the run is complete',
  ko: '실행이 이미 완료되었습니다',
});
export const isAborted = message('refused.isAborted', { en: 'the run is aborted', ko: '실행이 이미 중단되었습니다' });
export const isFailed = message('refused.isFailed', { en: 'the run is failed', ko: '실행이 이미 실패했습니다' });
export const isFinishing = message('refused.isFinishing', {
  en: 'the run is finishing; it can no longer be changed',
  ko: '실행이 끝나는 중이므로 더 이상 변경할 수 없습니다',
});
export const beingAborted = message('refused.beingAborted', {
  en: 'the run is being aborted',
  ko: '실행을 중단하는 중입니다',
});
export const alreadyAborting = message('refused.alreadyAborting', {
  en: 'the run is already being aborted',
  ko: '이미 중단하는 중입니다',
});
export const pausesAfterRollback = message('refused.pausesAfterRollback', {
  en: 'the run will already pause after the rollback',
  ko: '롤백 뒤에 일시 정지하도록 이미 지정되어 있습니다',
});
export const acceptingPlan = message('refused.acceptingPlan', {
  en: 'the run is accepting the changed plan',
  ko: '변경된 계획을 적용하는 중입니다',
});
export const alreadyPaused = message('refused.alreadyPaused', {
  en: 'the run is already paused or pausing',
  ko: '이미 일시 정지되었거나 정지하는 중입니다',
});
export const resumesByItself = message('refused.resumesByItself', {
  en: 'the run is rolling back and will continue by itself',
  ko: '롤백 중이며 끝나면 자동으로 이어서 진행합니다',
});
export const notHeld = message('refused.notHeld', {
  en: 'the run is neither paused nor blocked',
  ko: '일시 정지되거나 차단된 상태가 아닙니다',
});
export const gateWaits = message('refused.gateWaits', {
  en: 'gate {gate} waits for approve',
  ko: '{gate} 관문이 승인을 기다리고 있습니다',
});
export const rollingBackTo = message('refused.rollingBackTo', {
  en: 'the run is rolling back to {stage}',
  ko: '{stage} 단계로 롤백하는 중입니다',
});
export const alreadyRollingBack = message('refused.alreadyRollingBack', {
  en: 'the run is already rolling back to {stage}',
  ko: '이미 {stage} 단계로 롤백하는 중입니다',
});
export const noSuchStage = message('refused.noSuchStage', {
  en: 'there is no stage {stage} in this run',
  ko: '이 실행에 {stage} 단계는 없습니다',
});
export const stageNotReached = message('refused.stageNotReached', {
  en: 'stage {stage} has not been reached: there is nothing to roll back',
  ko: '{stage} 단계는 아직 시작되지 않아 롤백할 것이 없습니다',
});
export const notBlockedByPlan = message('refused.notBlockedByPlan', {
  en: 'the run is not blocked by a changed plan',
  ko: '변경된 계획 때문에 차단된 상태가 아닙니다',
});
export const cannotRollBackReconciliation = message('refused.cannotRollBackReconciliation', {
  en: 'a reconciliation cannot be rolled back, because it overwrites rows that an earlier run made; bring the target back with `mongo-to-prisma restore`, or abort without rollback and reconcile again',
  ko: '변경분 반영은 이전 실행이 만든 행을 고쳐 쓰므로 롤백할 수 없습니다. `mongo-to-prisma restore`로 대상을 되돌리거나, 롤백 없이 중단한 뒤 다시 반영하십시오',
});
export const noSuchGate = message('refused.noSuchGate', {
  en: 'there is no gate {gate}',
  ko: '{gate} 관문은 없습니다',
});
export const alreadyApproved = message('refused.alreadyApproved', {
  en: 'gate {gate} is already approved',
  ko: '{gate} 관문은 이미 승인되었습니다',
});
export const reconciliationRetries = message('refused.reconciliationRetries', {
  en: 'a reconciliation retries quarantined documents by itself; it does not copy stages',
  ko: '변경분 반영은 격리된 문서를 스스로 다시 시도하며, 단계를 복사하지 않습니다',
});
export const nothingQuarantined = message('refused.nothingQuarantined', {
  en: 'nothing is in quarantine',
  ko: '격리된 문서가 없습니다',
});
export const nothingQuarantinedIn = message('refused.nothingQuarantinedIn', {
  en: 'nothing of stage {stage} is in quarantine',
  ko: '{stage} 단계에는 격리된 문서가 없습니다',
});
export const alreadyRetrying = message('refused.alreadyRetrying', {
  en: 'this retry is already requested',
  ko: '같은 재시도가 이미 요청되어 있습니다',
});
export const noQuarantinedMatch = message('refused.noQuarantinedMatch', {
  en: 'no document in quarantine matches',
  ko: '조건에 맞는 격리 문서가 없습니다',
});

/** What any message can be refused with. */
export const wrongData = message('refused.wrongData', {
  en: '{problems}. It takes {takes}',
  ko: '{problems}. 지정할 수 있는 값: {takes}',
});
export const moreThanOneArgument = message('refused.moreThanOneArgument', {
  en: 'more than one argument. It takes {takes}',
  ko: '인자가 둘 이상입니다. 지정할 수 있는 값: {takes}',
});
