import { labels, message } from '../message.ts';

/** What an action of maintenance failed at; `{why}` continues after the colon. */
export const actionFailed = message('maintenance.actionFailed', {
  en: 'Maintenance action "{action}": {why}',
  ko: '메인터넌스 조치 "{action}": {why}',
});
export const flagFileFailed = message('maintenance.flagFile', {
  en: 'its file cannot be {done} ({code}).',
  ko: '파일 작업에 실패했습니다: {done}({code}).',
});
export const FLAG_FILE_DEEDS = labels('maintenance.flagFileDeed', {
  written: { en: 'written', ko: '쓰기' },
  removed: { en: 'removed', ko: '지우기' },
});
export const cannotStart = message('maintenance.cannotStart', {
  en: '{program} cannot be started ({code}).',
  ko: '{program}을(를) 시작할 수 없습니다({code}).',
});
export const notDoneInTime = message('maintenance.notDoneInTime', {
  en: '{program} did not finish within {seconds} s.',
  ko: '{program}이(가) {seconds}초 안에 끝나지 않았습니다.',
});
export const endedBySignal = message('maintenance.endedBySignal', {
  en: '{program} was ended by {signal}.',
  ko: '{program}이(가) {signal} 신호로 종료되었습니다.',
});
export const endedWithCode = message('maintenance.endedWithCode', {
  en: '{program} ended with exit code {code}.',
  ko: '{program}이(가) 종료 코드 {code}(으)로 끝났습니다.',
});
export const answeredWrongly = message('maintenance.answered', {
  en: '{host} answered {status}, not {expected}.',
  ko: '{host}의 응답이 {expected}이(가) 아니라 {status}입니다.',
});
export const answeredTooLate = message('maintenance.noAnswer', {
  en: '{host} did not answer within {seconds} s.',
  ko: '{host}이(가) {seconds}초 안에 응답하지 않았습니다.',
});
export const hostUnreachable = message('maintenance.unreachable', {
  en: '{host} cannot be reached ({code}).',
  ko: '{host}에 연결할 수 없습니다({code}).',
});
export const noWriteBlock = message('maintenance.noWriteBlock', {
  en: 'this server does not know setUserWriteBlockMode, which MongoDB has since 6.0: use another kind of action.',
  ko: '이 서버에는 setUserWriteBlockMode가 없습니다(MongoDB 6.0부터 지원). 다른 종류의 조치를 사용하십시오.',
});
export const writeBlockForbidden = message('maintenance.writeBlockForbidden', {
  en: 'this user may not run setUserWriteBlockMode: name one who may in the action’s uri.',
  ko: '이 사용자는 setUserWriteBlockMode를 실행할 권한이 없습니다. 조치의 uri에 권한이 있는 사용자를 지정하십시오.',
});
export const commandFailed = message('maintenance.commandFailed', {
  en: 'the command failed.',
  ko: '명령이 실패했습니다.',
});
export const actionMissing = message('maintenance.actionMissing', {
  en: 'MAINTENANCE_FILE of this worker has no action "{action}" under "{direction}": give all workers the same file.',
  ko: '이 워커의 MAINTENANCE_FILE에는 "{direction}" 아래에 "{action}" 조치가 없습니다. 모든 워커에 같은 파일을 지정하십시오.',
});
export const maintenanceFileMissing = message('maintenance.fileMissing', {
  en: 'MAINTENANCE_FILE is not set on this worker: it defines how to put the platform into maintenance and take it out.',
  ko: '이 워커에 MAINTENANCE_FILE이 없습니다. 플랫폼을 메인터넌스 상태로 만들고 해제하는 방법을 정하는 파일입니다.',
});

/** What a person has to do by hand. */
export const doYourself = message('maintenance.doYourself', {
  en: '{action}: do this yourself now: {task}',
  ko: '{action}: 지금 직접 하십시오: {task}',
});
export const actionEnded = message('maintenance.actionEnded', { en: '{action}: {outcome}', ko: '{action}: {outcome}' });

/** How an action went, as the report keeps it. */
export const ACTION_OUTCOMES = labels('maintenance.outcome', {
  fileWritten: { en: 'file written', ko: '파일을 썼음' },
  fileRemoved: { en: 'file removed', ko: '파일을 지웠음' },
  exitedWithZero: { en: 'exit code 0', ko: '종료 코드 0' },
  writesBlocked: { en: 'writes are blocked', ko: '쓰기를 막았음' },
  writesAllowed: { en: 'writes are allowed', ko: '쓰기를 허용했음' },
  leftToPerson: { en: 'left to a person', ko: '담당자가 직접 수행' },
});
