import { message } from '../message.ts';

/** What a command refuses of its options and arguments. */
export const runIsUuid = message('option.runIsUuid', {
  en: '--run is a run’s UUID.',
  ko: '--run은 실행의 UUID입니다.',
});
export const idIsUuid = message('option.idIsUuid', {
  en: '--id is a UUID: the id of a row of the target.',
  ko: '--id는 대상에 있는 행의 id인 UUID입니다.',
});
export const legacyIdNeeded = message('option.legacyIdNeeded', {
  en: 'Give a collection and a legacy id, or a row’s id by --id.',
  ko: '컬렉션과 이전 _id를 지정하거나 --id로 행의 id를 지정하십시오.',
});
export const noSuchCollection = message('option.noSuchCollection', {
  en: 'There is no collection {collection}: the collections are {collections}.',
  ko: '{collection} 컬렉션은 없습니다. 있는 컬렉션: {collections}.',
});
export const noSuchQuestion = message('option.noSuchQuestion', {
  en: 'There is no such question: the questions are {questions}.',
  ko: '그런 질의는 없습니다. 있는 질의: {questions}.',
});
export const stageNotMoved = message('option.stageNotMoved', {
  en: 'Run {run} has not moved stage {stage}.',
  ko: '실행 {run}은(는) {stage} 단계를 옮기지 않았습니다.',
});
export const nothingEncrypted = message('option.nothingEncrypted', {
  en: 'PAYLOAD_KEYS is not set: nothing is encrypted.',
  ko: 'PAYLOAD_KEYS를 지정하지 않아 암호화된 것이 없습니다.',
});
export const portUnusable = message('option.portUnusable', {
  en: 'Port {port} cannot be used ({code}): choose another with --port.',
  ko: '포트 {port}을(를) 사용할 수 없습니다({code}). --port로 다른 포트를 지정하십시오.',
});
export const noTerminal = message('option.noTerminal', {
  en: 'No terminal to ask for confirmation: add --yes.',
  ko: '확인을 물을 터미널이 없습니다. --yes를 지정하십시오.',
});
export const dumpIsBackup = message('option.dumpIsBackup', {
  en: 'The source is a dump, which is a backup already.',
  ko: '원본이 덤프이므로 이미 백업입니다.',
});
export const sourceIsNoBackup = message('option.sourceIsNoBackup', {
  en: '--source is a backup’s folder or dump:<folder or archive>: make one with `backup`.',
  ko: '--source는 백업 폴더 또는 dump:<폴더나 아카이브>입니다. `backup`으로 만드십시오.',
});
export const backupNeedsMongodb = message('option.backupNeedsMongodb', {
  en: '--backup needs a live MongoDB in MONGODB_URI: a dump is a backup already.',
  ko: '--backup은 MONGODB_URI에 실행 중인 MongoDB가 있어야 합니다. 덤프는 이미 백업입니다.',
});
export const rehearsalNeedsOwnTarget = message('option.rehearsalNeedsOwnTarget', {
  en: '--target is the database of DATABASE_URL: a rehearsal needs another one.',
  ko: '--target이 DATABASE_URL의 데이터베이스입니다. 리허설에는 다른 데이터베이스가 필요합니다.',
});
export const maintenanceFileMissing = message('option.maintenanceFileMissing', {
  en: 'MAINTENANCE_FILE is not set: it declares the actions.',
  ko: '조치를 선언하는 MAINTENANCE_FILE을 지정하지 않았습니다.',
});

/** A migration under way is not the one that was asked for. */
export const otherOptions = message('option.otherOptions', {
  en: 'Migration {migration} is running with other options ({options}): watch it with `mongo-to-prisma watch`, or let it end first.',
  ko: '마이그레이션 {migration}이(가) 다른 옵션으로 실행 중입니다({options}). `mongo-to-prisma watch`로 지켜보거나 먼저 끝나기를 기다리십시오.',
});
export const withoutOption = message('option.without', { en: 'without {option}', ko: '{option} 없음' });
export const otherDatabases = message('option.otherDatabases', {
  en: 'Migration {migration} is running and moves {source} into {target}; this command is set to {ownSource} and {ownTarget}: give it another --workflow-id, or let the other one end first.',
  ko: '실행 중인 마이그레이션 {migration}은(는) {source}에서 {target}(으)로 옮깁니다. 이 명령의 설정은 {ownSource}, {ownTarget}입니다. 다른 --workflow-id를 지정하거나 먼저 끝나기를 기다리십시오.',
});
export const wrongArguments = message('option.wrongArguments', {
  en: 'The arguments are wrong: {why}.',
  ko: '명령 인수가 잘못되었습니다: {why}.',
});

export const sourceHoldsPassword = message('option.sourceHoldsPassword', {
  en: '--source holds a password, which everybody on this host can read in the list of processes: name the source by SOURCE_URI in the environment or in .env.',
  ko: '--source에 비밀번호가 있어 이 호스트의 누구나 프로세스 목록에서 읽을 수 있습니다. 환경 변수나 .env의 SOURCE_URI로 원본을 지정하십시오.',
});

/** What an option takes; commander puts the option in front. */
export const wholeNumberFrom = message('option.wholeNumber', {
  en: 'It must be a whole number from {least} to {most}.',
  ko: '{least}에서 {most}까지의 정수여야 합니다.',
});
export const stagesAre = message('option.stagesAre', { en: 'The stages are: {stages}.', ko: '단계: {stages}.' });
export const timeFrom = message('option.timeFrom', {
  en: 'It must be a time from 1m to 24h.',
  ko: '1m에서 24h까지의 시간이어야 합니다.',
});
export const documentsOrShare = message('option.documentsOrShare', {
  en: 'It must be a number of documents, or a share such as 1%.',
  ko: '문서 수이거나 1% 같은 비율이어야 합니다.',
});
