import type { FindingCode } from '../../document/findings/finding.ts';
import { POLICY_FINDINGS, type PolicyUse } from '../../document/findings/policy-codes.ts';
import type { RefusalCode } from '../../document/findings/refusal.ts';
import { REFERENCE_CHECKS, type ReferenceCheck } from '../../verify/references/reference-check.ts';
import type { TOTAL_NOTES } from '../../verify/totals/total.ts';

type Action = PolicyUse extends infer Use ? (Use extends `${string}=${infer One}` ? One : never) : never;

/** What a policy has done, in Korean. */
const ACTIONS_KO: Readonly<Record<Action, string>> = {
  strip: 'U+0000을 지웠습니다',
  replace: 'U+FFFD로 바꾸었습니다',
  map: '정책이 정한 값으로 바꾸었습니다',
  null: 'NULL로 저장했습니다',
  default: 'Mongoose 모델의 기본값이나 ID가 말하는 시각을 넣었습니다',
  clamp: '허용되는 가장 가까운 값으로 저장했습니다',
  round: '짝수 쪽으로 반올림했습니다',
  skip: '문서를 옮기지 않고 온전히 보관했습니다',
  suffix: '문서의 _id로 만든 접미사를 붙였습니다',
};

/** The meaning of a finding in Korean, or null for a code of another build. */
export function findingKo(code: string): string | null {
  if (code in FINDINGS_KO) return FINDINGS_KO[code as keyof typeof FINDINGS_KO];
  if (!(code in POLICY_FINDINGS)) return null;
  const [refusal, action] = code.split('=') as [RefusalCode, Action];
  return `정책 적용: ${REFUSALS_KO[refusal]}. ${ACTIONS_KO[action]}`;
}

/** What each finding means that no policy makes, in Korean; a code that is missing here breaks the build. */
const FINDINGS_KO: Readonly<Record<Exclude<FindingCode, PolicyUse>, string>> = {
  default: '값이 없거나 null이어서 Mongoose 모델의 기본값을 넣었습니다',
  cast: 'BSON 타입이 달라 Mongoose 모델의 방식대로 형 변환했습니다',
  setter: 'Mongoose 모델의 setter 규칙(소문자화, 공백 제거)에 따라 텍스트가 바뀌었습니다',
  tooLong: 'Mongoose 모델이 허용하는 길이를 넘지만 컬럼에는 전체를 저장했습니다',
  floatNoise: 'double의 반올림 오차로 컬럼의 소수 자릿수를 벗어나 반올림했습니다',
  subMillisecond: '밀리초보다 세밀한 시각이어서 그 아래를 잘랐습니다',
  dangling: '선택 참조가 가리키는 문서가 없어 NULL로 저장했습니다',
  referenceType: '선택 참조가 참조로 쓸 수 없는 타입이어서 NULL로 저장했습니다',
  referenceElsewhere: '선택 참조인 DBRef가 다른 컬렉션이나 데이터베이스를 가리켜 NULL로 저장했습니다',
  referenceForm: '텍스트, DBRef, 내장 객체로 적힌 참조를 표준 형태로 바꾸었습니다',
  emptyText: '고유해야 하는 컬럼에 빈 텍스트가 있어 NULL로 저장했습니다',
  nullElement: '배열의 null 원소를 제외했습니다',
  notAnArray: '배열이어야 할 자리에 단일 값이 있어 원소가 하나인 배열로 저장했습니다',
  withoutId: '하위 문서에 _id가 없어 위치로 ID를 만들었습니다',
  repeatedId: '한 배열의 두 하위 문서가 같은 _id를 가집니다',
  sharedId: '다른 문서의 하위 문서가 이 문서의 하위 문서와 같은 _id를 가집니다',
  repeatedNumber: '한 프로젝트 안에서 작업 또는 마일스톤 번호가 중복됩니다',
  unknownField: 'Mongoose 모델에 없는 필드를 남은 값으로 보관했습니다',
  jsonForm:
    'JSON으로는 값의 정확한 BSON(64비트 정수, 정수인 double, −0, 두 번 나오는 이름)을 나타낼 수 없어 원래 값을 함께 보관했습니다',
  fromId: '시각이 없어 ObjectId의 시각을 사용했습니다',
  fromCreatedAt: 'updatedAt이 없어 createdAt을 사용했습니다',
  dateOrder: '종료일이 시작일보다 앞섭니다',
  sumMismatch: '서로 맞아야 할 금액이 맞지 않습니다',
  notNormalised: '다른 문서가 유니코드 정규화 형식만 다른 같은 고유 텍스트를 가집니다',
};

/** Why a document is in quarantine, in Korean. */
export const REFUSALS_KO: Readonly<Record<RefusalCode, string>> = {
  invalidBson: 'BSON 자체가 손상되었습니다',
  invalidUtf8: '텍스트가 올바른 UTF-8이 아닙니다',
  repeatedField: '한 객체에 같은 필드 이름이 두 번 있습니다',
  loneSurrogate: '텍스트에 짝이 없는 UTF-16 서로게이트가 있습니다',
  nul: '텍스트에 PostgreSQL이 저장할 수 없는 U+0000이 있습니다',
  required: '필수 필드가 없거나 null이거나 비어 있습니다',
  enum: '허용된 값이 아닙니다',
  min: 'Mongoose 모델의 최솟값보다 작습니다',
  max: 'Mongoose 모델의 최댓값보다 큽니다',
  rule: 'Mongoose 모델의 규칙을 어깁니다',
  cast: 'Mongoose 모델이 변환할 수 없는 타입입니다',
  bsonType: '어떤 컬럼에도 담을 수 없는 BSON 타입입니다',
  tooDeep: 'JSON 컬럼에 담을 수 없을 만큼 깊이 중첩된 값입니다',
  notFinite: '숫자가 NaN이거나 무한대입니다',
  moneyScale: '금액의 소수 자릿수가 두 자리를 넘습니다',
  decimalScale: '소수 자릿수가 컬럼보다 많습니다',
  numberRange: '숫자가 컬럼의 범위를 벗어납니다',
  notInteger: '정수 컬럼인데 소수부가 있습니다',
  invalidDate: '날짜가 잘못되었거나 PostgreSQL의 범위를 벗어납니다',
  ambiguousDate: '숫자나 텍스트만으로는 어느 시각인지 알 수 없습니다',
  noTime: '시각이 없고 ObjectId나 문서에서도 알아낼 수 없습니다',
  dangling: '필수 참조가 가리키는 문서가 없습니다',
  referenceType: '필수 참조가 참조로 쓸 수 없는 타입입니다',
  referenceElsewhere: '필수 참조인 DBRef가 다른 컬렉션이나 데이터베이스를 가리킵니다',
  cascade: '필수 참조가 가리키는 문서가 격리되어 있습니다',
  duplicate: '고유해야 하는 값이 같은 문서 중 _id가 더 작은 문서가 있습니다',
  contested: '고유해야 하는 값이 같은 문서가 있어 단계가 끝날 때 정리합니다',
  refused: '데이터베이스가 행을 거부했습니다',
  policy: '정책에 따라 이 발견 사항이 있는 문서를 격리합니다',
};

/** What is looked for among references, in Korean. */
export const REFERENCES_KO: Readonly<Record<ReferenceCheck['what'], string>> = {
  orphans: '없는 행을 참조하는 행',
  unmapped: 'ID 맵에 항목이 없는 행',
  rowless: '행이 없는 ID 맵 항목',
  misplaced: 'ID 맵과 다른 문서에 속한 행',
  lost: 'ID 맵에 없는, 옮겨진 문서의 하위 문서',
  misled: '원본 값이 ID 맵을 거쳐 가리키는 행과 다른 행을 참조하는 행',
};

/** How a figure came about, in Korean. */
export const NOTES_KO: Readonly<Record<keyof typeof TOTAL_NOTES, string>> = {
  rounded: '원본은 double을 더하면서 반올림 오차가 생기므로, 컬럼의 소수 자릿수로 반올림한 뒤 비교했습니다',
  withoutQuarantined: '원본의 합계가 숫자가 아니므로(NaN 또는 무한대), 격리된 문서를 뺀 합계를 기대값으로 삼았습니다',
};

/** Of a run that is whole. */
const WHOLE: readonly (readonly [en: string, ko: string])[] = [
  [
    'Everything outside quarantine is in the target, and it was compared and agrees.',
    '격리된 문서를 제외한 모든 데이터가 대상에 있으며, 비교한 결과 일치합니다.',
  ],
  [
    'Everything is in the target, and it was compared and agrees.',
    '모든 데이터가 대상에 있으며, 비교한 결과 일치합니다.',
  ],
  [
    'Everything chosen and outside quarantine is in the target, and it was compared and agrees.',
    '선택한 것 중 격리된 문서를 제외한 모든 데이터가 대상에 있으며, 비교한 결과 일치합니다.',
  ],
  [
    'Everything chosen is in the target, and it was compared and agrees.',
    '선택한 모든 데이터가 대상에 있으며, 비교한 결과 일치합니다.',
  ],
];

/** Sentences of the facts as English texts with places to fill in, each beside its Korean. */
const SENTENCES: readonly (readonly [en: string, ko: string])[] = [
  // engine/verdict/ and engine/run/end-run.ts
  ['Source and target do not agree.', '원본과 대상이 일치하지 않습니다.'],
  ['The run has not finished its work.', '실행이 아직 끝나지 않았습니다.'],
  ...WHOLE,
  ...WHOLE.map(([en, ko]) => [`${en} The run has not ended yet.`, `${ko} 실행은 아직 끝나지 않았습니다.`] as const),
  ['{n} document is in quarantine.', '격리된 문서가 {n}건 있습니다.'],
  ['{n} documents are in quarantine.', '격리된 문서가 {n}건 있습니다.'],
  ['Stage {stage}: {n} of {all} partitions are copied.', '{stage} 단계: 파티션 {all}개 중 {n}개를 복사했습니다.'],
  [
    'Stage {stage}: {n} of {all} partitions are compared row by row.',
    '{stage} 단계: 파티션 {all}개 중 {n}개의 행을 비교했습니다.',
  ],
  ['Stage {stage}: counts and sums have not been compared.', '{stage} 단계: 건수와 합계를 아직 비교하지 않았습니다.'],
  ['Stage {stage}: {n} document waits to be settled.', '{stage} 단계: 정리를 기다리는 문서가 {n}건 있습니다.'],
  ['Stage {stage}: {n} documents wait to be settled.', '{stage} 단계: 정리를 기다리는 문서가 {n}건 있습니다.'],
  ['Stage {stage}: {n} × {kind} in the row comparison.', '{stage} 단계: 행 비교에서 {kind} {n}건이 나왔습니다.'],
  [
    'Stage {stage}: {what} of {path} should be {expected} in {place}, and PostgreSQL has {found}.',
    '{stage} 단계: {path}의 {what} 값은 {place}에서 {expected}이어야 하지만 PostgreSQL의 값은 {found}입니다.',
  ],
  ['Stage {stage}: references have not been checked.', '{stage} 단계: 참조를 아직 확인하지 않았습니다.'],
  ['The run has failed before its end.', '실행이 끝나기 전에 실패했습니다.'],
  ['The run was aborted before its end.', '실행이 끝나기 전에 중단되었습니다.'],
  ['The run was given up for another one.', '다른 실행을 위해 이 실행을 포기했습니다.'],
  ['Stage {stage}: it was not planned what is to be copied.', '{stage} 단계: 복사할 범위를 아직 나누지 않았습니다.'],
  [
    'Stage {stage}: it was not planned what is to be compared row by row.',
    '{stage} 단계: 행을 비교할 범위를 아직 나누지 않았습니다.',
  ],
  [
    'Stage {stage}: {all} partitions were planned to be copied, and {n} are there.',
    '{stage} 단계: 복사할 파티션을 {all}개로 나누었지만 {n}개가 있습니다.',
  ],
  [
    'Stage {stage}: {all} partitions were planned to be compared row by row, and {n} are there.',
    '{stage} 단계: 행을 비교할 파티션을 {all}개로 나누었지만 {n}개가 있습니다.',
  ],
  [
    'Stage {stage}: documents that want the same unique value have not been settled.',
    '{stage} 단계: 같은 고유 값을 가지려는 문서를 아직 정리하지 않았습니다.',
  ],
  [
    'Stage {stage}: {n} change has not been brought over and compared.',
    '{stage} 단계: 반영하고 비교할 변경이 {n}건 남았습니다.',
  ],
  [
    'Stage {stage}: {n} changes have not been brought over and compared.',
    '{stage} 단계: 반영하고 비교할 변경이 {n}건 남았습니다.',
  ],
  [
    'Stage {stage}: {all} documents were read, but {written} written, {skipped} there before, {held} in quarantine and {omitted} left out.',
    '{stage} 단계: 문서 {all}건을 읽었지만 {written}건을 쓰고 {skipped}건은 이미 있었으며 {held}건을 격리하고 {omitted}건을 제외했습니다.',
  ],
  [
    'Stage {stage}: {n} of {all} documents were compared row by row.',
    '{stage} 단계: 문서 {all}건 중 {n}건의 행을 비교했습니다.',
  ],
  [
    'Stage {stage}: it, or a stage that it refers to, was written after totals and references were compared.',
    '{stage} 단계: 이 단계나 이 단계가 참조하는 단계에 합계와 참조를 비교한 뒤 쓰기가 있었습니다.',
  ],
  [
    'Stage {stage}: the source has no collection {collection}, and nobody has confirmed that.',
    '{stage} 단계: 원본에 {collection} 컬렉션이 없으며 아무도 이를 확인하지 않았습니다.',
  ],
  [
    'The source has no collection {collection}, which somebody has confirmed.',
    '원본에 {collection} 컬렉션이 없으며 이를 확인한 사람이 있습니다.',
  ],
  ...Object.entries(REFERENCE_CHECKS).map(
    ([what, meaning]) =>
      [
        `Stage {stage}: {place}: {n} of {all} are ${meaning}.`,
        `{stage} 단계: {place}에서 {all}건 중 {n}건이 ${REFERENCES_KO[what as ReferenceCheck['what']]}입니다.`,
      ] as const,
  ),
  // workflows/state/message-rules.ts, workflows/state/run-state.ts, workflows/steps/rollback.ts and workflows/flow.ts
  ['the run is rolling back to {stage}', '{stage} 단계로 롤백하는 중입니다'],
  [
    'retryQuarantine takes nothing, or {"stage": "…"}, {"code": "…"}, or both',
    'retryQuarantine에는 아무것도 지정하지 않거나 {"stage": "…"}, {"code": "…"} 중 하나 또는 둘 다 지정합니다',
  ],
  ['code is a reason, such as "required"', 'code에는 "required"와 같은 격리 사유를 지정합니다'],
  ['nothing is in quarantine', '격리된 문서가 없습니다'],
  ['nothing of stage {stage} is in quarantine', '{stage} 단계에는 격리된 문서가 없습니다'],
  ['no document in quarantine matches', '조건에 맞는 격리 문서가 없습니다'],
  ['that is to be retried already', '이미 다시 시도하도록 지정되어 있습니다'],
  ['the run is complete', '실행이 이미 완료되었습니다'],
  ['the run is aborted', '실행이 이미 중단되었습니다'],
  ['the run is failed', '실행이 이미 실패했습니다'],
  ['the run is complete but for its last step', '실행이 마지막 단계만 남아 있습니다'],
  ['the run is being aborted', '실행을 중단하는 중입니다'],
  ['the run will pause after the rollback already', '롤백 뒤에 일시 정지하도록 이미 지정되어 있습니다'],
  ['the run is taking over the changed plan', '변경된 계획을 적용하는 중입니다'],
  ['the run is paused or pausing already', '이미 일시 정지되었거나 정지하는 중입니다'],
  ['paused by the operator', '운영자가 일시 정지했습니다'],
  ['the run is rolling back and will go on by itself', '롤백 중이며 끝나면 저절로 이어서 진행합니다'],
  ['the run is neither paused nor blocked', '일시 정지되거나 차단된 상태가 아닙니다'],
  ['gate {gate} waits for approve', '{gate} 관문이 승인을 기다리고 있습니다'],
  ['the run is rolling back to {stage} already', '이미 {stage} 단계로 롤백하는 중입니다'],
  ['there is no stage {stage} in this run', '이 실행에 {stage} 단계는 없습니다'],
  ['then is "rerun" or "pause"', 'then은 "rerun" 또는 "pause"여야 합니다'],
  ['force is true or false', 'force는 true 또는 false여야 합니다'],
  [
    'stage {stage} has not been reached: there is nothing to roll back',
    '{stage} 단계는 아직 시작되지 않아 롤백할 것이 없습니다',
  ],
  [
    'abort takes {"rollback": true} or {"rollback": false}',
    'abort에는 {"rollback": true} 또는 {"rollback": false}를 지정합니다',
  ],
  ['the run is being aborted already', '이미 중단하는 중입니다'],
  ['the run is not blocked by a changed plan', '변경된 계획 때문에 차단된 상태가 아닙니다'],
  ['approve names a gate', 'approve에는 관문 이름이 필요합니다'],
  [
    'a reconciliation cannot be rolled back: it has written over rows that an earlier run made; bring the target back with `mongo-to-prisma restore`, or abort without rollback and reconcile again',
    '변경분 반영은 롤백할 수 없습니다: 이전 실행이 만든 행을 고쳐 썼습니다. `mongo-to-prisma restore`로 대상을 되돌리거나, 롤백 없이 중단한 뒤 다시 반영하십시오',
  ],
  [
    'a reconciliation tries the quarantine again by itself; its stages are not copied',
    '변경분 반영은 격리된 문서를 스스로 다시 시도하며, 단계를 복사하지 않습니다',
  ],
  ['there is no gate {gate}', '{gate} 관문은 없습니다'],
  ['gate {gate} is approved already', '{gate} 관문은 이미 승인되었습니다'],
  ['a batch holds 1 to 10000 documents', '배치 크기는 1에서 10000 사이여야 합니다'],
  ['parallelism is 1 to 64', '병렬 수는 1에서 64 사이여야 합니다'],
  [
    'setThrottle takes {"documentsPerSecond": …, "maxLatency": …}, or nothing',
    'setThrottle에는 {"documentsPerSecond": …, "maxLatency": …}를 지정하거나 아무것도 지정하지 않습니다',
  ],
  [
    'paused after the rollback to {stage}; documents of earlier runs stay: {documents} (with {"includeEarlier": true} they go, too)',
    '{stage} 단계로 롤백한 뒤 일시 정지했습니다. 이전 실행이 옮긴 문서는 남아 있습니다: {documents} ({"includeEarlier": true}를 지정하면 함께 지웁니다)',
  ],
  ['paused after the rollback to {stage}', '{stage} 단계로 롤백한 뒤 일시 정지했습니다'],
  ['rolling back to {stage}', '{stage} 단계로 롤백합니다'],
  ['aborting with rollback', '롤백하면서 중단합니다'],
  ['aborting', '중단합니다'],
  [
    'Gate {gate} waits for an approval: send approve with {"gate": "{same}"}.',
    '{gate} 관문이 승인을 기다립니다. approve에 {"gate": "{same}"}를 지정해 보내십시오.',
  ],
  [
    'Gate {gate} waits for an approval: {task} Then send approve with {"gate": "{same}"}.',
    '{gate} 관문이 승인을 기다립니다. 할 일: {task} 그다음 approve에 {"gate": "{same}"}를 지정해 보내십시오.',
  ],
  [
    'Smoke tests: other answers to {names}, which somebody has approved.',
    'Smoke 테스트: {names} 질문의 응답이 다르며, 그대로 진행하도록 승인되었습니다.',
  ],
  ['Smoke tests: other answers to {names}.', 'Smoke 테스트: {names} 질문의 응답이 다릅니다.'],
  [
    'The user who logs in with an e-mail address in any case, with the same password hash',
    '대소문자와 관계없이 이메일로 로그인하는 사용자, 비밀번호 해시 포함',
  ],
  ['An e-mail address that nobody has logs nobody in', '없는 이메일로는 아무도 로그인되지 않음'],
  [
    'An artist with the user behind the profile and the achievements in their order',
    '아티스트와 프로필의 사용자, 순서대로 나열한 업적',
  ],
  [
    'A page of the projects of a status that end from a day on, those that end soonest first',
    '상태와 종료일로 거른 프로젝트 목록의 한 페이지, 종료일이 빠른 순',
  ],
  [
    'A funding project with its rewards, its pledges, their sum, and how often each reward was chosen',
    '펀딩 프로젝트와 리워드, 후원, 후원 합계, 리워드별 선택 횟수',
  ],
  ['The newest updates of a funding project, the newest first', '펀딩 프로젝트의 최근 소식, 최신순'],
  ['The payment of an order, with who paid and for which project', '주문 번호로 찾은 결제와 결제자, 프로젝트'],
  ['The first page of what a user has paid, the newest first', '사용자 본인의 결제 목록 첫 페이지, 최신순'],
];

const PLACE = /\\\{(\w+)\\\}/g;
const patterns = SENTENCES.map(([en, ko]) => {
  const escaped = en.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(PLACE, '(?<$1>.+?)');
  return { pattern: new RegExp(`^${escaped}$`, 's'), ko };
});

/** The Korean of a sentence that the facts hold; null when it is none of ours, like an operator's own words. */
export function koreanSentence(en: string): string | null {
  for (const { pattern, ko } of patterns) {
    const groups = pattern.exec(en)?.groups;
    if (pattern.test(en)) return ko.replace(/\{(\w+)\}/g, (place, name: string) => groups?.[name] ?? place);
  }
  return null;
}
