import { message } from '../message.ts';

/** What a command says of a migration that it starts, joins or leaves. */
export const startingWorker = message('start.worker', { en: 'Starting a worker …', ko: '워커를 시작하는 중 …' });
export const startedMigration = message('start.migration', {
  en: 'Started migration {migration}.',
  ko: '마이그레이션 {migration}을(를) 시작했습니다.',
});
export const attachingTo = message('start.attaching', {
  en: 'Migration {migration} is running: attaching to it.',
  ko: '마이그레이션 {migration}이(가) 실행 중이므로 연결합니다.',
});
export const leavingWithoutTemporal = message('start.leavingWithoutTemporal', {
  en: 'Temporal does not answer: leaving. Migration {migration} has not ended: run this command again to continue it.',
  ko: 'Temporal이 응답하지 않아 종료합니다. 마이그레이션 {migration}은(는) 끝나지 않았습니다. 이 명령을 다시 실행하여 이어서 진행하십시오.',
});
export const leavingAfterBatches = message('start.leavingAfterBatches', {
  en: 'Leaving after the active batches. Ctrl-C again ends at once.',
  ko: '진행 중인 배치까지 마치고 종료합니다. Ctrl-C를 다시 누르면 즉시 종료합니다.',
});
export const leavingNow = message('start.leaving', {
  en: 'Leaving. Ctrl-C again ends at once.',
  ko: '종료하는 중입니다. Ctrl-C를 다시 누르면 즉시 종료합니다.',
});
export const temporalPage = message('start.temporalPage', {
  en: 'Temporal’s web page: {url}',
  ko: 'Temporal 웹 페이지: {url}',
});
export const localKeepsRunning = message('start.localKeepsRunning', {
  en: 'The local Temporal server at {address} keeps running; stop it with `mongo-to-prisma temporal --stop`.',
  ko: '{address}의 로컬 Temporal 서버는 계속 실행됩니다. `mongo-to-prisma temporal --stop`으로 멈추십시오.',
});
export const workerContinues = message('start.workerContinues', {
  en: 'A worker continues it (`npm run worker`); watch it with `mongo-to-prisma watch`.',
  ko: '워커(`npm run worker`)가 이어서 진행합니다. `mongo-to-prisma watch`로 지켜보십시오.',
});
export const notEnded = message('start.notEnded', {
  en: 'Migration {migration} has not ended: run this command again, or any other worker, to continue it.',
  ko: '마이그레이션 {migration}은(는) 끝나지 않았습니다. 이 명령이나 다른 워커를 다시 실행하여 이어서 진행하십시오.',
});
export const continuesElsewhere = message('start.continuesElsewhere', {
  en: 'Migration {migration} continues; watch it again with `mongo-to-prisma watch`.',
  ko: '마이그레이션 {migration}은(는) 계속됩니다. `mongo-to-prisma watch`로 다시 지켜보십시오.',
});
export const noSourceHere = message('start.noSourceHere', {
  en: 'No source (SOURCE_URI or MONGODB_URI) is set here: source and target are those of the worker that answers first; `mongo-to-prisma status` shows them.',
  ko: '여기에는 원본(SOURCE_URI, MONGODB_URI)을 지정하지 않았습니다. 먼저 응답하는 워커의 원본과 대상을 사용하며 `mongo-to-prisma status`로 확인할 수 있습니다.',
});
export const noTargetHere = message('start.noTargetHere', {
  en: 'No target (DATABASE_URL) is set here: source and target are those of the worker that answers first; `mongo-to-prisma status` shows them.',
  ko: '여기에는 대상(DATABASE_URL)을 지정하지 않았습니다. 먼저 응답하는 워커의 원본과 대상을 사용하며 `mongo-to-prisma status`로 확인할 수 있습니다.',
});
export const messageTaken = message('start.taken', {
  en: 'Taken: migration {migration} is {standing}.',
  ko: '접수됨: 마이그레이션 {migration} 상태: {standing}.',
});

/** The local Temporal server. */
export const localStopped = message('start.localStopped', {
  en: 'The local Temporal server has stopped; its database is kept.',
  ko: '로컬 Temporal 서버를 멈췄으며 데이터베이스는 보관합니다.',
});
export const noLocalRuns = message('start.noLocalRuns', {
  en: 'No local Temporal server runs.',
  ko: '실행 중인 로컬 Temporal 서버가 없습니다.',
});
export const localAt = message('start.localAt', { en: 'Temporal: {address}', ko: 'Temporal: {address}' });
export const localAtWithPage = message('start.localAtWithPage', {
  en: 'Temporal: {address}, web page {url}',
  ko: 'Temporal: {address}, 웹 페이지 {url}',
});
export const keptByOther = message('start.keptByOther', {
  en: 'Another command already runs it.',
  ko: '다른 명령이 이미 실행하고 있습니다.',
});
export const localRestarting = message('start.localRestarting', {
  en: 'The local Temporal server has stopped: restarting it; the migration continues',
  ko: '로컬 Temporal 서버가 멈춰 다시 시작합니다. 마이그레이션은 계속됩니다',
});
export const localNotRestarted = message('start.localNotRestarted', {
  en: 'It cannot be started again: {why}',
  ko: '다시 시작할 수 없습니다: {why}',
});
export const codecServerAt = message('start.codecServerAt', {
  en: 'Codec server at {address}, for pages of {origin}, until Ctrl-C. Anyone who has this address can read everything.',
  ko: '{origin} 페이지용 코덱 서버: {address}, Ctrl-C까지. 이 주소를 아는 사람은 모두 읽을 수 있습니다.',
});
export const codecServerUse = message('start.codecServerUse', {
  en: 'Temporal UI: set it as the codec endpoint (the glasses, top right). Terminal: temporal … --codec-endpoint {address}',
  ko: 'Temporal UI: 코덱 엔드포인트로 지정하십시오(오른쪽 위 안경 아이콘). 터미널: temporal … --codec-endpoint {address}',
});

/** Programs that are looked for, downloaded, built and started; dots follow. */
export const startingServer = message('start.server', { en: 'Starting {server}', ko: '{server} 시작' });
export const downloadingTemporal = message('start.downloadingTemporal', {
  en: 'Downloading the Temporal server, once',
  ko: 'Temporal 서버를 한 번만 내려받는 중',
});
export const lookingForMongodb = message('start.lookingForMongodb', {
  en: 'Looking for MongoDB, or downloading it, once',
  ko: 'MongoDB를 찾거나 한 번만 내려받는 중',
});
export const buildingProgram = message('start.building', {
  en: 'Building {program} with Go, once; this takes a few minutes',
  ko: 'Go로 {program}을(를) 한 번만 빌드하는 중. 몇 분 걸립니다',
});
export const buildProgress = message('start.buildProgress', {
  en: 'Building {program}: {fetched} modules fetched, {compiled} packages compiled, {seconds} s',
  ko: '{program} 빌드: 모듈 {fetched}개 내려받음, 패키지 {compiled}개 컴파일, {seconds}초',
});
export const builtProgram = message('start.built', {
  en: 'Built {program} in {seconds} s',
  ko: '{program} 빌드 완료, {seconds}초',
});
export const waitingForBuild = message('start.waitingForBuild', {
  en: 'Waiting for another process that is building the same program',
  ko: '같은 프로그램을 빌드하는 다른 프로세스를 기다리는 중',
});
