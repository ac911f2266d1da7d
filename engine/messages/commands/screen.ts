import { message } from '../message.ts';

/** Lines of a migration’s progress; they begin small where something stands in front. */
export const takenOut = message('screen.takenOut', { en: '{documents} deleted', ko: '{documents}건 삭제' });
export const leftOver = message('screen.left', { en: '{documents} left', ko: '{documents}건 남음' });
export const perSecond = message('screen.perSecond', { en: '{rate}/s', ko: '초당 {rate}건' });
export const timeLeft = message('screen.timeLeft', { en: 'ETA {time}', ko: '남은 시간 {time}' });
export const differencesFound = message('screen.differences', {
  en: '{differences} {differences|difference|differences}',
  ko: '차이 {differences}건',
});
export const heldBack = message('screen.quarantined', { en: '{documents} quarantined', ko: '격리 {documents}건' });
export const movedEarlier = message('screen.movedEarlier', {
  en: '{documents} moved earlier',
  ko: '이전에 옮긴 문서 {documents}건',
});
export const rowsWritten = message('screen.rows', { en: '{rows} rows', ko: '행 {rows}개' });
export const tookTime = message('screen.took', { en: 'in {time}', ko: '소요 시간 {time}' });
export const rollbackLeaves = message('screen.rollback', {
  en: 'Rollback to {to}: {documents} {documents|document|documents} of stage {stage} deleted, {left} left.',
  ko: '{to} 단계로 롤백: {stage} 단계에서 문서 {documents}건을 지웠고 {left}건이 남았습니다.',
});
export const rollbackSoFar = message('screen.rollbackSoFar', {
  en: 'Rollback to {to}: {documents} {documents|document|documents} of stage {stage} deleted.',
  ko: '{to} 단계로 롤백: {stage} 단계에서 문서 {documents}건을 지웠습니다.',
});
export const gateWaitsFor = message('screen.gateWaits', {
  en: 'Gate {gate} waits for: {command}',
  ko: '{gate} 관문을 승인하려면: {command}',
});
export const resumeWith = message('screen.resumeWith', {
  en: 'Resume with: mongo-to-prisma resume',
  ko: '이어서 진행하려면: mongo-to-prisma resume',
});
export const retriedOnResume = message('screen.retriedOnResume', {
  en: 'Quarantined documents are retried when the run resumes.',
  ko: '실행을 이어서 진행하면 격리된 문서를 다시 시도합니다.',
});
export const refusedSince = message('screen.refusedSince', {
  en: 'Refused: {message}, since {reason}.',
  ko: '거부됨: {message}, 이유: {reason}.',
});
export const refusedThen = message('screen.refusedThen', {
  en: 'Refused at {at}: {message}, since {reason}.',
  ko: '{at}에 거부됨: {message}, 이유: {reason}.',
});
export const asOfTime = message('screen.asOf', { en: 'As of {at}.', ko: '{at} 기준입니다.' });
export const readingDump = message('screen.readingDump', {
  en: 'Reading the dump: {percent}%',
  ko: '덤프를 읽는 중: {percent}%',
});

/** Where a run stands. */
export const migrationStands = message('screen.migration', {
  en: 'Migration {migration}: {standing}.',
  ko: '마이그레이션 {migration}: {standing}.',
});
export const migrationStandsWith = message('screen.migrationWith', {
  en: 'Migration {migration} ({options}): {standing}.',
  ko: '마이그레이션 {migration} ({options}): {standing}.',
});
export const limitedTo = message('screen.limit', { en: 'limit {limit}', ko: '최대 {limit}건' });
export const maintenanceIs = message('screen.maintenance', {
  en: 'Maintenance: {maintenance}',
  ko: '메인터넌스: {maintenance}',
});
export const inPhase = message('screen.phase', { en: 'phase {phase}', ko: '구간 {phase}' });
export const downtimeSoFar = message('screen.downtime', { en: 'downtime {time}', ko: '다운타임 {time}' });
export const downtimeEstimated = message('screen.estimated', { en: 'estimated {time}', ko: '예상 {time}' });

/** How a run has ended. */
export const nothingHeld = message('screen.nothingHeld', { en: 'nothing is in quarantine', ko: '격리된 문서 없음' });
export const documentsHeld = message('screen.documentsHeld', {
  en: '{documents} {documents|document|documents} in quarantine',
  ko: '격리된 문서 {documents}건',
});
export const runVerified = message('screen.verified', {
  en: '{kind} complete and verified: {held}.',
  ko: '{kind} 완료, 검증됨: {held}.',
});
export const scratchDropped = message('screen.scratchDropped', {
  en: 'The scratch schema was dropped; the real tables are as they were.',
  ko: '임시 스키마를 삭제했으며 실제 테이블은 변경하지 않았습니다.',
});
export const runIsBlocked = message('screen.isBlocked', {
  en: '{kind} {migration} is blocked: {reason}',
  ko: '{kind} {migration} 차단됨: {reason}',
});
export const runWasAborted = message('screen.wasAborted', {
  en: '{kind} {migration} has been aborted: {reason}',
  ko: '{kind} {migration} 중단됨: {reason}',
});
export const runHasFailed = message('screen.hasFailed', {
  en: '{kind} {migration} has failed: {reason}',
  ko: '{kind} {migration} 실패: {reason}',
});
export const reportsAt = message('screen.reportsAt', { en: 'Reports: {folder}', ko: '리포트: {folder}' });
export const heldAndWhy = message('screen.heldAndWhy', { en: 'In quarantine, and why:', ko: '격리된 문서와 이유:' });
export const andSomeMore = message('screen.andMore', { en: '… and {count} more', ko: '… 외 {count}건' });
export const documentsOf = message('screen.documents', {
  en: '{documents} {documents|document|documents}',
  ko: '문서 {documents}건',
});
export const fixAndResume = message('screen.fixAndResume', {
  en: 'Fix the cause, run `mongo-to-prisma resume` and start the same command again.',
  ko: '원인을 고치고 `mongo-to-prisma resume`을 실행한 다음 같은 명령을 다시 시작하십시오.',
});
export const approveAndRestart = message('screen.approveAndRestart', {
  en: 'Run `{command}` and start the same command again.',
  ko: '`{command}`을(를) 실행한 다음 같은 명령을 다시 시작하십시오.',
});
export const isBlocked = message('screen.blockedNow', { en: 'The run is blocked', ko: '실행이 차단되었습니다' });
export const workflowTerminated = message('screen.terminated', {
  en: 'The workflow was terminated.',
  ko: '워크플로가 강제 종료되었습니다.',
});
export const workflowTerminatedBy = message('screen.terminatedBy', {
  en: 'The workflow was terminated: {why}',
  ko: '워크플로가 강제 종료되었습니다: {why}',
});
export const workflowTimedOut = message('screen.timedOut', {
  en: 'The workflow has timed out.',
  ko: '워크플로의 시간이 초과되었습니다.',
});
export const workflowFailed = message('screen.failed', {
  en: 'The workflow has failed.',
  ko: '워크플로가 실패했습니다.',
});

/** Downtime, and what it was expected to be. */
export const noEstimate = message('screen.noEstimate', {
  en: 'There is no earlier run to estimate the time from: make a dry run.',
  ko: '시간을 예상할 이전 실행이 없습니다. dry-run을 실행하십시오.',
});
export const estimateByRun = message('screen.estimateByRun', {
  en: 'Copying and verifying everything may take {time}, by the run of {at}.',
  ko: '전체 복사와 검증은 {time} 정도 걸립니다({at} 실행 기준).',
});
export const estimateByDryRun = message('screen.estimateByDryRun', {
  en: 'Copying and verifying everything may take {time}, by the dry run of {at}.',
  ko: '전체 복사와 검증은 {time} 정도 걸립니다({at} dry-run 기준).',
});
export const downtimeWithEstimate = message('screen.downtimeWithEstimate', {
  en: 'Downtime: {time} ({seconds} s); the estimate was {estimate}.',
  ko: '다운타임: {time}({seconds}초), 예상은 {estimate}이었습니다.',
});
export const downtimeWithoutEstimate = message('screen.downtimeWithoutEstimate', {
  en: 'Downtime: {time} ({seconds} s); there was no estimate.',
  ko: '다운타임: {time}({seconds}초), 예상은 없었습니다.',
});
