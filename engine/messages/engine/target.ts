import { labels, message } from '../message.ts';

/** What keeps a target from being used. `{target}` is its host, port and database. */
export const targetUnusable = message('target.unusable', {
  en: '{target}, cannot be used: {why}.',
  ko: '{target}을(를) 사용할 수 없습니다: {why}.',
});
/** Ends of `target.unusable`. */
export const TARGET_REASONS = labels('target.reason', {
  down: { en: 'nothing listens there', ko: '그 주소에서 응답하는 서버가 없습니다' },
  closed: { en: 'the connection was closed at once', ko: '연결이 바로 끊어졌습니다' },
  noSocket: { en: 'its socket does not exist', ko: '소켓이 없습니다' },
  unknownHost: { en: 'its host name is unknown', ko: '호스트 이름을 알 수 없습니다' },
  lookupFailed: { en: 'its host name cannot be looked up', ko: '호스트 이름을 조회할 수 없습니다' },
  noRouteToHost: { en: 'there is no route to its host', ko: '호스트까지의 경로가 없습니다' },
  noRouteToNetwork: { en: 'there is no route to its network', ko: '네트워크까지의 경로가 없습니다' },
  silent: { en: 'it does not answer', ko: '응답하지 않습니다' },
  untrusted: {
    en: 'its TLS certificate is not trusted: set sslrootcert in DATABASE_URL',
    ko: 'TLS 인증서를 신뢰할 수 없습니다. DATABASE_URL에 sslrootcert를 지정하십시오',
  },
  expired: { en: 'its TLS certificate has expired', ko: 'TLS 인증서가 만료되었습니다' },
  otherHost: { en: 'its TLS certificate is for another host name', ko: 'TLS 인증서의 호스트 이름이 다릅니다' },
  noPassword: {
    en: 'it asks for a password, and the URL has none',
    ko: '비밀번호를 요구하지만 URL에 비밀번호가 없습니다',
  },
});
export const targetRefuses = message('target.refuses', {
  en: '{target}, refuses (SQLSTATE {sqlstate}): {why}.',
  ko: '{target}이(가) 거부했습니다(SQLSTATE {sqlstate}): {why}.',
});
export const halfSwapped = message('target.halfSwapped', {
  en: '{target}, cannot be used: a restore was interrupted while it renamed databases. The former database is now named {misnamed}: restore again, which renames it back first, or only rename it back: ALTER DATABASE {from} RENAME TO {to}',
  ko: '{target}을(를) 사용할 수 없습니다. 복원이 데이터베이스 이름을 바꾸는 도중에 중단되었습니다. 이전 데이터베이스의 이름은 현재 {misnamed}입니다. 다시 복원하면 먼저 이름을 되돌립니다. 이름만 되돌리려면: ALTER DATABASE {from} RENAME TO {to}',
});
export const statementUnanswered = message('target.statementUnanswered', {
  en: 'PostgreSQL has not answered for {seconds} s: its connection was closed.',
  ko: 'PostgreSQL이 {seconds}초 동안 응답하지 않아 연결을 닫았습니다.',
});
export const statementAbandoned = message('target.statementAbandoned', {
  en: 'PostgreSQL is not working on the statement and has not answered: its connection was closed.',
  ko: 'PostgreSQL이 쿼리를 실행하고 있지 않으면서 응답하지 않아 연결을 닫았습니다.',
});

/** What keeps a session from being what it has to be. */
const DIRECT_EN =
  'Settings and locks of a session do not survive there: set DATABASE_URL to the direct connection, or to a pooler’s session mode.';
const DIRECT_KO =
  '세션의 설정과 잠금이 유지되지 않습니다. DATABASE_URL을 직접 연결이나 풀러의 세션 모드로 지정하십시오.';
export const sessionForgets = message('target.sessionForgets', {
  en: `{target}, does not keep a session’s settings: {setting} was set and is not. ${DIRECT_EN}`,
  ko: `{target}이(가) 세션의 설정을 유지하지 않습니다. {setting}을(를) 설정했지만 적용되지 않았습니다. ${DIRECT_KO}`,
});
export const isTransactionPooler = message('target.isTransactionPooler', {
  en: `{target}, is a transaction pooler. ${DIRECT_EN}`,
  ko: `{target}은(는) 트랜잭션 풀러입니다. ${DIRECT_KO}`,
});
export const namesTransactionPooler = message('target.namesTransactionPooler', {
  en: `DATABASE_URL leads to a transaction pooler ({sign}). ${DIRECT_EN}`,
  ko: `DATABASE_URL이 트랜잭션 풀러를 가리킵니다({sign}). ${DIRECT_KO}`,
});
export const POOLER_SIGNS = labels('target.pooler', {
  pgbouncer: { en: 'pgbouncer=true', ko: 'pgbouncer=true' },
  neon: {
    en: 'Neon: the direct host has no “-pooler” in its name',
    ko: 'Neon: 직접 연결의 호스트 이름에는 “-pooler”가 없습니다',
  },
  supabase: { en: 'Supabase: the direct connection has port 5432', ko: 'Supabase: 직접 연결의 포트는 5432입니다' },
});
export const losesCommits = message('target.losesCommits', {
  en: '{target}, has synchronous_commit {value}: a crash would lose answered commits. Set it to on for this role, database or server.',
  ko: '{target}의 synchronous_commit이 {value}이므로 장애가 나면 응답한 커밋을 잃을 수 있습니다. 이 역할, 데이터베이스 또는 서버에서 on으로 설정하십시오.',
});
export const settingRefused = message('target.settingRefused', {
  en: '{target}: {why}. Reset it for this role and this database.',
  ko: '{target}: {why}. 이 역할과 데이터베이스에서 초기화하십시오.',
});

/** What is wrong with DATABASE_URL. */
export const databaseUrlForm = message('databaseUrl.form', {
  en: 'DATABASE_URL is not of the form postgresql://user:password@host:port/database.',
  ko: 'DATABASE_URL이 postgresql://user:password@host:port/database 형식이 아닙니다.',
});
export const databaseUrlMissing = message('databaseUrl.missing', {
  en: 'DATABASE_URL is not set: name the target in the environment or .env.',
  ko: 'DATABASE_URL이 없습니다. 환경 변수나 .env에 대상을 지정하십시오.',
});
export const databaseUrlUnreadable = message('databaseUrl.unreadable', {
  en: 'DATABASE_URL cannot be read: percent-encode its user, password and database.',
  ko: 'DATABASE_URL을 읽을 수 없습니다. 사용자, 비밀번호, 데이터베이스를 퍼센트 인코딩하십시오.',
});
export const databaseUrlUnusable = message('databaseUrl.unusable', {
  en: 'DATABASE_URL cannot be used: sslcert, sslkey or sslrootcert is not a readable file, or sslmode is unknown.',
  ko: 'DATABASE_URL을 사용할 수 없습니다. sslcert, sslkey, sslrootcert 파일을 읽을 수 없거나 sslmode를 알 수 없습니다.',
});
export const tooFewConnections = message('databaseUrl.tooFewConnections', {
  en: 'connection_limit of DATABASE_URL is too small: at least {fewest} connections are needed.',
  ko: 'DATABASE_URL의 connection_limit이 너무 작습니다. 최소 {fewest}개가 필요합니다.',
});
export const connectionLimitInvalid = message('databaseUrl.connectionLimitInvalid', {
  en: 'connection_limit of DATABASE_URL is not a number above 0.',
  ko: 'DATABASE_URL의 connection_limit은 0보다 큰 수여야 합니다.',
});
export const schemaNameInvalid = message('databaseUrl.schemaNameInvalid', {
  en: '?schema= of DATABASE_URL is not a valid PostgreSQL name: it has at most {longest} bytes.',
  ko: 'DATABASE_URL의 ?schema=는 PostgreSQL 이름이 아닙니다. 최대 {longest}바이트입니다.',
});
export const parameterUnusable = message('databaseUrl.parameterUnusable', {
  en: 'DATABASE_URL sets {parameter}: remove it.',
  ko: 'DATABASE_URL에 {parameter}이(가) 있습니다. 제거하십시오.',
});
export const optionsUnreadable = message('databaseUrl.optionsUnreadable', {
  en: '{name} cannot be read: each option is `-c name=value` and names a setting once.',
  ko: '{name}을(를) 읽을 수 없습니다. 각 옵션은 `-c name=value` 형식이며 설정을 한 번만 지정합니다.',
});
export const setDifferently = message('databaseUrl.setDifferently', {
  en: 'DATABASE_URL and PGOPTIONS set {setting} differently: set it in one of them only.',
  ko: 'DATABASE_URL과 PGOPTIONS의 {setting} 설정이 다릅니다. 한 곳에만 지정하십시오.',
});
export const settingUnusable = message('databaseUrl.settingUnusable', {
  en: '{name} sets {objection}.',
  ko: '{name} 설정이 맞지 않습니다: {objection}.',
});

/** What a URL must not set, and why; `{name} sets` precedes. */
export const commitTooWeak = message('databaseUrl.commitTooWeak', {
  en: 'synchronous_commit weaker than on, which would lose commits in a crash: leave it out',
  ko: 'synchronous_commit이 on보다 약하면 서버가 비정상 종료될 때 커밋이 없어질 수 있으니 빼십시오',
});
export const searchPathSet = message('databaseUrl.searchPathSet', {
  en: 'search_path: leave it out, and name the schema by ?schema=',
  ko: 'search_path는 빼고 ?schema=로 스키마를 지정하십시오',
});
export const settingNeeded = message('databaseUrl.settingNeeded', {
  en: '{setting} to something else than the migration needs ({value}): leave it out',
  ko: '{setting} 값이 마이그레이션에 필요한 값({value})과 다르니 빼십시오',
});

/** Migrations of the schema. */
export const applyingElsewhere = message('schema.applyingElsewhere', {
  en: '{target}, schema {schema}: another process is applying migrations; try again.',
  ko: '{target}, 스키마 {schema}: 다른 프로세스가 마이그레이션을 적용하는 중입니다. 다시 시도하십시오.',
});
export const schemaUnreachable = message('schema.unreachable', {
  en: '{target}, schema {schema}: {why}.',
  ko: '{target}, 스키마 {schema}: {why}.',
});
export const schemaUnmigratable = message('schema.unmigratable', {
  en: '{target}, schema {schema}, cannot be migrated: {why}.',
  ko: '{target}, 스키마 {schema}을(를) 마이그레이션할 수 없습니다: {why}.',
});
export const SCHEMA_REASONS = labels('schema.reason', {
  P3005: {
    en: 'it has tables that no migration made; name an empty schema or database',
    ko: '마이그레이션이 만들지 않은 테이블이 있습니다. 빈 스키마나 데이터베이스를 지정하십시오',
  },
  P3009: {
    en: 'a migration failed there earlier; repair what it left, then mark it with `npm run migrate:schema -- --rolled-back <name>`',
    ko: '이전 마이그레이션이 실패했습니다. 남은 것을 고친 다음 `npm run migrate:schema -- --rolled-back <이름>`으로 표시하십시오',
  },
});
export const migrationFailed = message('schema.migrationFailed', {
  en: 'Migration {migrations} of the target has failed: fix it before you migrate data.',
  ko: '대상의 마이그레이션 {migrations}이(가) 실패했습니다. 데이터를 옮기기 전에 해결하십시오.',
});
export const migrationUnknown = message('schema.migrationUnknown', {
  en: 'The target has migrations that this build does not know ({migrations}): use the matching build.',
  ko: '대상에 이 빌드가 모르는 마이그레이션이 있습니다({migrations}). 맞는 빌드를 사용하십시오.',
});
export const schemaNotCurrent = message('schema.notCurrent', {
  en: 'The target’s schema is not current ({migrations} not applied): run `npm run migrate:schema` or `npx prisma migrate deploy` first.',
  ko: '대상의 스키마가 최신이 아닙니다({migrations} 미적용). 먼저 `npm run migrate:schema`나 `npx prisma migrate deploy`를 실행하십시오.',
});
export const olderLayout = message('schema.olderLayout', {
  en: 'The side tables of this target are from an older build: run `npm run migrate:schema`, then continue.',
  ko: '이 대상의 보조 테이블은 이전 빌드의 것입니다. `npm run migrate:schema`를 실행한 다음 계속하십시오.',
});

/** What a SQLSTATE says: ends of `target.unusable` and of `target.postgresCannot`. */
export const SQLSTATES = labels('postgres', {
  '28P01': { en: 'it refuses the user or the password', ko: '사용자나 비밀번호를 거부했습니다' },
  '28000': { en: 'it refuses the user', ko: '사용자를 거부했습니다' },
  '3D000': { en: 'the database does not exist', ko: '데이터베이스가 없습니다' },
  '53200': { en: 'it is out of memory', ko: '메모리가 부족합니다' },
  '53300': {
    en: 'it has no connection left: raise max_connections, or run fewer workers',
    ko: '남은 연결이 없습니다. max_connections를 늘리거나 워커 수를 줄이십시오',
  },
  '57P01': { en: 'it is shutting down', ko: '종료하는 중입니다' },
  '57P02': {
    en: 'it is shutting down after a crash of one of its processes',
    ko: '프로세스 장애로 종료하는 중입니다',
  },
  '57P03': { en: 'it is starting up or shutting down', ko: '시작하거나 종료하는 중입니다' },
  '25006': {
    en: 'it takes no writes: it is a standby, or the database is read-only',
    ko: '쓰기를 받지 않습니다. 대기 서버이거나 데이터베이스가 읽기 전용입니다',
  },
  '42501': {
    en: 'this user may not write to a table of the target: grant it the rights',
    ko: '이 사용자는 대상 테이블에 쓸 권한이 없습니다. 권한을 부여하십시오',
  },
});
/** What PostgreSQL says while a step is under way. */
export const postgresCannot = message('target.postgresCannot', {
  en: 'PostgreSQL cannot be used: {why}.',
  ko: 'PostgreSQL을 사용할 수 없습니다: {why}.',
});
export const postgresUnusable = message('target.postgresUnusable', {
  en: 'PostgreSQL cannot be used at the moment ({code}).',
  ko: '지금은 PostgreSQL을 사용할 수 없습니다({code}).',
});
export const CONNECTION_LOST = labels('target.connection', {
  lost: { en: 'its connection was lost', ko: '연결이 끊어졌습니다' },
});
export const statementRefused = message('target.statementRefused', {
  en: 'PostgreSQL refused a statement (SQLSTATE {sqlstate}).',
  ko: 'PostgreSQL이 쿼리를 거부했습니다(SQLSTATE {sqlstate}).',
});
export const statementRefusedBy = message('target.statementRefusedBy', {
  en: 'PostgreSQL refused a statement (SQLSTATE {sqlstate}, {constraint}).',
  ko: 'PostgreSQL이 쿼리를 거부했습니다(SQLSTATE {sqlstate}, {constraint}).',
});
export const postgresDiskFull = message('disk.postgres', {
  en: 'The disk of PostgreSQL is full: free space on it.',
  ko: 'PostgreSQL의 디스크가 가득 찼습니다. 공간을 확보하십시오.',
});
export const workerDiskFull = message('disk.worker', {
  en: 'The disk of this worker is full, which holds reports and unpacked dumps: free space on it.',
  ko: '리포트와 풀린 덤프를 두는 이 워커의 디스크가 가득 찼습니다. 공간을 확보하십시오.',
});
export const folderUnwritable = message('disk.folderUnwritable', {
  en: 'No {what} can be written into {folder} of this worker’s host ({code}): make it a folder that the worker may write to.',
  ko: '이 워커의 호스트에서 {folder}에 {what}을(를) 쓸 수 없습니다({code}). 워커가 쓸 수 있는 폴더로 만드십시오.',
});
export const unexpected = message('step.unexpected', {
  en: 'The step failed unexpectedly: {error}.',
  ko: '예상하지 못한 오류로 단계가 실패했습니다: {error}.',
});
/** What keeps a Prisma schema from being the target. `{place}` is its file or folder. */
export const schemaMissing = message('schema.missing', {
  en: 'There is no Prisma schema at {place}: name a .prisma file, or a folder of them.',
  ko: '{place}에 Prisma 스키마가 없습니다. .prisma 파일이나 그 파일들이 있는 폴더를 지정하십시오.',
});
/** `{why}` is Prisma's own answer. */
export const schemaInvalid = message('schema.invalid', {
  en: 'Prisma does not accept the schema at {place}: {why}',
  ko: 'Prisma가 {place}의 스키마를 받아들이지 않습니다: {why}',
});

/** Where the side tables of a copy were written. */
export const ofCluster = message('target.ofCluster', {
  en: 'PostgreSQL cluster {other}, and this is {own}',
  ko: 'PostgreSQL 클러스터 {other}(현재 {own})',
});
export const ofDatabase = message('target.ofDatabase', {
  en: 'database {other}, and this is {own}',
  ko: '데이터베이스 {other}(현재 {own})',
});
export const ofDatabaseOid = message('target.ofDatabaseOid', {
  en: 'another database of the name {database} (oid {oid})',
  ko: '이름이 {database}인 다른 데이터베이스(oid {oid})',
});
export const ofSchema = message('target.ofSchema', {
  en: 'schema {other}, and this is {own}',
  ko: '스키마 {other}(현재 {own})',
});
export const ofServer = message('target.ofServer', {
  en: 'a server at {other}, and this is at {own}',
  ko: '{other}의 서버(현재 {own})',
});
