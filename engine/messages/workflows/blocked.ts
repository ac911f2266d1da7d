import { message } from '../message.ts';

/** Why a run is blocked, and what to do. */
export const gateWaitsForApproval = message('blocked.gate', {
  en: 'Gate {gate} waits for an approval: send approve with {"gate": "{gate}"}.',
  ko: '{gate} 관문이 승인을 기다립니다. approve에 {"gate": "{gate}"}를 지정해 보내십시오.',
});
export const gateWaitsForTask = message('blocked.gateWithTask', {
  en: 'Gate {gate} waits for an approval: {task} Then send approve with {"gate": "{gate}"}.',
  ko: '{gate} 관문이 승인을 기다립니다. 할 일: {task} 그다음 approve에 {"gate": "{gate}"}를 지정해 보내십시오.',
});
export const collectionMissing = message('blocked.collectionMissing', {
  en: 'The source has no collection {collection}. If that is right, its stage is empty; if not, abort.',
  ko: '원본에 {collection} 컬렉션이 없습니다. 맞다면 그 단계는 비어 있는 것이고, 아니라면 중단하십시오.',
});
export const askingApproval = message('blocked.askingApproval', {
  en: '{reason} If this is intended, send approve with {"gate":"{gate}"}.',
  ko: '{reason} 의도한 것이라면 approve에 {"gate":"{gate}"}를 지정해 보내십시오.',
});
export const triedEveryMinute = message('blocked.triedEveryMinute', {
  en: '{reason} It is retried every minute; resume retries at once.',
  ko: '{reason} 1분마다 다시 시도하며, resume을 보내면 바로 다시 시도합니다.',
});
export const fixThenResume = message('blocked.fixThenResume', {
  en: '{reason} Fix the cause, then resume.',
  ko: '{reason} 원인을 해결한 다음 resume을 보내십시오.',
});
export const inStage = message('blocked.inStage', { en: 'Stage {stage}: {reason}', ko: '{stage} 단계: {reason}' });
export const stepWithoutAnswer = message('blocked.stepWithoutAnswer', {
  en: 'The step ended without an answer: its worker died or hangs.',
  ko: '단계가 응답 없이 끝났습니다. 워커가 종료되었거나 멈추었습니다.',
});
export const stepCancelled = message('blocked.stepCancelled', {
  en: 'The step was cancelled.',
  ko: '단계가 취소되었습니다.',
});
export const backupMissing = message('blocked.backupMissing', {
  en: '{missing} Nothing has been moved. Make a backup with `mongo-to-prisma backup` and send resume; to continue without one, send approve with {"gate": "{gate}"}.',
  ko: '{missing} 아직 아무것도 옮기지 않았습니다. `mongo-to-prisma backup`으로 백업을 만들고 resume을 보내십시오. 백업 없이 진행하려면 approve에 {"gate": "{gate}"}를 지정해 보내십시오.',
});
export const documentsDeparted = message('blocked.documentsDeparted', {
  en: 'Stage {stage}: {departing} of {all} documents are no longer in the source and would be deleted from the target.',
  ko: '{stage} 단계: 문서 {all}건 중 {departing}건이 원본에 더 이상 없으며 대상에서 지워지게 됩니다.',
});
export const changesDiffer = message('blocked.changesDiffer', {
  en: 'Stage {stage}: {differences} {differences|difference|differences} between changed documents and their rows, in {places}. Fix the target and resume to compare again.',
  ko: '{stage} 단계: 변경된 문서와 행 사이에 차이가 {differences}건 있습니다({places}). 대상을 고친 뒤 resume을 보내면 다시 비교합니다.',
});
export const totalsDiffer = message('blocked.totalsDiffer', {
  en: 'Stage {stage}: source and target disagree in {differences}. Roll back to {stage} to write it again, or fix the target and resume to compare again.',
  ko: '{stage} 단계: 원본과 대상이 다음에서 다릅니다: {differences}. {stage} 단계로 롤백해 다시 쓰거나, 대상을 고친 뒤 resume을 보내면 다시 비교합니다.',
});
export const rowsDiffer = message('blocked.rowsDiffer', {
  en: 'Stage {stage}: verification found {differences} {differences|difference|differences} between source and target. Roll back to {stage} to write it again, or fix the target and resume to compare again.',
  ko: '{stage} 단계: 검증에서 원본과 대상의 차이가 {differences}건 나왔습니다. {stage} 단계로 롤백해 다시 쓰거나, 대상을 고친 뒤 resume을 보내면 다시 비교합니다.',
});
export const notComplete = message('blocked.notComplete', {
  en: 'The run is not complete. {reasons} Roll back to the stage to write it again, or fix the cause and resume to have it judged again.',
  ko: '실행이 완료되지 않았습니다. {reasons} 해당 단계로 롤백해 다시 쓰거나, 원인을 해결한 뒤 resume을 보내면 다시 판정합니다.',
});
export const writesSeen = message('blocked.writesSeen', {
  en: 'The source was written to although the platform is in maintenance: {collections}. Find and stop the writer, then send resume: the changes are applied before the run completes.',
  ko: '플랫폼이 메인터넌스 상태인데도 원본에 쓰기가 있었습니다: {collections}. 쓰는 쪽을 찾아 멈춘 다음 resume을 보내십시오. 변경분은 실행이 완료되기 전에 반영합니다.',
});
/** Part of `blocked.writesSeen`. */
export const writesTo = message('blocked.writesTo', {
  en: '{collection} (at least {documents})',
  ko: '{collection} (최소 {documents}건)',
});
export const tooManyQuarantined = message('blocked.tooManyQuarantined', {
  en: 'Stage {stage}: {quarantined} of {read} documents are in quarantine, more than maxQuarantined ({limit}) allows. Fix the source and send retryQuarantine, or resume to accept them.',
  ko: '{stage} 단계: 문서 {read}건 중 {quarantined}건이 격리되어 maxQuarantined({limit})를 넘었습니다. 원본을 고치고 retryQuarantine을 보내거나, 그대로 받아들이려면 resume을 보내십시오.',
});
export const otherAnswers = message('blocked.otherAnswers', {
  en: '{different} Fix the cause and send resume to ask again; to continue with the differences, send approve with {"gate": "{gate}"}.',
  ko: '{different} 원인을 해결하고 resume을 보내면 다시 묻습니다. 그대로 진행하려면 approve에 {"gate": "{gate}"}를 지정해 보내십시오.',
});
export const rowsChanged = message('blocked.rowsChanged', {
  en: '{objection} Nothing has been deleted. To delete what this run wrote anyway, send the rollback again with {"force": true}; to cancel the rollback, send resume.',
  ko: '{objection} 아직 아무것도 지우지 않았습니다. 그래도 이 실행이 쓴 데이터를 지우려면 {"force": true}를 지정해 롤백을 다시 보내고, 롤백을 취소하려면 resume을 보내십시오.',
});
export const rowsChangedAtAbort = message('blocked.rowsChangedAtAbort', {
  en: '{objection} Nothing has been deleted. To delete what this run wrote anyway, send abort with {"rollback": true, "force": true}; to cancel the rollback, send resume.',
  ko: '{objection} 아직 아무것도 지우지 않았습니다. 그래도 이 실행이 쓴 데이터를 지우려면 abort에 {"rollback": true, "force": true}를 지정해 보내고, 롤백을 취소하려면 resume을 보내십시오.',
});
export const earlierDocumentsStay = message('blocked.earlierDocumentsStay', {
  en: 'Documents that earlier runs moved would stay: {documents}. Nothing has been deleted. To delete them, too, send abort with {"rollback": true, "includeEarlier": true}; to keep them, with {"rollback": true, "includeEarlier": false}; to cancel the rollback, send resume.',
  ko: '이전 실행이 옮긴 문서가 남게 됩니다: {documents}. 아직 아무것도 지우지 않았습니다. 함께 지우려면 abort에 {"rollback": true, "includeEarlier": true}를, 남겨 두려면 {"rollback": true, "includeEarlier": false}를 지정해 보내고, 롤백을 취소하려면 resume을 보내십시오.',
});
export const earlierDocumentsStayToo = message('blocked.earlierDocumentsStayToo', {
  en: '{objection} Documents that earlier runs moved would stay: {documents}. Nothing has been deleted. To delete them, too, send abort with {"rollback": true, "includeEarlier": true, "force": true}; to keep them, with {"rollback": true, "includeEarlier": false, "force": true}; to cancel the rollback, send resume.',
  ko: '{objection} 이전 실행이 옮긴 문서가 남게 됩니다: {documents}. 아직 아무것도 지우지 않았습니다. 함께 지우려면 abort에 {"rollback": true, "includeEarlier": true, "force": true}를, 남겨 두려면 {"rollback": true, "includeEarlier": false, "force": true}를 지정해 보내고, 롤백을 취소하려면 resume을 보내십시오.',
});
