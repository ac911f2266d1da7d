import { message } from '../message.ts';

/** Why a policy cannot hold: `{policy}` is where it is declared, the others are what is wrong with it. */
export const policyWrong = message('policy.wrong', { en: 'Policy {policy}: {why}.', ko: '정책 {policy}: {why}.' });
export const policyWrongAt = message('policy.wrongAt', {
  en: 'Policy {policy} at {path}: {why}.',
  ko: '{path}의 정책 {policy}: {why}.',
});
export const policiesOfNoStage = message('policy.noStage', {
  en: 'Policies of {stage}: the plan’s stages are {stages}.',
  ko: '{stage}의 정책: 계획의 단계는 {stages}입니다.',
});
export const noSuchFinding = message('policy.noSuchFinding', {
  en: 'there is no finding {finding}',
  ko: '{finding} 발견 사항은 없습니다',
});
export const findingIsPolicy = message('policy.findingIsPolicy', {
  en: '{finding} is a policy itself; leave it out instead',
  ko: '{finding}은(는) 그 자체가 정책입니다. 대신 그 정책을 빼십시오',
});
export const findingComesLate = message('policy.findingComesLate', {
  en: '{finding} is reported after the documents of the stage have moved',
  ko: '{finding}은(는) 단계의 문서를 옮긴 뒤에 보고됩니다',
});
export const noSuchRefusal = message('policy.noSuchRefusal', {
  en: 'there is no such refusal',
  ko: '그런 격리 사유는 없습니다',
});
export const actionsAre = message('policy.actionsAre', {
  en: 'what can be done is {actions}',
  ko: '할 수 있는 조치: {actions}',
});
export const pathNeedsStage = message('policy.pathNeedsStage', {
  en: 'a path belongs to a stage: declare it under `stages`',
  ko: '경로는 단계에 속하므로 `stages` 아래에 선언하십시오',
});
export const noSuchField = message('policy.noSuchField', {
  en: 'the model has no such field',
  ko: '모델에 그런 필드가 없습니다',
});
export const noFieldTakesIt = message('policy.noFieldTakesIt', {
  en: 'no field can take it',
  ko: '적용할 수 있는 필드가 없습니다',
});
export const fieldCannotTakeIt = message('policy.fieldCannotTakeIt', {
  en: 'the field cannot take it',
  ko: '그 필드에는 적용할 수 없습니다',
});
export const notAllowedByModel = message('policy.notAllowedByModel', {
  en: 'the model does not allow {values}',
  ko: '모델이 {values} 값을 허용하지 않습니다',
});
export const allowedAlready = message('policy.allowedAlready', {
  en: 'the model allows {values} already',
  ko: '모델이 {values} 값을 이미 허용합니다',
});
export const noUniqueConstraint = message('policy.noUniqueConstraint', {
  en: 'no unique constraint is on it',
  ko: '고유 제약 조건이 없습니다',
});
export const suffixNeedsText = message('policy.suffixNeedsText', {
  en: 'only a unique text can get a suffix',
  ko: '접미사는 고유한 텍스트에만 붙일 수 있습니다',
});

/** A field of a document that the plan has most likely forgotten; `{document}` is an ObjectId or a row. */
export const fieldHasHome = message('plan.fieldHasHome', {
  en: 'Stage {stage}, {collection} {document}: the plan does not know the field {path}, yet {table} has a column {column}. Map the field to the column, or list it in `skips` of the stage with a reason; then resume.',
  ko: '{stage} 단계, {collection} {document}: 계획에 {path} 필드가 없는데 {table} 테이블에는 {column} 열이 있습니다. 필드를 열에 매핑하거나 단계의 `skips`에 이유와 함께 적은 다음 resume을 보내십시오.',
});

/** What a plan says and its models, its target or another stage contradicts. `{nearest}` is `plan.didYouMean`, or nothing. */
export const stageWrong = message('plan.stageWrong', { en: 'Stage {stage}: {why}.', ko: '{stage} 단계: {why}.' });
export const didYouMean = message('plan.didYouMean', {
  en: ' (did you mean {name}?)',
  ko: ' ({name}을(를) 뜻하셨습니까?)',
});
export const noSuchModel = message('plan.noSuchModel', {
  en: 'the Prisma schema has no model {table}{nearest}',
  ko: 'Prisma 스키마에 {table} 모델이 없습니다{nearest}',
});
export const noSuchColumn = message('plan.noSuchColumn', {
  en: 'the model {table} has no column {column}{nearest}',
  ko: '{table} 모델에 {column} 열이 없습니다{nearest}',
});
export const tableNotFilled = message('plan.tableNotFilled', {
  en: 'it declares {table}.{column}, but its tables do not include {table}',
  ko: '{table}.{column}을(를) 선언했지만 tables에 {table}이(가) 없습니다',
});
export const childTableNotFilled = message('plan.childTableNotFilled', {
  en: 'the elements of {path} become rows of {table}, but its tables do not include {table}',
  ko: '{path}의 요소가 {table}의 행이 되지만 tables에 {table}이(가) 없습니다',
});
export const keyNotUuid = message('plan.keyNotUuid', {
  en: 'the primary key of {table} is not one column of type uuid (`String @id @db.Uuid`)',
  ko: '{table}의 기본 키가 uuid 타입의 열 하나(`String @id @db.Uuid`)가 아닙니다',
});
export const noSuchPath = message('plan.noSuchPath', {
  en: 'its Mongoose model has no path {path}{nearest}',
  ko: 'Mongoose 모델에 {path} 경로가 없습니다{nearest}',
});
export const refersToLaterStage = message('plan.refersToLaterStage', {
  en: 'its reference {path} leads to stage {to}, which is not moved before it: it would become NULL. Move {to} first',
  ko: '참조 {path}가 가리키는 {to} 단계가 먼저 옮겨지지 않아 NULL이 됩니다. {to} 단계를 앞에 두십시오',
});
export const noSuchStageOfReference = message('plan.noSuchStageOfReference', {
  en: 'its reference {path} leads to {to}, which no stage writes to the ID map{nearest}',
  ko: '참조 {path}가 가리키는 {to}을(를) ID 맵에 쓰는 단계가 없습니다{nearest}',
});
export const numberOutOfRange = message('plan.numberOutOfRange', {
  en: 'its collectionNumber is not a whole number from 0 to {most}',
  ko: 'collectionNumber가 0부터 {most}까지의 정수가 아닙니다',
});
export const saidTwice = message('plan.saidTwice', {
  en: 'Two stages have the {what} {value}.',
  ko: '두 단계의 {what}이(가) {value}(으)로 같습니다.',
});
export const idMapOrderDiffers = message('plan.idMapOrderDiffers', {
  en: 'idMapOrder has to list every collection of the ID map once: missing [{missing}], needless [{needless}].',
  ko: 'idMapOrder는 ID 맵의 모든 컬렉션을 한 번씩 담아야 합니다. 빠진 것 [{missing}], 불필요한 것 [{needless}].',
});
