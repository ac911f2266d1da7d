import { message } from '../message.ts';

/** What commands on the databases have done or found. */
export const databasesAgree = message('result.agree', {
  en: 'Source and target agree.',
  ko: '원본과 대상이 일치합니다.',
});
export const differencesInAll = message('result.differencesInAll', {
  en: '{differences} {differences|difference|differences} in total.',
  ko: '차이는 모두 {differences}건입니다.',
});
export const stageCompared = message('result.stageCompared', {
  en: '{stage}: {documents} {documents|document|documents} compared, {differences} {differences|difference|differences}',
  ko: '{stage}: 문서 {documents}건 비교, 차이 {differences}건',
});
export const totalDiffers = message('result.totalDiffers', {
  en: '{what} of {path}: {expected} expected in {place}, {found} found',
  ko: '{path}의 {what}: {place}에서 {expected}이(가) 기대되지만 {found}',
});
export const differsAt = message('result.differsAt', {
  en: '{kind}: {place} of {document}',
  ko: '{kind}: {document}의 {place}',
});
export const nothingMatches = message('result.nothingMatches', {
  en: 'No quarantined document matches.',
  ko: '조건에 맞는 격리 문서가 없습니다.',
});
export const nothingExported = message('result.nothingExported', {
  en: 'No quarantined document matches: nothing was written.',
  ko: '조건에 맞는 격리 문서가 없어 아무것도 쓰지 않았습니다.',
});
export const documentsInAll = message('result.documentsInAll', {
  en: '{documents} {documents|document|documents} in all.',
  ko: '모두 문서 {documents}건입니다.',
});
export const addAfter = message('result.addAfter', {
  en: 'There are more: add --after {after}',
  ko: '더 있습니다. --after {after}을(를) 지정하십시오',
});
export const fileHas = message('result.file', { en: '{file}: {what}', ko: '{file}: {what}' });
export const entriesOf = message('result.entries', {
  en: '{entries} {entries|entry|entries}',
  ko: '항목 {entries}개',
});
export const entriesIn = message('result.entriesIn', {
  en: '{entries} {entries|entry|entries} in {file}',
  ko: '{file}에 항목 {entries}개',
});
export const retriesUnderWay = message('result.retriesUnderWay', {
  en: 'Migration {migration} is running: it retries them.',
  ko: '마이그레이션 {migration}이(가) 실행 중이며 격리 문서를 다시 시도합니다.',
});
export const retriedSoFar = message('result.retried', {
  en: '{moved} {moved|document|documents} moved, {left} {left|is|are} in quarantine still.',
  ko: '문서 {moved}건을 옮겼고 {left}건은 아직 격리되어 있습니다.',
});
export const departedFromSource = message('result.departed', {
  en: '{documents} {documents|document|documents} had left the source.',
  ko: '문서 {documents}건은 원본에 더 이상 없었습니다.',
});
export const triedOnResume = message('result.triedOnResume', {
  en: 'They are retried when the run resumes.',
  ko: '실행을 이어서 진행하면 다시 시도합니다.',
});

/** Pairs of a document and its rows. */
export const everyPairAgrees = message('result.everyPairAgrees', {
  en: 'Every pair agrees, or a finding explains the difference.',
  ko: '모든 쌍이 일치하거나 발견 사항이 차이를 설명합니다.',
});
export const pairsDiffer = message('result.pairsDiffer', {
  en: '{pairs} {pairs|pair differs|pairs differ}, and no finding explains it.',
  ko: '{pairs}쌍이 다르며 설명하는 발견 사항이 없습니다.',
});
export const samePairs = message('result.samePairs', {
  en: 'The same pairs again: --seed {seed}',
  ko: '같은 쌍을 다시 보기: --seed {seed}',
});

/** One document in quarantine. */
export const heldOfStage = message('quarantine.heldOfStage', {
  en: '{document}: {state}, of stage {stage}',
  ko: '{document}: {state}, {stage} 단계',
});
export const becauseOf = message('quarantine.becauseOf', {
  en: 'Because of {document}: {code}',
  ko: '원인 {document}: {code}',
});
export const keptByRun = message('quarantine.keptByRun', {
  en: 'Kept by run {run} at {at}: {state}',
  ko: '실행 {run}이(가) {at}에 보관: {state}',
});
export const keptAndRetried = message('quarantine.keptAndRetried', {
  en: 'Kept by run {run} at {at}: {state}, retried by run {by}',
  ko: '실행 {run}이(가) {at}에 보관: {state}, 실행 {by}이(가) 다시 시도',
});
export const notDecodable = message('quarantine.notDecodable', {
  en: 'The bytes are not BSON that can be decoded. As base64:',
  ko: '해독할 수 있는 BSON이 아닙니다. base64:',
});
export const exportedUndecoded = message('quarantine.exportedUndecoded', {
  en: 'the bytes are not BSON that can be decoded: bson holds them as base64',
  ko: '해독할 수 있는 BSON이 아니어서 bson에 base64로 담았습니다',
});
export const exportedInexact = message('quarantine.exportedInexact', {
  en: 'Extended JSON does not hold everything that the bytes say: bson holds them as base64',
  ko: 'Extended JSON이 바이트의 내용을 모두 담지 못해 bson에 base64로 담았습니다',
});
export const codeAt = message('quarantine.codeAt', { en: '{code} at {path}', ko: '{path}의 {code}' });
export const notExact = message('quarantine.notExact', {
  en: 'Extended JSON does not hold everything that the bytes say. As base64:',
  ko: 'Extended JSON이 바이트의 내용을 모두 담지 못합니다. base64:',
});
export const databaseSaid = message('quarantine.databaseSaid', {
  en: 'The database: {said}',
  ko: '데이터베이스: {said}',
});
export const ofConstraint = message('quarantine.ofConstraint', {
  en: 'constraint {constraint}',
  ko: '제약 조건 {constraint}',
});
export const hangOnIt = message('quarantine.hangOnIt', {
  en: '{documents} {documents|document is|documents are} in quarantine because of it:',
  ko: '이 문서 때문에 격리된 문서 {documents}건:',
});

/** Backups, restores, and the end of a migration. */
export const backupProved = message('result.backupProved', {
  en: 'Backup of {at}, proved: {folder}',
  ko: '{at}의 백업, 검증됨: {folder}',
});
export const documentsOfCollections = message('result.documentsOfCollections', {
  en: '{documents} {documents|document|documents} of {collections} {collections|collection|collections}, {size}, by {tool}',
  ko: '컬렉션 {collections}개의 문서 {documents}건, {size}, {tool} 사용',
});
export const rowsOfTables = message('result.rowsOfTables', {
  en: '{rows} {rows|row|rows} of {tables} {tables|table|tables}, {size}, by {tool}',
  ko: '테이블 {tables}개의 행 {rows}개, {size}, {tool} 사용',
});
export const databaseNamed = message('result.databaseNamed', {
  en: 'database {database}',
  ko: '데이터베이스 {database}',
});
export const partDone = message('result.partDone', {
  en: '{part}: {done} of {total}',
  ko: '{part}: {total} 중 {done}',
});
export const askRestore = message('ask.restore', {
  en: 'Bring {target}, schema {schema}, back to {at}? What is there now is kept under another name.',
  ko: '{target}의 {schema} 스키마를 {at} 상태로 되돌립니까? 지금 있는 데이터는 다른 이름으로 보관합니다.',
});
export const restoredEqual = message('result.restored', {
  en: 'Restored, and equal to what was backed up: {rows} {rows|row|rows} of {tables} {tables|table|tables}.',
  ko: '복원했으며 백업과 같습니다: 테이블 {tables}개의 행 {rows}개.',
});
export const replacedKept = message('result.replacedKept', {
  en: 'The replaced data are in {kind} {name}; when they are no longer needed: {drop}.',
  ko: '교체된 데이터는 {kind} {name}에 있습니다. 더 이상 필요 없으면 다음을 실행하십시오: {drop}.',
});
export const askFinalize = message('ask.finalize', {
  en: 'Export the ID map, quarantine, findings and leftovers, and drop the migration_* tables?',
  ko: 'ID 맵, 격리, 발견, 남은 값을 내보내고 migration_* 테이블을 삭제합니까?',
});
export const sideTablesDropped = message('result.sideTablesDropped', {
  en: 'The migration’s side tables are dropped.',
  ko: '마이그레이션의 보조 테이블을 삭제했습니다.',
});
export const nobodyHolds = message('result.nobodyHolds', {
  en: 'No run holds this target.',
  ko: '이 대상을 사용 중인 실행이 없습니다.',
});
export const askRelease = message('ask.release', {
  en: 'Run {run} of workflow {workflow} holds this target. Is its Temporal gone for good?',
  ko: '워크플로 {workflow}의 실행 {run}이(가) 이 대상을 사용 중입니다. 그 Temporal이 완전히 없어졌습니까?',
});
export const askReleaseElsewhere = message('ask.releaseElsewhere', {
  en: 'Run {run} of workflow {workflow} holds this target; its Temporal is {temporal}. Is it gone for good?',
  ko: '워크플로 {workflow}의 실행 {run}이(가) 이 대상을 사용 중입니다. 그 Temporal은 {temporal}입니다. 완전히 없어졌습니까?',
});
export const targetReleased = message('result.released', {
  en: 'Released: run {run} no longer holds this target.',
  ko: '해제됨: 실행 {run}은(는) 더 이상 이 대상을 사용하지 않습니다.',
});
export const migrationsApplied = message('result.applied', { en: 'Applied: {names}', ko: '적용됨: {names}' });
export const schemaCurrent = message('result.schemaCurrent', {
  en: 'The schema is current.',
  ko: '스키마가 최신입니다.',
});
export const markedRolledBack = message('result.markedRolledBack', {
  en: 'Marked as rolled back: {name}',
  ko: '롤백된 것으로 표시함: {name}',
});

/** Maintenance. */
export const noMaintenanceFile = message('result.noMaintenanceFile', {
  en: 'MAINTENANCE_FILE is not set.',
  ko: 'MAINTENANCE_FILE을 지정하지 않았습니다.',
});
export const onActions = message('result.onActions', { en: 'On: {actions}.', ko: '켜기: {actions}.' });
export const offActions = message('result.offActions', { en: 'Off: {actions}.', ko: '끄기: {actions}.' });
export const dumpTakesNoWrites = message('result.dumpTakesNoWrites', {
  en: 'The source is a dump, which cannot be written to.',
  ko: '원본이 덤프이므로 쓸 수 없습니다.',
});
export const neverInMaintenance = message('result.neverInMaintenance', {
  en: 'No run has put this source into maintenance.',
  ko: '이 원본을 메인터넌스 상태로 만든 실행이 없습니다.',
});
export const noWritesSince = message('result.noWritesSince', {
  en: 'No write has reached the source since {since}.',
  ko: '{since} 이후 원본에 쓰기가 없습니다.',
});
export const writesSince = message('result.writesSince', {
  en: 'Writes have reached the source since {since}: {collections}.',
  ko: '{since} 이후 원본에 쓰기가 있었습니다: {collections}.',
});
export const collectionWritten = message('result.collectionWritten', {
  en: '{collection} (at least {documents} {documents|document|documents})',
  ko: '{collection}(최소 문서 {documents}건)',
});

/** Smoke tests. */
export const questionNotAsked = message('result.questionNotAsked', {
  en: '{question} was not asked: {missing} not moved.',
  ko: '{question}은(는) 묻지 않았습니다. 옮기지 않음: {missing}.',
});
export const questionSlow = message('result.questionSlow', {
  en: 'Warning: {question} takes Prisma more than {times} times as long as Mongoose.',
  ko: '경고: {question}은(는) Prisma가 Mongoose보다 {times}배 넘게 걸립니다.',
});
export const questionDiffers = message('result.questionDiffers', {
  en: '{question}: {differences} {differences|difference|differences}',
  ko: '{question}: 차이 {differences}건',
});
export const rowNamed = message('result.rowNamed', { en: 'row {row}', ko: '행 {row}' });
export const answersHeld = message('result.answersHeld', {
  en: '{answers} {answers|answer|answers} of Mongoose were quarantined and did not count.',
  ko: 'Mongoose의 응답 {answers}건은 격리되어 제외했습니다.',
});
export const sameAnswers = message('result.sameAnswers', {
  en: 'Both databases give the same answers.',
  ko: '두 데이터베이스의 응답이 같습니다.',
});
export const otherAnswersGiven = message('result.otherAnswers', {
  en: 'The databases do not give the same answers.',
  ko: '두 데이터베이스의 응답이 다릅니다.',
});
export const sameInputs = message('result.sameInputs', {
  en: 'The same inputs again: --seed {seed}',
  ko: '같은 입력으로 다시 실행: --seed {seed}',
});
