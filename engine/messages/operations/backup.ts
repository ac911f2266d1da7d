import { labels, message } from '../message.ts';

/** What earlier restores and backups have left beside the target. */
export const copyDropped = {
  backup: message('leftover.backupDropped', {
    en: 'An interrupted backup left the copy {copy} ({kind}): it was dropped.',
    ko: '중단된 백업이 남긴 사본 {copy}({kind})을(를) 삭제했습니다.',
  }),
  restore: message('leftover.restoreDropped', {
    en: 'An interrupted restore left the copy {copy} ({kind}): it was dropped.',
    ko: '중단된 복원이 남긴 사본 {copy}({kind})을(를) 삭제했습니다.',
  }),
};
export const copyKept = {
  backup: message('leftover.backupKept', {
    en: 'An interrupted backup left the copy {copy}, which this user may not drop: {drop}.',
    ko: '중단된 백업이 사본 {copy}을(를) 남겼고 이 사용자는 삭제할 수 없습니다: {drop}.',
  }),
  restore: message('leftover.restoreKept', {
    en: 'An interrupted restore left the copy {copy}, which this user may not drop: {drop}.',
    ko: '중단된 복원이 사본 {copy}을(를) 남겼고 이 사용자는 삭제할 수 없습니다: {drop}.',
  }),
};
export const replacedKept = message('leftover.replaced', {
  en: 'An earlier restore keeps {kind} {name}. When nobody needs it any more: {drop}.',
  ko: '이전 복원이 {kind} {name}을(를) 보관하고 있습니다. 더 이상 필요하지 않으면: {drop}.',
});
export const namelessBackup = message('leftover.nameless', {
  en: 'Database {database} is a backup that no manifest in {folder} names. If no other folder’s does: {drop}.',
  ko: '데이터베이스 {database}은(는) {folder}의 어떤 매니페스트에도 없는 백업입니다. 다른 폴더의 매니페스트에도 없다면: {drop}.',
});
export const nameGivenBack = message('leftover.nameGivenBack', {
  en: 'An interrupted restore left no database {database}: {misnamed} has this name again.',
  ko: '중단된 복원으로 데이터베이스 {database}이(가) 없었습니다. {misnamed}의 이름을 되돌렸습니다.',
});

/** What is wrong with a backup. */
export const backupFileMissing = message('backup.fileMissing', {
  en: 'The backup is damaged: {file} is missing.',
  ko: '백업이 손상되었습니다. {file} 파일이 없습니다.',
});
export const backupFileLength = message('backup.fileLength', {
  en: 'The backup is damaged: {file} has {bytes} bytes, not {expected}.',
  ko: '백업이 손상되었습니다. {file} 파일은 {expected}바이트여야 하지만 {bytes}바이트입니다.',
});
export const backupFileChanged = message('backup.fileChanged', {
  en: 'The backup is damaged: {file} has another SHA-256 than when it was made.',
  ko: '백업이 손상되었습니다. {file} 파일의 SHA-256이 만들 때와 다릅니다.',
});
export const restoredInMaintenance = message('backup.restoredInMaintenance', {
  en: 'The platform is still in maintenance: to allow writes again, run `mongo-to-prisma maintenance off`.',
  ko: '플랫폼이 아직 점검 중입니다. 쓰기를 다시 허용하려면 `mongo-to-prisma maintenance off`를 실행하십시오.',
});
export const noBackup = message('backup.none', {
  en: 'There is no backup in {folder} of this worker’s host.',
  ko: '이 워커의 호스트에서 {folder}에 백업이 없습니다.',
});
export const noBackupOf = message('backup.noneOf', {
  en: 'No backup in {folder} is of all of these: {missing}.',
  ko: '{folder}에 다음을 모두 담은 백업이 없습니다: {missing}.',
});
export const SIDES = labels('backup.of', {
  target: { en: 'this target', ko: '이 대상' },
  source: { en: 'this source', ko: '이 원본' },
});
export const backupTooOld = message('backup.tooOld', {
  en: 'The newest backup ({folder}) is {hours} hours old, more than {most}.',
  ko: '가장 최근 백업({folder})이 {hours}시간 지나 {most}시간을 넘었습니다.',
});
export const backupNeedsServer = message('backup.needsServer', {
  en: 'The backup is a database on the target’s server: set DATABASE_URL.',
  ko: '백업이 대상 서버의 데이터베이스입니다. DATABASE_URL을 지정하십시오.',
});
export const noManifest = message('backup.noManifest', {
  en: '{folder} is not a backup: it has no {file}, which is written at the end.',
  ko: '{folder}은(는) 백업이 아닙니다. 마지막에 쓰는 {file} 파일이 없습니다.',
});
export const manifestUnreadable = message('backup.manifestUnreadable', {
  en: '{file} cannot be read: it is damaged, or of another build.',
  ko: '{file} 파일을 읽을 수 없습니다. 손상되었거나 다른 빌드의 것입니다.',
});
export const countsMoved = message('backup.countsMoved', {
  en: 'The backup has {documents} documents of {collection}, but the server counted {before} before it and {after} after it. Stop the writes and make it again.',
  ko: '백업에 {collection} 문서가 {documents}건 있지만 서버의 건수는 백업 전 {before}건, 후 {after}건입니다. 쓰기를 멈추고 다시 백업하십시오.',
});
export const timeSeriesNeedsMongodump = message('backup.timeSeries', {
  en: 'The collection {collection} is a time series, which only mongodump can back up: put MongoDB Database Tools on PATH.',
  ko: '{collection} 컬렉션은 시계열이므로 mongodump로만 백업할 수 있습니다. MongoDB Database Tools를 PATH에 두십시오.',
});
export const backupDocuments = message('backup.documents', {
  en: '{file} has {documents} documents of {collection}, not {expected}.',
  ko: '{file}의 {collection} 문서는 {expected}건이어야 하지만 {documents}건입니다.',
});
export const needsPgDump = message('backup.needsPgDump', {
  en: 'Schema {schema} has what only pg_dump can back up ({objects}): put a pg_dump of the server’s version or a later one on PATH.',
  ko: '스키마 {schema}에 pg_dump로만 백업할 수 있는 것이 있습니다({objects}). 서버와 같거나 더 새로운 버전의 pg_dump를 PATH에 두십시오.',
});
export const backupOfOther = message('backup.ofOther', {
  en: 'The backup is of {backup}, but DATABASE_URL names {target}.',
  ko: '백업은 {backup}의 것이지만 DATABASE_URL은 {target}을(를) 가리킵니다.',
});
export const backupOfOtherSchema = message('backup.ofOtherSchema', {
  en: 'The backup is of schema {backup}, but DATABASE_URL names {schema}.',
  ko: '백업은 스키마 {backup}의 것이지만 DATABASE_URL은 {schema}을(를) 가리킵니다.',
});
export const copyDiffers = message('backup.copyDiffers', {
  en: 'Database {database} is not what was backed up: {difference}.',
  ko: '데이터베이스 {database}이(가) 백업한 것과 다릅니다: {difference}.',
});
export const connectedMeanwhile = message('backup.connectedMeanwhile', {
  en: 'A session connected to database {database} while it was about to be copied: try again.',
  ko: '데이터베이스 {database}을(를) 복사하려는 동안 연결이 들어왔습니다. 다시 시도하십시오.',
});
export const sessionsConnected = message('backup.sessionsConnected', {
  en: 'CREATE DATABASE can copy database {database} only while nobody is connected to it, but {sessions} {sessions|session is|sessions are} ({applications}): end them, or make the backup without --form template.',
  ko: 'CREATE DATABASE는 연결이 없을 때만 데이터베이스 {database}을(를) 복사할 수 있지만 세션이 {sessions}개 있습니다({applications}). 세션을 끝내거나 --form template 없이 백업하십시오.',
});
export const sessionsOf = message('backup.sessionsOf', {
  en: '{sessions} of {application}',
  ko: '{application} {sessions}개',
});
export const copyGone = message('backup.copyGone', {
  en: 'The backup’s database {database} no longer exists.',
  ko: '백업 데이터베이스 {database}이(가) 더 이상 없습니다.',
});
export const backupRows = message('backup.rows', {
  en: 'The backup has {rows} rows of {table}, not {expected}.',
  ko: '백업의 {table} 행은 {expected}개여야 하지만 {rows}개입니다.',
});
export const programSilent = message('backup.programSilent', {
  en: '{program} showed no sign of life for {seconds} s and was stopped.',
  ko: '{program}이(가) {seconds}초 동안 반응이 없어 중지했습니다.',
});
export const programFailed = message('backup.programFailed', {
  en: '{program} failed: {why}',
  ko: '{program} 실패: {why}',
});
export const programSaidNothing = message('backup.programSaidNothing', {
  en: 'it said nothing',
  ko: '아무 메시지도 남기지 않았습니다',
});
export const withoutPostgres = message('backup.withoutPostgres', {
  en: '{folder} has no backup of PostgreSQL.',
  ko: '{folder}에 PostgreSQL 백업이 없습니다.',
});
export const backupOnlyOf = message('backup.onlyOf', {
  en: '{folder} is a backup of {target}, schema {schema}, and of no other.',
  ko: '{folder}은(는) {target}, 스키마 {schema}의 백업이며 다른 대상에는 쓸 수 없습니다.',
});

/** Why nothing is restored. */
export const restoreUnderWay = message('restore.underWay', {
  en: 'Another restore of {target}, or a backup by template, is in progress: let it end first. Nothing was changed.',
  ko: '{target}의 다른 복원이나 템플릿 백업이 진행 중입니다. 먼저 끝나기를 기다리십시오. 아무것도 변경하지 않았습니다.',
});
export const restoreMeetsLease = message('restore.leaseHeld', {
  en: 'Run {run} of workflow {workflow} holds {target}: abort it, then restore again. Nothing was changed.',
  ko: '워크플로 {workflow}의 실행 {run}이(가) {target}을(를) 사용 중입니다. 중단한 다음 다시 복원하십시오. 아무것도 변경하지 않았습니다.',
});
export const restoreMeetsLeaseElsewhere = message('restore.leaseHeldElsewhere', {
  en: 'Run {run} of workflow {workflow} holds {target}; its Temporal is {temporal}: abort it, then restore again. Nothing was changed.',
  ko: '워크플로 {workflow}의 실행 {run}이(가) {target}을(를) 사용 중입니다. 그 Temporal은 {temporal}입니다. 중단한 다음 다시 복원하십시오. 아무것도 변경하지 않았습니다.',
});
export const runTableInUse = message('restore.runTableInUse', {
  en: 'Another session uses migration_run: end it, then restore again. Nothing was changed.',
  ko: '다른 세션이 migration_run을 사용 중입니다. 끝낸 다음 다시 복원하십시오. 아무것도 변경하지 않았습니다.',
});
export const schemaInUse = message('restore.schemaInUse', {
  en: '{sessions} other {sessions|session uses|sessions use} schema {schema}: end them, then restore again. Nothing was changed.',
  ko: '다른 세션 {sessions}개가 스키마 {schema}을(를) 사용 중입니다. 끝낸 다음 다시 복원하십시오. 아무것도 변경하지 않았습니다.',
});
export const databaseInUse = message('restore.databaseInUse', {
  en: 'A session is connected to database {database}: end it, then restore again. Nothing was changed.',
  ko: '데이터베이스 {database}에 연결된 세션이 있습니다. 끝낸 다음 다시 복원하십시오. 아무것도 변경하지 않았습니다.',
});
export const restoredDiffers = message('restore.differs', {
  en: 'What was restored is not what was backed up: {differences}. Nothing was changed.',
  ko: '복원한 데이터가 백업한 것과 다릅니다: {differences}. 아무것도 변경하지 않았습니다.',
});
export const lineMissing = message('restore.lineMissing', { en: 'this is missing: {line}', ko: '없음: {line}' });
export const tableUnexpected = message('restore.tableUnexpected', {
  en: 'table {table} is there, and was not',
  ko: '없던 테이블 {table}이(가) 있음',
});
export const tableMissing = message('restore.tableMissing', {
  en: 'table {table} is missing',
  ko: '테이블 {table}이(가) 없음',
});
export const tableRows = message('restore.tableRows', {
  en: 'table {table} has {rows} {rows|row|rows}, not {expected}',
  ko: '테이블 {table}의 행이 {expected}개가 아니라 {rows}개',
});
export const tableAltered = message('restore.tableAltered', {
  en: 'table {table} holds other values',
  ko: '테이블 {table}의 값이 다름',
});
