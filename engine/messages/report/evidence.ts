import { labels, message } from '../message.ts';

/** What was seen of an item of the checklist, without a figure. */
export const EVIDENCE = labels('evidence', {
  noDryRun: {
    en: 'No report of an earlier dry run of this source lies on this host',
    ko: '이 원본에 대한 이전 dry-run 리포트가 이 호스트에 없습니다',
  },
  dryRun: { en: 'A dry run of the same source was reported', ko: '같은 원본의 dry-run 리포트가 있습니다' },
  quarantineEmpty: { en: 'The quarantine is empty', ko: '격리된 문서가 없습니다' },
  rehearsed: {
    en: 'The whole migration was rehearsed on a backup of the same source',
    ko: '같은 원본의 백업으로 전체 마이그레이션을 리허설했습니다',
  },
  approved: { en: 'Confirmed by', ko: '확인한 사람' },
  backup: { en: 'The run began with a proved backup', ko: '검증된 백업이 있는 상태에서 시작했습니다' },
  backupWaived: { en: 'Somebody has waived the backup', ko: '백업 없이 진행하도록 승인되었습니다' },
  rowsDiffer: {
    en: 'The rows are not all compared, or differ',
    ko: '모든 행을 비교하지 않았거나 차이가 있습니다',
  },
  noIdMapping: { en: 'The ID mapping file has not been written', ko: 'ID 매핑 파일을 기록하지 않았습니다' },
});

/** The same with figures. */
export const quarantineHolds = message('evidence.quarantineHolds', {
  en: 'The quarantine holds {documents}',
  ko: '격리된 문서가 {documents}건 있습니다',
});
export const partitionsCopied = message('evidence.partitionsCopied', {
  en: '{copied} of {all} partitions of this run are copied',
  ko: '이 실행의 파티션 {all}개 중 {copied}개를 복사했습니다',
});
export const totalsAgree = message('evidence.totalsAgree', {
  en: '{agree} of {all} counts and sums agree',
  ko: '건수와 합계 {all}개 중 {agree}개가 일치합니다',
});
export const rowsCompared = message('evidence.rowsCompared', {
  en: '{documents} documents were compared with their rows, without a difference',
  ko: '문서 {documents}건을 행과 비교했고 차이가 없습니다',
});
export const samplesDrawn = message('evidence.samplesDrawn', {
  en: '{samples} samples were drawn',
  ko: '샘플 {samples}건을 추출했습니다',
});
export const idMappingWritten = message('evidence.idMappingWritten', {
  en: 'The ID mapping was written, with {entries} entries',
  ko: 'ID 매핑 {entries}건을 파일로 기록했습니다',
});
export const answersAgree = message('evidence.answersAgree', {
  en: '{agree} of {all} of the platform’s queries have the same answers from both databases',
  ko: '플랫폼의 대표 쿼리 {all}개 중 {agree}개의 응답이 양쪽 데이터베이스에서 같습니다',
});
