import { labels, message } from '../message.ts';

/** What keeps a source from being read. */
export const mongodbRefuses = message('source.mongodb', {
  en: 'The MongoDB at {source} {why}.',
  ko: 'MongoDB({source})를 읽을 수 없습니다: {why}.',
});
/** Ends of `source.mongodb`. */
export const MONGODB_REASONS = labels('source.mongodb', {
  login: {
    en: 'refused the login: check user, password and authSource',
    ko: '로그인을 거부했습니다. 사용자, 비밀번호, authSource를 확인하십시오',
  },
  notAllowed: { en: 'does not let this user read the database', ko: '이 사용자는 데이터베이스를 읽을 권한이 없습니다' },
  unknownHost: { en: 'cannot be found: its host name is unknown', ko: '호스트 이름을 찾을 수 없습니다' },
  down: {
    en: 'does not answer: it is down, or the host or port is wrong',
    ko: '응답하지 않습니다. 서버가 꺼져 있거나 호스트 또는 포트가 잘못되었습니다',
  },
  untrusted: {
    en: 'has a TLS certificate that is not trusted: set tlsCAFile in its URI',
    ko: 'TLS 인증서를 신뢰할 수 없습니다. URI에 tlsCAFile을 지정하십시오',
  },
  noTls: { en: 'does not speak TLS, which its URI asks for', ko: 'URI가 요구하는 TLS를 지원하지 않습니다' },
  closes: {
    en: 'closes every connection: it may require TLS (tls=true in its URI), or is not MongoDB',
    ko: '모든 연결을 끊습니다. TLS가 필요하거나(URI에 tls=true) MongoDB가 아닐 수 있습니다',
  },
  noServer: {
    en: 'cannot be reached: no server answered in time; check host, port, replicaSet and tls in its URI',
    ko: '제때 응답한 서버가 없습니다. URI의 호스트, 포트, replicaSet, tls를 확인하십시오',
  },
  lost: { en: 'is gone: the connection to it was lost', ko: '연결이 끊어졌습니다' },
});
export const mongodbRefusedQuery = message('source.mongodb.refusedQuery', {
  en: 'The MongoDB at {source} refused a query ({code}).',
  ko: 'MongoDB({source})가 쿼리를 거부했습니다({code}).',
});
export const mongodbUnreadable = message('source.mongodb.unreadable', {
  en: 'The MongoDB at {source} cannot be read ({error}).',
  ko: 'MongoDB({source})를 읽을 수 없습니다({error}).',
});
export const mongodbSilent = message('source.mongodb.silent', {
  en: 'The MongoDB at {source} has not answered for {seconds} s.',
  ko: 'MongoDB({source})가 {seconds}초 동안 응답하지 않았습니다.',
});
export const documentWithoutId = message('source.documentWithoutId', {
  en: 'A document of {collection} came without its _id.',
  ko: '{collection} 컬렉션의 문서가 _id 없이 왔습니다.',
});
export const uriWithoutDatabase = message('source.uriWithoutDatabase', {
  en: 'The MongoDB URI names no database: write mongodb://host:port/<database>.',
  ko: 'MongoDB URI에 데이터베이스 이름이 없습니다. mongodb://host:port/<database> 형식으로 지정하십시오.',
});
export const uriUnreadable = message('source.uriUnreadable', {
  en: 'The MongoDB URI cannot be read: check its host and options, and percent-encode its user and password.',
  ko: 'MongoDB URI를 읽을 수 없습니다. 호스트와 옵션을 확인하고, 사용자와 비밀번호를 퍼센트 인코딩했는지 확인하십시오.',
});
export const uriOptionUnknown = message('source.uriOptionUnknown', {
  en: 'The MongoDB URI cannot be read: {why}.',
  ko: 'MongoDB URI를 읽을 수 없습니다: {why}.',
});
export const notPercentEncoded = message('connection.notPercentEncoded', {
  en: '{name} cannot be read: percent-encode its user and password (@ is %40, : is %3A, / is %2F, ? is %3F, # is %23, % is %25).',
  ko: '{name}을(를) 읽을 수 없습니다. 사용자와 비밀번호를 퍼센트 인코딩하십시오(@는 %40, :는 %3A, /는 %2F, ?는 %3F, #은 %23, %는 %25).',
});
export const sourceSchemeUnknown = message('source.schemeUnknown', {
  en: 'The source must begin with mongodb://, mongodb+srv:// or dump:.',
  ko: '원본은 mongodb://, mongodb+srv:// 또는 dump:로 시작해야 합니다.',
});

/** Dumps. */
export const dumpWithoutPath = message('dump.withoutPath', {
  en: 'A dump is given as dump:<folder or archive>, such as dump:./backup.',
  ko: '덤프는 dump:<폴더 또는 아카이브> 형식으로 지정합니다. 예: dump:./backup.',
});
export const dumpOptionUnknown = message('dump.optionUnknown', {
  en: 'A dump: source has only the option db, not {options}.',
  ko: 'dump: 원본에는 db 옵션만 있습니다. 알 수 없는 옵션: {options}.',
});
export const dumpEmpty = message('dump.empty', {
  en: 'The dump {path} holds no collections of any database.',
  ko: '덤프 {path}에 컬렉션이 없습니다.',
});
export const dumpWithoutDatabase = message('dump.withoutDatabase', {
  en: 'The dump {path} has no database {database}; it has {databases}.',
  ko: '덤프 {path}에 {database} 데이터베이스가 없습니다. 있는 데이터베이스: {databases}.',
});
export const dumpAmbiguous = message('dump.ambiguous', {
  en: 'The dump {path} has several databases ({databases}): choose one with dump:{path}?db=<name>.',
  ko: '덤프 {path}에 데이터베이스가 여러 개 있습니다({databases}). dump:{path}?db=<이름>으로 하나를 지정하십시오.',
});
export const dumpNoDump = message('dump.noDump', {
  en: '{path} is neither an archive nor a folder written by mongodump.',
  ko: '{path}은(는) mongodump가 만든 아카이브나 폴더가 아닙니다.',
});
export const dumpUnreadable = message('dump.unreadable', {
  en: 'The dump cannot be read at {place}: {why}.',
  ko: '덤프의 {place}을(를) 읽을 수 없습니다: {why}.',
});
export const FILE_REASONS = labels('file', {
  ENOENT: { en: 'it does not exist', ko: '없는 파일입니다' },
  EACCES: { en: 'this user may not read it', ko: '이 사용자는 읽을 권한이 없습니다' },
  EPERM: { en: 'this user may not read it', ko: '이 사용자는 읽을 권한이 없습니다' },
  EISDIR: { en: 'it is a folder', ko: '폴더입니다' },
  EIO: { en: 'the disk reports an error', ko: '디스크 오류가 발생했습니다' },
});
export const spoolUnwritable = message('dump.spoolUnwritable', {
  en: 'The dump cannot be unpacked into its spool folder ({code}): free space there or set another folder.',
  ko: '덤프를 스풀 폴더에 풀 수 없습니다({code}). 공간을 확보하거나 다른 폴더를 지정하십시오.',
});
export const collectionUnreadable = message('dump.collectionUnreadable', {
  en: 'Collection {collection} of the dump cannot be read ({code}): start again to read the dump again.',
  ko: '덤프의 {collection} 컬렉션을 읽을 수 없습니다({code}). 다시 시작하면 덤프를 다시 읽습니다.',
});
export const collectionChanged = message('dump.collectionChanged', {
  en: 'Collection {collection} of the dump was changed after it was checked: start again to read the dump again.',
  ko: '덤프의 {collection} 컬렉션이 확인한 뒤에 바뀌었습니다. 다시 시작하면 덤프를 다시 읽습니다.',
});
export const dumpDamaged = message('dump.damaged', {
  en: 'The dump is damaged at {place}: {what}; take or copy the dump again.',
  ko: '덤프의 {place} 부분이 손상되었습니다: {what}. 덤프를 다시 만들거나 복사하십시오.',
});
export const byteOf = message('dump.byteOf', { en: '{place}, byte {offset}', ko: '{place}, {offset}번째 바이트' });
/** What is damaged: parts of `dump.damaged`. */
export const DAMAGE = labels('dump.damage', {
  noArchive: { en: 'it is not an archive written by mongodump', ko: 'mongodump가 만든 아카이브가 아닙니다' },
  endsAtOnce: { en: 'it ends within its first four bytes', ko: '처음 네 바이트 안에서 끝납니다' },
  blockEndsUnbegun: { en: 'a block ends that has not begun', ko: '시작하지 않은 블록이 끝납니다' },
  endsInBlock: { en: 'it ends within a block', ko: '블록 중간에서 끝납니다' },
  namelessBlock: { en: 'a block does not name its collection', ko: '블록에 컬렉션 이름이 없습니다' },
  noCollection: { en: 'its contents name no collection', ko: '목차에 컬렉션이 없습니다' },
  headerInvalid: { en: 'a header is not valid BSON', ko: '헤더가 올바른 BSON이 아닙니다' },
  goesOnAfterZeros: { en: 'its gzip stream continues after zeros', ko: 'gzip 스트림이 0 바이트 뒤에 이어집니다' },
  gzipCut: { en: 'its gzip stream is truncated', ko: 'gzip 스트림이 잘렸습니다' },
  gzipInvalid: {
    en: 'its gzip stream does not unpack or fails its checksum',
    ko: 'gzip 스트림을 풀 수 없거나 체크섬이 맞지 않습니다',
  },
  thereTwice: { en: 'it exists both plain and as gzip', ko: '일반 파일과 gzip 파일이 함께 있습니다' },
  missing: { en: 'it is missing', ko: '파일이 없습니다' },
  noJson: { en: 'it cannot be read as JSON', ko: 'JSON으로 읽을 수 없습니다' },
  wrongLength: {
    en: 'the document that begins here is not as long as it says',
    ko: '여기서 시작하는 문서의 길이가 적힌 길이와 다릅니다',
  },
  withoutId: {
    en: 'the document that begins here has no readable _id',
    ko: '여기서 시작하는 문서에 읽을 수 있는 _id가 없습니다',
  },
  changed: { en: 'it changed while it was read', ko: '읽는 동안 바뀌었습니다' },
  sharedCollection: { en: 'two of its files are of one collection', ko: '두 파일이 같은 컬렉션의 것입니다' },
});
export const goesOnAfterEnd = message('dump.damage.goesOnAfterEnd', {
  en: '{collection} continues after its end',
  ko: '{collection} 컬렉션이 끝난 뒤에 이어집니다',
});
export const endsBeforeComplete = message('dump.damage.endsBeforeComplete', {
  en: 'it ends before {collection} is complete',
  ko: '{collection} 컬렉션이 끝나기 전에 파일이 끝납니다',
});
export const failsChecksum = message('dump.damage.failsChecksum', {
  en: '{collection} fails its checksum (CRC-64)',
  ko: '{collection} 컬렉션의 체크섬(CRC-64)이 맞지 않습니다',
});
export const notInContents = message('dump.damage.notInContents', {
  en: 'its contents do not name {collection}',
  ko: '목차에 {collection} 컬렉션이 없습니다',
});
export const twiceInContents = message('dump.damage.twiceInContents', {
  en: 'its contents name {collection} twice',
  ko: '목차에 {collection} 컬렉션이 두 번 있습니다',
});
export const metadataNoJson = message('dump.damage.metadataNoJson', {
  en: 'the metadata of {collection} is not JSON',
  ko: '{collection} 컬렉션의 메타데이터가 JSON이 아닙니다',
});
export const impossibleLength = message('dump.damage.impossibleLength', {
  en: 'a document cannot be {bytes} bytes long',
  ko: '문서 길이가 {bytes}바이트일 수 없습니다',
});
export const endsInDocument = message('dump.damage.endsInDocument', {
  en: 'it ends within a document, {bytes} bytes after that document’s start',
  ko: '문서가 시작한 지 {bytes}바이트 뒤, 문서 중간에서 끝납니다',
});
export const repeatedKey = message('dump.damage.repeatedKey', {
  en: 'two documents have the same _id, {key}',
  ko: '두 문서의 _id가 같습니다({key})',
});

/** Feeds of changes. */
export const changesFileMissing = message('feed.changesFileMissing', {
  en: 'CHANGE_FEED=file needs CHANGES_FILE.',
  ko: 'CHANGE_FEED=file에는 CHANGES_FILE이 필요합니다.',
});
export const noChangeStreams = message('feed.noChangeStreams', {
  en: 'CHANGE_FEED=changeStream needs a replica set or a sharded cluster: this source has no change streams.',
  ko: 'CHANGE_FEED=changeStream에는 레플리카 셋이나 샤드 클러스터가 필요합니다. 이 원본에는 변경 스트림이 없습니다.',
});
export const oplogTooShort = message('feed.oplogTooShort', {
  en: 'MongoDB has discarded a part of its oplog that was not read yet: the oplog is kept for too short a time.',
  ko: 'MongoDB가 아직 읽지 않은 oplog의 일부를 버렸습니다. oplog 보관 시간이 너무 짧습니다.',
});
export const collectionDropped = message('feed.collectionDropped', {
  en: 'A collection was dropped or renamed in MongoDB ({operation}).',
  ko: 'MongoDB에서 컬렉션이 삭제되거나 이름이 바뀌었습니다({operation}).',
});
export const changesFileShorter = message('feed.changesFileShorter', {
  en: 'The file of changes is shorter than before: it was replaced or truncated.',
  ko: '변경 파일이 전보다 짧습니다. 바뀌었거나 잘렸습니다.',
});
export const changesFileUnreadable = message('feed.changesFileUnreadable', {
  en: 'The file of changes cannot be read ({code}).',
  ko: '변경 파일을 읽을 수 없습니다({code}).',
});
export const changesLineInvalid = message('feed.changesLineInvalid', {
  en: 'The file of changes has a line, at byte {offset}, that is not {"collection": …, "_id": …}.',
  ko: '변경 파일의 {offset}번째 바이트에 있는 줄이 {"collection": …, "_id": …} 형식이 아닙니다.',
});
export const feedNotMarked = message('feed.notMarked', {
  en: 'Where the feed stood before the copy is not known.',
  ko: '복사하기 전 변경 피드의 위치를 알 수 없습니다.',
});
export const oplogMayBeTooShort = message('feed.oplogMayBeTooShort', {
  en: 'MongoDB’s oplog reaches back {kept} and the copy may take {needed}: enlarge the oplog (replSetResizeOplog), or all documents have to be compared afterwards.',
  ko: 'MongoDB의 oplog 보관 기간은 {kept}인데 복사에는 {needed}이(가) 걸릴 수 있습니다. oplog를 늘리십시오(replSetResizeOplog). 늘리지 않으면 나중에 모든 문서를 비교해야 합니다.',
});
export const minutesLong = message('feed.minutes', { en: '{minutes} minutes', ko: '{minutes}분' });
export const hoursLong = message('feed.hours', { en: '{hours} hours', ko: '{hours}시간' });
