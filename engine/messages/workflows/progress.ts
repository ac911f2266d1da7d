import { message } from '../message.ts';

/** Why a run stands as it does, while nothing is wrong. */
export const pausedByOperator = message('run.pausedByOperator', {
  en: 'paused by the operator',
  ko: '운영자가 일시 정지했습니다',
});
export const pausedAfterRollback = message('run.pausedAfterRollback', {
  en: 'paused after the rollback to {stage}',
  ko: '{stage} 단계로 롤백한 뒤 일시 정지했습니다',
});
export const pausedAfterPartialRollback = message('run.pausedAfterPartialRollback', {
  en: 'paused after the rollback to {stage}; documents of earlier runs stay: {documents} ({"includeEarlier": true} deletes them, too)',
  ko: '{stage} 단계로 롤백한 뒤 일시 정지했습니다. 이전 실행이 옮긴 문서는 남아 있습니다: {documents} ({"includeEarlier": true}를 지정하면 함께 지웁니다)',
});
/** Documents of earlier runs, by stage: part of other messages. */
export const documentsOfStage = message('run.documentsOfStage', {
  en: '{documents} of {stage}',
  ko: '{stage} {documents}건',
});
export const rollingBack = message('run.rollingBack', {
  en: 'rolling back to {stage}',
  ko: '{stage} 단계로 롤백합니다',
});
export const aborting = message('run.aborting', { en: 'aborting', ko: '중단합니다' });
export const abortingWithRollback = message('run.abortingWithRollback', {
  en: 'aborting with rollback',
  ko: '롤백하면서 중단합니다',
});

/** What remains of a run that ended early: part of other messages. */
export const tablesUntouched = message('run.tablesUntouched', {
  en: 'the real tables were not touched',
  ko: '실제 테이블은 변경하지 않았습니다',
});
export const writtenStays = message('run.writtenStays', {
  en: 'what was written stays, and a new run continues from there',
  ko: '쓴 데이터는 남아 있으며 새 실행이 이어서 진행합니다',
});
export const aborted = message('run.aborted', {
  en: 'Aborted by the operator; {remains}.',
  ko: '운영자가 중단했습니다. {remains}.',
});
export const abortedAndRolledBack = message('run.abortedAndRolledBack', {
  en: 'Aborted by the operator; everything that this run had written was rolled back.',
  ko: '운영자가 중단했습니다. 이 실행이 쓴 데이터를 모두 롤백했습니다.',
});
export const abortedAndAllRolledBack = message('run.abortedAndAllRolledBack', {
  en: 'Aborted by the operator; everything that was moved was rolled back.',
  ko: '운영자가 중단했습니다. 옮긴 데이터를 모두 롤백했습니다.',
});
export const abortedAndPartlyRolledBack = message('run.abortedAndPartlyRolledBack', {
  en: 'Aborted by the operator; everything that this run had written was rolled back; documents of earlier runs stay: {documents} ({"includeEarlier": true} deletes them, too).',
  ko: '운영자가 중단했습니다. 이 실행이 쓴 데이터를 모두 롤백했습니다. 이전 실행이 옮긴 문서는 남아 있습니다: {documents} ({"includeEarlier": true}를 지정하면 함께 지웁니다).',
});
export const cancelled = message('run.cancelled', { en: 'Cancelled; {remains}.', ko: '취소되었습니다. {remains}.' });
/** A message and what was done about maintenance. */
export const withMaintenance = message('run.withMaintenance', {
  en: '{reason} {maintenance}',
  ko: '{reason} {maintenance}',
});
export const maintenanceStillOn = message('run.maintenanceStillOn', {
  en: 'The platform is still in maintenance: {failures} Turn it off with `mongo-to-prisma maintenance off`.',
  ko: '플랫폼이 아직 메인터넌스 상태입니다: {failures} `mongo-to-prisma maintenance off`로 해제하십시오.',
});
export const maintenanceTurnedOff = message('run.maintenanceTurnedOff', {
  en: 'The platform was taken out of maintenance.',
  ko: '플랫폼의 메인터넌스를 해제했습니다.',
});
export const forPerson = message('run.forPerson', {
  en: '"{action}" has to be done by a person: {task}',
  ko: '"{action}" 조치는 사람이 해야 합니다: {task}',
});

/** Why a workflow fails at its start. */
export const invalidInput = message('run.invalidInput', {
  en: 'The input is invalid: {problems}.',
  ko: '입력이 올바르지 않습니다: {problems}.',
});
export const startedBySchedule = message('run.startedBySchedule', {
  en: 'The migration was started by a schedule. Start it by hand instead: it repeats its own steps.',
  ko: '마이그레이션이 스케줄로 시작되었습니다. 단계를 스스로 다시 시도하므로 스케줄 없이 직접 시작하십시오.',
});
export const startedWithRetryPolicy = message('run.startedWithRetryPolicy', {
  en: 'The migration was started with a retry policy. Start it without one: it repeats its own steps.',
  ko: '마이그레이션이 재시도 정책과 함께 시작되었습니다. 단계를 스스로 다시 시도하므로 재시도 정책 없이 시작하십시오.',
});
export const preflightOfOtherBuild = message('run.preflightOfOtherBuild', {
  en: 'The preflight ran on a worker of another build than the workflow. Keep workers of one build only, and start the run again.',
  ko: '사전 점검을 워크플로와 다른 빌드의 워커가 수행했습니다. 한 빌드의 워커만 남기고 다시 시작하십시오.',
});
