import { labels } from '../message.ts';

/** What a reader must know of how a figure came about. */
export const TOTAL_NOTES = labels('total', {
  rounded: {
    en: 'the source adds doubles with floating-point noise: compared after rounding to the column’s decimals',
    ko: '원본은 double을 더하면서 반올림 오차가 생기므로, 컬럼의 소수 자릿수로 반올림한 뒤 비교했습니다',
  },
  withoutQuarantined: {
    en: 'the source’s sum is not a number (NaN or infinite), or a huge quarantined number hides the others in it: the expected sum leaves out quarantined documents',
    ko: '원본의 합계가 숫자가 아니거나(NaN 또는 무한대) 격리된 아주 큰 수가 나머지를 가리므로, 격리된 문서를 뺀 합계를 기대값으로 삼았습니다',
  },
});

/** The runbook’s checklist (section 7). */
export const CHECKLIST = labels('checklist', {
  dryRun: {
    en: 'The dry run’s report is reviewed, and it is decided what becomes of quarantined documents',
    ko: 'Dry-run의 리포트 검토, 격리 문서 처리 방침 확정',
  },
  migrated: {
    en: 'The migration (on staging) completed with exit code 0, or with 3 as agreed',
    ko: 'Stage 마이그레이션이 종료 코드 0(또는 합의된 3)으로 완료',
  },
  backup: {
    en: 'PostgreSQL and MongoDB are backed up, and restoring was tested',
    ko: 'PostgreSQL과 MongoDB 백업 완료, 복원 시험 완료',
  },
  verified: { en: 'Source and target were compared and agree', ko: '검증(verify) 통과' },
  downtime: { en: 'The downtime is announced and its window is fixed', ko: 'Downtime 공지 및 릴리즈 창 확정' },
  informed: { en: 'Operations and customer support are informed', ko: '운영팀/CS팀 사전 안내 완료' },
});

/** How far an item of the checklist was seen. */
export const CHECKLIST_STATES = labels('checklist.state', {
  seen: { en: 'seen', ko: '확인됨' },
  partly: { en: 'partly seen', ko: '일부 확인됨' },
  notSeen: { en: 'not seen', ko: '확인되지 않음' },
});

/** How a run has ended, as a heading. */
export const VERDICTS = labels('verdict.title', {
  verified: { en: 'Complete and verified', ko: '완료, 검증됨' },
  quarantined: { en: 'Complete and verified, with documents in quarantine', ko: '완료, 검증됨, 격리된 문서 있음' },
  different: { en: 'Source and target differ', ko: '원본과 대상이 다름' },
  incomplete: { en: 'Not complete', ko: '완료되지 않음' },
});

/** What a difference of the row comparison is. */
export const DIFFERENCES = labels('difference', {
  different: { en: 'different value', ko: '값이 다름' },
  missing: { en: 'missing in the target', ko: '대상에 없음' },
  unexpected: { en: 'only in the target', ko: '대상에만 있음' },
});

/** The platform’s queries, by the name of the shipped question. */
export const QUESTIONS = labels('question', {
  login: {
    en: 'Login by e-mail address in any case, with the password hash',
    ko: '대소문자와 관계없이 이메일로 로그인하는 사용자, 비밀번호 해시 포함',
  },
  'login-unknown': {
    en: 'Login by an unknown e-mail address finds no user',
    ko: '없는 이메일로는 아무도 로그인되지 않음',
  },
  'artist-page': {
    en: 'An artist with the profile’s user and the achievements in order',
    ko: '아티스트와 프로필의 사용자, 순서대로 나열한 업적',
  },
  'project-list': {
    en: 'A page of projects by status and end date, the earliest end first',
    ko: '상태와 종료일로 거른 프로젝트 목록의 한 페이지, 종료일이 빠른 순',
  },
  'funding-page': {
    en: 'A funding project with its rewards, its pledges, their sum, and how often each reward was chosen',
    ko: '펀딩 프로젝트와 리워드, 후원, 후원 합계, 리워드별 선택 횟수',
  },
  'funding-updates': {
    en: 'The latest updates of a funding project, newest first',
    ko: '펀딩 프로젝트의 최근 소식, 최신순',
  },
  'payment-by-order': {
    en: 'The payment of an order, with its payer and project',
    ko: '주문 번호로 찾은 결제와 결제자, 프로젝트',
  },
  'own-payments': {
    en: 'The first page of a user’s payments, newest first',
    ko: '사용자 본인의 결제 목록 첫 페이지, 최신순',
  },
});
