import { message } from '../message.ts';

/** Why a command on the databases has nothing to work on. */
export const targetWithoutMigration = message('target.withoutMigration', {
  en: 'The target holds no migration: it has no side tables. Either nothing was migrated yet, or it was finalized.',
  ko: '대상에 마이그레이션의 보조 테이블이 없습니다. 아직 옮긴 것이 없거나 이미 확정했습니다.',
});
export const noRunKnown = message('target.noRunKnown', {
  en: 'The target knows no run.',
  ko: '대상에 실행 기록이 없습니다.',
});
export const runUnknown = message('target.runUnknown', {
  en: 'The target knows no run {run}.',
  ko: '대상에 실행 {run}의 기록이 없습니다.',
});
export const nothingToShow = message('target.nothingToShow', {
  en: 'The target knows no migration: there is nothing to show.',
  ko: '대상에 마이그레이션이 없어 보여 줄 것이 없습니다.',
});
export const nothingToVerify = message('target.nothingToVerify', {
  en: 'The target knows no complete run: there is nothing to verify.',
  ko: '대상에 완료된 실행이 없어 검증할 것이 없습니다.',
});
export const readFromOtherSource = message('source.readFromOther', {
  en: 'The last complete run was read from {source}, and this is {own}.',
  ko: '마지막으로 완료된 실행의 원본은 {source}인데 지금 원본은 {own}입니다.',
});
export const notInIdMap = message('resolve.notInIdMap', {
  en: '{collection} {key} is not in the ID map: it was not migrated, or it is in quarantine.',
  ko: '{collection} {key}은(는) ID 맵에 없습니다. 옮기지 않았거나 격리되어 있습니다.',
});
export const noRowOfId = message('resolve.noRowOfId', {
  en: 'No migrated document has a row with the id {id}.',
  ko: 'id가 {id}인 행을 가진 문서가 없습니다.',
});
export const notQuarantined = message('quarantine.notQuarantined', {
  en: '{collection} {key} is not quarantined by any run.',
  ko: '{collection} {key}을(를) 격리한 실행이 없습니다.',
});
export const stillInQuarantine = message('finalize.stillInQuarantine', {
  en: '{documents} {documents|document is|documents are} in quarantine: retry them, or give them up with --force (they are exported all the same).',
  ko: '문서 {documents}건이 격리되어 있습니다. 다시 시도하거나 --force로 포기하십시오(그래도 내보내기에는 포함됩니다).',
});
export const leaseHeldBy = message('lease.heldBy', {
  en: 'Run {run} of workflow {workflow} holds this target: let it end, abort it, or release it.',
  ko: '워크플로 {workflow}의 실행 {run}이(가) 이 대상을 사용 중입니다. 끝날 때까지 기다리거나 중단하거나 해제하십시오.',
});
export const leaseTakenBeforeDrop = message('lease.takenBeforeDrop', {
  en: 'A run has just taken this target; nothing was dropped.',
  ko: '실행이 방금 이 대상을 차지하여 아무것도 삭제하지 않았습니다.',
});

/** Backups, rehearsals and the checklist. */
export const noPostgresInBackup = message('backup.noPostgres', {
  en: '{folder} holds no backup of PostgreSQL.',
  ko: '{folder}에 PostgreSQL 백업이 없습니다.',
});
export const noMongodbInBackup = message('backup.noMongodb', {
  en: '{folder} holds no backup of MongoDB.',
  ko: '{folder}에 MongoDB 백업이 없습니다.',
});
export const noBackupThere = message('backup.noneThere', {
  en: 'There is no backup of MongoDB in {folder}: make one with `mongo-to-prisma backup`, or with --backup.',
  ko: '{folder}에 MongoDB 백업이 없습니다. `mongo-to-prisma backup`이나 --backup으로 만드십시오.',
});
export const noDryRunToReview = message('checklist.noDryRun', {
  en: 'There is no report of a dry run of this source: run `npm run migrate:prisma -- --dry-run`.',
  ko: '이 원본의 dry-run 리포트가 없습니다. `npm run migrate:prisma -- --dry-run`을 실행하십시오.',
});
export const noRehearsal = message('checklist.noRehearsal', {
  en: 'There is no rehearsal in {folder}: run `mongo-to-prisma rehearse`.',
  ko: '{folder}에 리허설이 없습니다. `mongo-to-prisma rehearse`를 실행하십시오.',
});
export const keyWithin = message('resolve.keyWithin', {
  en: '{key} (in {parent}, {path})',
  ko: '{key}({parent}의 {path})',
});
