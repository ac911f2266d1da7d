import { message } from '../message.ts';

/** What the commands of a monitoring say. */
export const startedMonitoring = message('monitoring.started', {
  en: 'Started monitoring {monitoring}: a worker (`npm run worker`) must run throughout.',
  ko: '모니터링 {monitoring}을(를) 시작했습니다. 끝날 때까지 워커(`npm run worker`)가 실행되어야 합니다.',
});
export const monitoringRuns = message('monitoring.runs', {
  en: 'Monitoring {monitoring} is running.',
  ko: '모니터링 {monitoring}이(가) 실행 중입니다.',
});
export const seeMonitorStatus = message('monitoring.seeStatus', {
  en: 'See `mongo-to-prisma monitor status`.',
  ko: '`mongo-to-prisma monitor status`를 확인하십시오.',
});
export const monitoringContinues = message('monitoring.continues', {
  en: 'Monitoring {monitoring} continues; see `mongo-to-prisma monitor status`.',
  ko: '모니터링 {monitoring}은(는) 계속됩니다. `mongo-to-prisma monitor status`를 확인하십시오.',
});
export const roundOfStanding = message('monitoring.roundOfStanding', {
  en: '{standing}, round {round} of {last}',
  ko: '{standing}, 라운드 {round}/{last}',
});
export const monitoringTaken = message('monitoring.taken', {
  en: 'Taken: monitoring {monitoring} is {standing}.',
  ko: '접수됨: 모니터링 {monitoring} 상태: {standing}.',
});
export const beingStopped = message('monitoring.beingStopped', { en: 'being stopped', ko: '끝내는 중' });
export const monitoringStands = message('monitoring.stands', {
  en: 'Monitoring {monitoring}: {standing}.',
  ko: '모니터링 {monitoring}: {standing}.',
});
export const monitoringEnded = message('monitoring.ended', {
  en: 'Monitoring {monitoring}: {state}. {rounds} {rounds|round|rounds}, {skipped} skipped, {problems} {problems|problem|problems}, {open} not over. Report: {reports}',
  ko: '모니터링 {monitoring}: {state}. 라운드 {rounds}회, 건너뜀 {skipped}회, 문제 {problems}건, 끝나지 않음 {open}건. 리포트: {reports}',
});
export const roundOf = message('monitoring.round', {
  en: 'Round {round} of {last}; {skipped} skipped.',
  ko: '라운드 {round}/{last}, 건너뜀 {skipped}회.',
});
export const nextRoundAt = message('monitoring.next', { en: 'The next at {at}.', ko: '다음 라운드: {at}.' });
export const problemAcknowledged = message('monitoring.acknowledged', {
  en: '{problem} (acknowledged)',
  ko: '{problem} (확인됨)',
});
export const stageWatched = message('monitoring.stage', {
  en: '{stage}: {compared} {compared|document|documents} compared, {written} written since the switch; rows: {changed} changed, {added} added, {deleted} deleted; {damages} {damages|damage|damages}',
  ko: '{stage}: 문서 {compared}건 비교, 전환 이후 {written}건 쓰임, 행: 변경 {changed}, 추가 {added}, 삭제 {deleted}, 손상 {damages}건',
});
