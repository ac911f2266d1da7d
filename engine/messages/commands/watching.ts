import { message } from '../message.ts';

/** Why a command has no answer of a migration or of a monitoring. */
export const noSuchMigration = message('watch.noSuchMigration', {
  en: 'There is no migration {migration}.',
  ko: '마이그레이션 {migration}이(가) 없습니다.',
});
export const migrationWithoutWorker = message('watch.migrationWithoutWorker', {
  en: 'Migration {migration} is open, but no worker answers: start one with `npm run worker`.',
  ko: '마이그레이션 {migration}이(가) 열려 있지만 응답하는 워커가 없습니다. `npm run worker`로 시작하십시오.',
});
export const migrationSilent = message('watch.migrationSilent', {
  en: 'Migration {migration} does not answer: start a worker with `npm run worker`.',
  ko: '마이그레이션 {migration}이(가) 응답하지 않습니다. `npm run worker`로 워커를 시작하십시오.',
});
export const noWorkerAnswers = message('watch.noWorkerAnswers', {
  en: 'No worker answers: start one with `npm run worker`.',
  ko: '응답하는 워커가 없습니다. `npm run worker`로 시작하십시오.',
});
export const temporalSilent = message('watch.temporalSilent', {
  en: 'Temporal has not answered for a minute; run the same command again later.',
  ko: 'Temporal이 1분 동안 응답하지 않았습니다. 나중에 같은 명령을 다시 실행하십시오.',
});
export const temporalRefuses = message('watch.temporalRefuses', {
  en: 'Temporal has not answered, or has refused what was asked: run the same command again later.',
  ko: 'Temporal이 응답하지 않았거나 요청을 거부했습니다. 나중에 같은 명령을 다시 실행하십시오.',
});

/** What came of a message to a run. */
export const refusedWith = message('watch.refused', { en: 'Refused: {reason}.', ko: '거부됨: {reason}.' });
export const noReason = message('watch.noReason', { en: 'no reason was given', ko: '이유가 없습니다' });
export const noMigrationRuns = message('watch.noMigrationRuns', {
  en: 'No migration {migration} is running.',
  ko: '실행 중인 마이그레이션 {migration}이(가) 없습니다.',
});
export const noMonitoringRuns = message('watch.noMonitoringRuns', {
  en: 'No monitoring {monitoring} is running.',
  ko: '실행 중인 모니터링 {monitoring}이(가) 없습니다.',
});
export const migrationMayIgnore = message('watch.migrationMayIgnore', {
  en: 'Migration {migration} does not answer, so {message} may not have been accepted: is a worker running (`npm run worker`)?',
  ko: '마이그레이션 {migration}이(가) 응답하지 않아 {message}이(가) 전달되지 않았을 수 있습니다. 워커(`npm run worker`)가 실행 중인지 확인하십시오.',
});
export const monitoringMayIgnore = message('watch.monitoringMayIgnore', {
  en: 'Monitoring {monitoring} does not answer, so {message} may not have been accepted: is a worker running (`npm run worker`)?',
  ko: '모니터링 {monitoring}이(가) 응답하지 않아 {message}이(가) 전달되지 않았을 수 있습니다. 워커(`npm run worker`)가 실행 중인지 확인하십시오.',
});
export const noSuchMonitoring = message('watch.noSuchMonitoring', {
  en: 'There is no monitoring {monitoring}.',
  ko: '모니터링 {monitoring}이(가) 없습니다.',
});
export const monitoringWithoutWorker = message('watch.monitoringWithoutWorker', {
  en: 'Monitoring {monitoring} is open, but no worker answers: start one with `npm run worker`.',
  ko: '모니터링 {monitoring}이(가) 열려 있지만 응답하는 워커가 없습니다. `npm run worker`로 시작하십시오.',
});
export const monitoringFailed = message('watch.monitoringFailed', {
  en: 'Monitoring {monitoring} has failed: {reason}',
  ko: '모니터링 {monitoring}이(가) 실패했습니다: {reason}',
});
