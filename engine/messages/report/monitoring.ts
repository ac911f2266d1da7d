import { labels, message } from '../message.ts';

/** What the report of a monitoring says. */
export const monitoringOf = message('monitoring.of', { en: 'Monitoring of run {run}', ko: '실행 {run}의 모니터링' });
export const monitoringCourse = message('monitoring.course', {
  en: 'From {start} to {end}, after the switch of {switched}: {rounds} {rounds|round|rounds}, {missed} left out, {problems} {problems|problem|problems}, {open} of them not over.',
  ko: '{start}부터 {end}까지, 전환 시각 {switched}: 라운드 {rounds}회, 건너뜀 {missed}회, 문제 {problems}건, 그중 끝나지 않음 {open}건.',
});
export const roundsLeftOut = message('monitoring.leftOut', {
  en: 'Left out: {from} to {to} ({because}).',
  ko: '건너뜀: {from}부터 {to}까지({because}).',
});
export const MONITORING_HEADINGS = labels('monitoring.heading', {
  alerts: { en: 'Alerts', ko: '알림' },
  money: { en: 'Money', ko: '금액' },
  rounds: { en: 'Rounds', ko: '라운드' },
});
export const MONITORING_NOTES = labels('monitoring.note', {
  money: {
    en: 'What was moved, what the platform has changed and added since, and what the last round found.',
    ko: '옮긴 금액, 그 뒤 플랫폼이 바꾸거나 추가한 금액, 마지막 라운드에서 확인한 금액입니다.',
  },
  rounds: {
    en: 'Documents that were compared, those of them that the platform has written since the switch, and rows.',
    ko: '비교한 문서, 그중 전환 이후 플랫폼이 쓴 문서, 그리고 행입니다.',
  },
  nothing: { en: 'nothing', ko: '없음' },
});
