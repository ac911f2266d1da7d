import { labels, message } from '../message.ts';

/** What stands between this process and Temporal; the place is an address, without a secret. */
export const temporalWithoutNamespace = message('temporal.noNamespace', {
  en: 'Temporal at {address} has no namespace {namespace}.',
  ko: '{address}의 Temporal에 {namespace} 네임스페이스가 없습니다.',
});
export const temporalRefusesLogin = message('temporal.refusesLogin', {
  en: 'Temporal at {address} refuses the login: check TEMPORAL_API_KEY, or the client certificate.',
  ko: '{address}의 Temporal이 로그인을 거부합니다. TEMPORAL_API_KEY나 클라이언트 인증서를 확인하십시오.',
});
export const temporalNotFound = message('temporal.notFound', {
  en: 'Temporal at {address} cannot be found: check the host name in TEMPORAL_ADDRESS.',
  ko: '{address}의 Temporal을 찾을 수 없습니다. TEMPORAL_ADDRESS의 호스트 이름을 확인하십시오.',
});
export const temporalUnreachable = message('temporal.unreachable', {
  en: 'Temporal at {address} cannot be reached: is it running, and is TEMPORAL_ADDRESS right?',
  ko: '{address}의 Temporal에 연결할 수 없습니다. 실행 중인지, TEMPORAL_ADDRESS가 맞는지 확인하십시오.',
});
export const defaultAddress = message('temporal.defaultAddress', { en: 'its default address', ko: '기본 주소' });

/** The local server, which belongs to one target. */
export const localNeedsTarget = message('temporal.localNeedsTarget', {
  en: 'DATABASE_URL is not set: a local Temporal server belongs to one target. Set it, or set TEMPORAL_ADDRESS.',
  ko: 'DATABASE_URL을 지정하지 않았습니다. 로컬 Temporal 서버는 대상 하나에 속합니다. DATABASE_URL이나 TEMPORAL_ADDRESS를 지정하십시오.',
});
export const localOfOlderBuild = message('temporal.localOfOlderBuild', {
  en: '{state} holds the local Temporal server of an older build, which belonged to no target. End it; then, if its migration is of this target, move its files temporal.* into {folder}, else remove them.',
  ko: '{state}에 대상이 정해지지 않은 이전 빌드의 로컬 Temporal 서버가 있습니다. 서버를 종료한 다음, 그 마이그레이션이 이 대상의 것이면 temporal.* 파일을 {folder}(으)로 옮기고 아니면 지우십시오.',
});
export const folderOfCommand = message('temporal.folderOfCommand', {
  en: 'the folder that a command with its DATABASE_URL shows',
  ko: '해당 DATABASE_URL로 실행한 명령이 알려 주는 폴더',
});
export const severalLocal = message('temporal.severalLocal', {
  en: 'DATABASE_URL is not set, and local Temporal servers run for {targets}: set it.',
  ko: 'DATABASE_URL을 지정하지 않았고 여러 대상의 로컬 Temporal 서버가 실행 중입니다({targets}). DATABASE_URL을 지정하십시오.',
});
export const noLocalForWorker = message('temporal.noLocalForWorker', {
  en: 'TEMPORAL_ADDRESS is not set, and no local Temporal server of this target runs: set it, or start one with `mongo-to-prisma temporal`.',
  ko: 'TEMPORAL_ADDRESS를 지정하지 않았고 이 대상의 로컬 Temporal 서버도 없습니다. 지정하거나 `mongo-to-prisma temporal`로 시작하십시오.',
});
export const noLocal = message('temporal.noLocal', {
  en: 'No local Temporal server of this project runs, so no migration is running.',
  ko: '이 프로젝트의 로컬 Temporal 서버가 없으므로 실행 중인 마이그레이션도 없습니다.',
});
export const noLocalFor = message('temporal.noLocalFor', {
  en: 'No local Temporal server of this project runs for {target}, so no migration is running.',
  ko: '{target}에 대한 이 프로젝트의 로컬 Temporal 서버가 없으므로 실행 중인 마이그레이션도 없습니다.',
});
export const othersRun = message('temporal.othersRun', {
  en: 'Others run for {targets}.',
  ko: '다른 대상의 서버가 실행 중입니다: {targets}.',
});
export const localOfProject = message('temporal.localOfProject', {
  en: '{target} (project {project})',
  ko: '{target} (프로젝트 {project})',
});
export const startMigration = message('temporal.startMigration', {
  en: 'Start or continue a migration with `npm run migrate:prisma`, or set TEMPORAL_ADDRESS.',
  ko: '`npm run migrate:prisma`로 마이그레이션을 시작하거나 이어서 진행하거나, TEMPORAL_ADDRESS를 지정하십시오.',
});
export const localNotUp = message('temporal.localNotUp', {
  en: 'The local Temporal server does not come up.',
  ko: '로컬 Temporal 서버가 시작되지 않습니다.',
});

/** Payloads that cannot be read. */
export const payloadKeyMissing = message('payload.keyMissing', {
  en: 'A payload was encrypted with key {key}, which is not among PAYLOAD_KEYS.',
  ko: '페이로드를 암호화한 키 {key}이(가) PAYLOAD_KEYS에 없습니다.',
});
export const payloadDamaged = message('payload.damaged', {
  en: 'A payload was changed after it had been encrypted, or is damaged.',
  ko: '페이로드가 암호화된 뒤에 변경되었거나 손상되었습니다.',
});
export const workerShuttingDown = message('worker.shuttingDown', {
  en: 'This worker is shutting down.',
  ko: '이 워커는 종료하는 중입니다.',
});

/** What the codec server answers to what it does not serve. */
export const CODEC_ANSWERS = labels('codec', {
  unreadable: { en: 'The payloads cannot be read.', ko: '페이로드를 읽을 수 없습니다.' },
  otherHost: { en: 'Ask for it by 127.0.0.1 or localhost.', ko: '127.0.0.1이나 localhost로 요청하십시오.' },
  otherOrigin: {
    en: 'Pages of this origin may not ask: see --origin.',
    ko: '허용되지 않은 출처의 페이지입니다. --origin을 확인하십시오.',
  },
  nothing: { en: 'There is nothing here.', ko: '여기에는 아무것도 없습니다.' },
  steps: { en: 'POST decode or encode.', ko: 'decode나 encode를 POST로 요청하십시오.' },
  tooLarge: { en: 'too large', ko: '너무 큽니다' },
});
