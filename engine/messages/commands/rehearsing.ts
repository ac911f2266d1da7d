import { labels, message } from '../message.ts';

/** What a rehearsal says while it runs. */
export const REHEARSING = labels('rehearsal.line', {
  leaving: {
    en: 'Leaving: the rehearsal ends, and what it has created is removed.',
    ko: '종료하는 중입니다. 리허설을 끝내고 만든 것을 지웁니다.',
  },
  backingUp: { en: 'Backing up …', ko: '백업하는 중 …' },
  proving: { en: 'Proving the backup …', ko: '백업을 검증하는 중 …' },
});
export const rehearsalKept = message('rehearsal.kept', {
  en: 'The rehearsal’s database is kept: {database}.',
  ko: '리허설 데이터베이스를 보관합니다: {database}.',
});
export const rehearsingIn = message('rehearsal.in', {
  en: 'Rehearsing in {database}.',
  ko: '{database}에서 리허설합니다.',
});
export const rehearsalIncomplete = message('rehearsal.incomplete', {
  en: 'The rehearsal has not come to its end, so it predicts nothing.',
  ko: '리허설이 끝나지 않아 예측할 수 없습니다.',
});
export const rehearsalIncompleteSince = message('rehearsal.incompleteSince', {
  en: 'The rehearsal has not come to its end, so it predicts nothing: {reason}',
  ko: '리허설이 끝나지 않아 예측할 수 없습니다: {reason}',
});
export const databaseLeft = message('rehearsal.left', {
  en: 'An earlier rehearsal has left database {name}; if it is not needed: DROP DATABASE "{name}".',
  ko: '이전 리허설이 데이터베이스 {name}을(를) 남겼습니다. 필요 없으면 다음을 실행하십시오: DROP DATABASE "{name}".',
});
export const liveNotCounted = message('rehearsal.liveNotCounted', {
  en: 'The live source cannot be counted: {why} The prediction uses the backup.',
  ko: '실제 원본의 문서 수를 셀 수 없습니다: {why} 백업의 문서 수로 예측합니다.',
});

/** What it has found out. */
export const rehearsalTitle = message('rehearsal.title', {
  en: 'Rehearsal: {verdict} (exit code {code})',
  ko: '리허설: {verdict}(종료 코드 {code})',
});
export const fromTo = message('rehearsal.fromTo', {
  en: 'From {start} to {end}, by {by}',
  ko: '{start}부터 {end}까지, 실행한 사람 {by}',
});
export const sourceOf = message('rehearsal.source', { en: 'Source: {source}', ko: '원본: {source}' });
export const backupOfBoth = message('rehearsal.backupOfBoth', {
  en: 'Backup of {at}, proved: MongoDB and PostgreSQL',
  ko: '{at}의 백업, 검증됨: MongoDB와 PostgreSQL',
});
export const backupOfMongodb = message('rehearsal.backupOfMongodb', {
  en: 'Backup of {at}, proved: MongoDB, without PostgreSQL',
  ko: '{at}의 백업, 검증됨: MongoDB, PostgreSQL 없음',
});
export const plainDump = message('rehearsal.plainDump', {
  en: 'A plain dump, which no manifest proves',
  ko: '매니페스트가 없어 검증할 수 없는 덤프',
});
export const targetOf = message('rehearsal.target', { en: 'Target: {target}', ko: '대상: {target}' });
export const scratchKept = message('rehearsal.scratchKept', {
  en: 'scratch database {database}, kept',
  ko: '임시 데이터베이스 {database}, 보관함',
});
export const scratchRemoved = message('rehearsal.scratchDropped', {
  en: 'scratch database {database}, dropped',
  ko: '임시 데이터베이스 {database}, 삭제함',
});
export const runReport = message('rehearsal.run', { en: 'Run {run}: {report}', ko: '실행 {run}: {report}' });
export const durationByLive = message('rehearsal.durationByLive', {
  en: 'Duration: {time}, by the rates of this rehearsal and the live source’s documents as counted now',
  ko: '소요 시간: {time}, 이 리허설의 속도와 지금 센 실제 원본의 문서 수 기준',
});
export const durationByDump = message('rehearsal.durationByDump', {
  en: 'Duration: {time}, by the rates of this rehearsal and the dump’s documents',
  ko: '소요 시간: {time}, 이 리허설의 속도와 덤프의 문서 수 기준',
});
export const downtimeThroughout = message('rehearsal.downtime', {
  en: 'Downtime with maintenance throughout: {time}',
  ko: '전체 메인터넌스일 때 다운타임: {time}',
});
export const sameConditions = message('rehearsal.sameConditions', {
  en: 'Both apply to hardware, network and settings like those of the rehearsal.',
  ko: '하드웨어, 네트워크, 설정이 리허설과 같을 때의 값입니다.',
});
export const expectedOfLive = message('rehearsal.expectedOfLive', {
  en: 'Rehearsed: {verdict}. For the live source as it is now production is expected to take {time}, with a downtime of {downtime} under maintenance throughout.',
  ko: '리허설: {verdict}. 지금의 실제 원본이라면 {time}, 전체 메인터넌스일 때 다운타임은 {downtime}(으)로 예상됩니다.',
});
export const expectedOfDump = message('rehearsal.expectedOfDump', {
  en: 'Rehearsed: {verdict}. For as many documents as the dump has production is expected to take {time}, with a downtime of {downtime} under maintenance throughout.',
  ko: '리허설: {verdict}. 문서 수가 덤프와 같다면 {time}, 전체 메인터넌스일 때 다운타임은 {downtime}(으)로 예상됩니다.',
});
export const confirmItems = message('rehearsal.confirmItems', {
  en: 'Confirm what people have done with `mongo-to-prisma checklist approve <item>`. Report: {report}',
  ko: '사람이 한 일은 `mongo-to-prisma checklist approve <item>`으로 확인하십시오. 리포트: {report}',
});
export const confirmedFor = message('rehearsal.confirmedFor', {
  en: 'Confirmed for {rehearsal}: {item}, by {by} at {at}.',
  ko: '{rehearsal} 확인됨: {item}, {by}, {at}.',
});
export const byAt = message('rehearsal.byAt', { en: 'by {by} at {at}', ko: '{by}, {at}' });
export const notSeenYet = message('rehearsal.notSeen', { en: 'not {what}', ko: '{what} 아님' });
export const rehearsalEnded = message('rehearsal.ended', { en: 'rehearsal ended', ko: '리허설이 끝났습니다' });
