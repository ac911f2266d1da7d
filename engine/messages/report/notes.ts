import { labels, message } from '../message.ts';

/** What a part of the report says where it has nothing to show. */
export const EMPTY = labels('empty', {
  census: { en: 'No documents were counted.', ko: '집계한 문서가 없습니다.' },
  downtime: { en: 'Nothing was recorded.', ko: '기록이 없습니다.' },
  course: {
    en: 'Nothing was recorded: the workflow hands its course over when it ends.',
    ko: '기록이 없습니다. 워크플로가 끝날 때 진행 기록을 넘겨줍니다.',
  },
  findings: { en: 'Nothing was altered.', ko: '변경된 값이 없습니다.' },
  leftovers: { en: 'Every field had a column.', ko: '모든 필드에 대응하는 컬럼이 있습니다.' },
  quarantine: { en: 'No document is in quarantine.', ko: '격리된 문서가 없습니다.' },
  references: { en: 'Not checked.', ko: '확인하지 않았습니다.' },
  samples: { en: 'No samples were drawn.', ko: '추출한 샘플이 없습니다.' },
  smokeTests: { en: 'No smoke tests were run.', ko: '스모크 테스트를 실행하지 않았습니다.' },
  totals: { en: 'Not compared.', ko: '비교하지 않았습니다.' },
  stage: { en: 'No document of this stage is in the target.', ko: '이 단계의 문서가 대상에 없습니다.' },
  list: { en: 'None.', ko: '없음.' },
});

/** What a reader must know of a part. */
export const NOTES = labels('note', {
  census: {
    en: 'Counted while every document was read anew for the row comparison. It holds no value.',
    ko: '행 비교를 위해 모든 문서를 다시 읽으며 집계했습니다. 값은 담지 않습니다.',
  },
  checklist: {
    en: 'From section 7 of the runbook. Only what this tool has seen itself is ticked; people confirm the rest.',
    ko: '런북 7절의 체크리스트입니다. 도구가 직접 확인한 항목에만 표시하며, 나머지는 사람이 확인해야 합니다.',
  },
  leftovers: {
    en: 'Values without a column, kept in the table migration_leftover.',
    ko: '대응하는 컬럼이 없어 migration_leftover 테이블에 보관한 값입니다.',
  },
  quarantine: {
    en: 'The documents themselves are kept whole in the table migration_quarantine.',
    ko: '문서 원본은 migration_quarantine 테이블에 그대로 보관되어 있습니다.',
  },
  rate: {
    en: 'Documents per second, by time since the first document. Solid: copied. Dashed: compared row by row. Shaded: paused or blocked.',
    ko: '초당 문서 수, 첫 문서부터 흐른 시간. 실선은 복사, 점선은 행 비교, 음영은 일시 정지 또는 차단된 시간입니다.',
  },
  references: {
    en: 'Checked in SQL against the rows, the ID map and the source’s own values, without deriving any row.',
    ko: '행을 다시 만들지 않고 SQL로 행, ID 맵, 원본 값과 직접 대조했습니다.',
  },
  samples: {
    en: 'Drawn at random and read from both databases anew. Personal values are masked after they were compared.',
    ko: '무작위로 골라 양쪽 데이터베이스에서 다시 읽었습니다. 개인정보는 비교한 뒤에 가렸습니다.',
  },
  answersWaived: {
    en: 'Somebody has approved continuing with answers that differ.',
    ko: '응답이 다른 상태로 진행하도록 승인되었습니다.',
  },
  milliseconds: {
    en: 'Milliseconds: median / worst of one input’s queries. Left out on both sides: documents in quarantine, those that the run did not choose, and those that store what the question looks for otherwise than the model reads it.',
    ko: '밀리초: 입력 하나의 쿼리 시간의 중앙값 / 최댓값. 양쪽에서 제외한 문서: 격리된 문서, 이번 실행에서 선택되지 않은 문서, 질문이 찾는 값을 모델이 읽는 것과 다르게 저장한 문서.',
  },
  readTwice: {
    en: 'Every document is compared twice: with rows derived from it anew, and by a second reader that knows only what the plan declares of each column.',
    ko: '모든 문서를 두 번 비교합니다. 한 번은 다시 만든 행과, 한 번은 플랜이 선언한 컬럼 내용만 아는 두 번째 판독기로 비교합니다.',
  },
  derivedOnly: { en: 'Re-derived only:', ko: '다시 만든 행으로만 비교한 컬럼:' },
  checksums: {
    en: 'Two targets that were filled from the same source have equal checksums, whatever the order of their rows: SHA-256 of each row as PostgreSQL writes it (UTF-8, time zone UTC, DateStyle ISO), cut into four 64-bit integers, each added up over all rows modulo 2^64.',
    ko: '같은 원본으로 채운 두 대상은 행의 순서와 관계없이 체크섬이 같습니다. PostgreSQL이 출력한 행(UTF-8, 시간대 UTC, DateStyle ISO)마다 SHA-256을 구해 64비트 정수 네 개로 나누고, 각각을 모든 행에 걸쳐 2^64로 나눈 나머지로 더한 값입니다.',
  },
  timeline: {
    en: 'Identities are what the senders told Temporal of themselves. An update that is refused is answered at once and leaves no trace here.',
    ko: '보낸 사람은 Temporal에 스스로 밝힌 이름입니다. 거부된 업데이트는 즉시 응답하고 여기에 남지 않습니다.',
  },
  totals: {
    en: 'What the source’s own engine counts, less what lies in quarantine, with every alteration listed, is what PostgreSQL must have.',
    ko: '원본 엔진이 계산한 값에서 격리된 몫을 빼고 변경된 몫을 더하면 PostgreSQL의 값과 같아야 합니다.',
  },
  goneFromSource: { en: 'It is no longer in the source.', ko: '원본에 더 이상 없습니다.' },
  goneFromTarget: { en: 'It is no longer in the target.', ko: '대상에 더 이상 없습니다.' },
});

/** The same with figures. */
export const documentsAndPaths = message('note.documentsAndPaths', {
  en: '{documents} documents, {paths} paths',
  ko: '문서 {documents}건, 경로 {paths}개',
});
export const documentsAndBytes = message('note.documentsAndBytes', {
  en: '{documents} documents, {bytes} bytes.',
  ko: '문서 {documents}건, {bytes}바이트.',
});
export const atLeastDocuments = message('note.atLeastDocuments', {
  en: 'at least {documents}',
  ko: '최소 {documents}건',
});
export const andMore = message('note.andMore', { en: 'and {rest} more', ko: '외 {rest}건' });
export const copiedPerSecond = message('note.copiedPerSecond', { en: '{rate}/s copied', ko: '복사 {rate}건/초' });
export const verifiedPerSecond = message('note.verifiedPerSecond', {
  en: '{rate}/s verified',
  ko: '검증 {rate}건/초',
});
export const planFormat = message('note.planFormat', { en: 'format {format}', ko: '형식 {format}' });
export const mappedEntries = message('note.mappedEntries', { en: '{entries} entries', ko: '{entries}건' });
export const valuesDiffer = message('note.valuesDiffer', { en: '{values} changed', ko: '{values}개 다름' });
export const firstOfDifferences = message('note.firstOfDifferences', {
  en: 'the first {shown} of {all} differences',
  ko: '차이 {all}개 중 처음 {shown}개',
});
export const slowQuestions = message('note.slowQuestions', {
  en: 'Prisma took more than {times} times as long as Mongoose where it says “slow”: look at the query’s plan and indexes before the service resumes.',
  ko: '“느림”으로 표시된 질문은 Prisma가 Mongoose보다 {times}배 넘게 걸렸습니다. 서비스 재개 전에 쿼리 계획과 인덱스를 확인하십시오.',
});
export const smokeTestsPut = message('note.smokeTestsPut', {
  en: 'The platform’s typical queries through Prisma Client, beside the same ones through Mongoose: {at}, at most {samples} inputs each, seed {seed}.',
  ko: '플랫폼의 대표 쿼리를 Prisma Client와 Mongoose에 똑같이 던져 비교했습니다: {at}, 질문마다 최대 {samples}개 입력, 시드 {seed}.',
});
export const earlierEntries = message('note.earlierEntries', {
  en: '{entries} earlier entries are not kept.',
  ko: '이전 기록 {entries}건은 보관하지 않습니다.',
});
export const figuresAgree = message('note.figuresAgree', {
  en: '{figures} more figures agree: NULLs, least and greatest values',
  ko: 'NULL 수, 최솟값, 최댓값 등 {figures}개 항목도 일치합니다',
});
export const checksumBy = message('note.checksumBy', { en: 'Checksum: {method}.', ko: '체크섬: {method}.' });
export const estimatedBy = message('note.estimatedBy', { en: '{time}, by run {run}', ko: '{time}, 실행 {run} 기준' });
export const rowsOfTable = message('note.rowsOfTable', { en: 'rows of {table}', ko: '{table}의 행' });
export const noteMeans = message('note.means', { en: '{note}: {meaning}.', ko: '{note}: {meaning}.' });
export const titleOf = message('note.title', { en: '{kind} {day}: report', ko: '{kind} {day}: 리포트' });

/** How long something took; figures come as texts. */
export const lastedSeconds = message('lasted.seconds', { en: '{seconds} s', ko: '{seconds}초' });
export const lastedMinutes = message('lasted.minutes', {
  en: '{minutes} min {seconds} s',
  ko: '{minutes}분 {seconds}초',
});
export const lastedHours = message('lasted.hours', { en: '{hours} h {minutes} min', ko: '{hours}시간 {minutes}분' });
