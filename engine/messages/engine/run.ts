import { message } from '../message.ts';

/** Why a run cannot begin. */
export const stageUnknown = message('stages.unknown', {
  en: 'Unknown stage {stages}: the plan’s stages are {known}.',
  ko: '알 수 없는 단계입니다: {stages}. 계획의 단계: {known}.',
});
export const earlierStagesIncomplete = message('stages.earlierIncomplete', {
  en: 'Stage {stage} needs the earlier stages complete in this target. Migrate these first: {missing}.',
  ko: '{stage} 단계는 이 대상에서 앞 단계가 완료되어 있어야 합니다. 먼저 마이그레이션할 단계: {missing}.',
});
export const namedNoStage = message('stages.namedNoStage', {
  en: 'gates or batchSize name {names}, which is neither a gate nor a stage: the stages are {stages}.',
  ko: 'gates나 batchSize의 {names}은(는) 관문도 단계도 아닙니다. 단계: {stages}.',
});
export const collectionNotMovable = message('source.collectionNotMovable', {
  en: '{collection} in {source} is a {kind}, not a collection: its documents cannot be moved.',
  ko: '{source}의 {collection}은(는) 컬렉션이 아니라 {kind}이므로 문서를 옮길 수 없습니다.',
});
export const noCollectionOfPlan = message('source.noCollectionOfPlan', {
  en: '{source} has none of the collections {collections}: is it the right database?',
  ko: '{source}에 {collections} 컬렉션이 하나도 없습니다. 올바른 데이터베이스인지 확인하십시오.',
});
export const runUnfinished = message('run.unfinished', {
  en: 'Run {run} is not finished: continue it with `npm run migrate:prisma`, then retry the quarantine.',
  ko: '실행 {run}이(가) 끝나지 않았습니다. `npm run migrate:prisma`로 이어서 진행한 다음 격리 문서를 다시 시도하십시오.',
});
export const nothingToRetry = message('run.nothingToRetry', {
  en: 'No quarantined document matches: there is nothing to retry.',
  ko: '조건에 맞는 격리 문서가 없어 다시 시도할 것이 없습니다.',
});
export const filledFromOtherSource = message('target.filledFromOtherSource', {
  en: 'This target was filled from another source ({source}, run {run}). Roll that run back, finalize it, or use an empty database.',
  ko: '이 대상은 다른 원본에서 채워졌습니다({source}, 실행 {run}). 그 실행을 롤백하거나 확정하거나, 빈 데이터베이스를 사용하십시오.',
});
export const otherFormat = message('plan.otherFormat', {
  en: 'Run {run} was written in format {format}; this build writes {own}.',
  ko: '실행 {run}은(는) 형식 {format}으로 기록되었지만 이 빌드의 형식은 {own}입니다.',
});
export const foreignRows = message('target.foreignRows', {
  en: 'Table "{table}" of the target holds rows that this tool did not write. Empty it, or migrate into another database.',
  ko: '대상의 "{table}" 테이블에 이 도구가 쓰지 않은 행이 있습니다. 비우거나 다른 데이터베이스로 마이그레이션하십시오.',
});
export const nothingToReconcile = message('run.nothingToReconcile', {
  en: 'No run has filled this target with all stages and without a limit: migrate to the end first, then reconcile.',
  ko: '모든 단계를 제한 없이 채운 실행이 없습니다. 먼저 끝까지 마이그레이션한 다음 변경분을 반영하십시오.',
});
export const reconciledByOtherPlan = message('plan.reconciledByOther', {
  en: 'Run {run} filled this target with other transforms of {stages} than this build has: reconcile with the build that filled it, or migrate into an empty target.',
  ko: '실행 {run}은(는) 이 빌드와 다른 {stages} 변환으로 이 대상을 채웠습니다. 채운 빌드로 반영하거나 빈 대상으로 마이그레이션하십시오.',
});
export const reconciliationUnfinished = message('run.reconciliationUnfinished', {
  en: 'A reconciliation of run {run} was interrupted: continue it with `mongo-to-prisma reconcile`.',
  ko: '실행 {run}의 변경분 반영이 중단되었습니다. `mongo-to-prisma reconcile`로 이어서 진행하십시오.',
});
export const sourceUnproved = message('source.unproved', {
  en: 'This worker reads {own}, which is not known to be the same platform as {wanted}, from which run {run} filled this target: everything that it does not hold would be deleted.',
  ko: '이 워커가 읽는 {own}은(는) 실행 {run}이 이 대상을 채운 {wanted}과(와) 같은 플랫폼인지 알 수 없습니다. 원본에 없는 데이터는 모두 지워지게 됩니다.',
});
export const sourceIsAnother = message('source.isAnother', {
  en: 'This worker reads {own}, which is not {wanted}, from which run {run} filled this target: everything that it does not hold would be deleted.',
  ko: '이 워커가 읽는 {own}은(는) 실행 {run}이 이 대상을 채운 {wanted}이(가) 아닙니다. 원본에 없는 데이터는 모두 지워지게 됩니다.',
});
export const oneBuildOnly = message('run.oneBuildOnly', {
  en: 'The workflow runs on a worker of another build than this step: keep workers of one build only, and start it again.',
  ko: '워크플로와 이 단계를 수행하는 워커의 빌드가 다릅니다. 한 빌드의 워커만 남기고 다시 시작하십시오.',
});

/** Who holds a target. */
export const leaseHeld = message('lease.held', {
  en: 'Workflow {workflow} (run {run}) holds this target. Let it end, abort it, or, if its Temporal is gone for good, run: mongo-to-prisma release',
  ko: '워크플로 {workflow}(실행 {run})이(가) 이 대상을 사용 중입니다. 끝날 때까지 기다리거나 중단하고, 그 Temporal이 완전히 없어졌다면 다음을 실행하십시오: mongo-to-prisma release',
});
export const leaseHeldElsewhere = message('lease.heldElsewhere', {
  en: 'Workflow {workflow} (run {run}) holds this target; its Temporal is {temporal}. Let it end, abort it, or, if its Temporal is gone for good, run: mongo-to-prisma release',
  ko: '워크플로 {workflow}(실행 {run})이(가) 이 대상을 사용 중입니다. 그 Temporal은 {temporal}입니다. 끝날 때까지 기다리거나 중단하고, 그 Temporal이 완전히 없어졌다면 다음을 실행하십시오: mongo-to-prisma release',
});
export const leaseHeldFirst = message('lease.heldFirst', {
  en: 'Run {run} of workflow {workflow} holds this target: let it end first.',
  ko: '워크플로 {workflow}의 실행 {run}이(가) 이 대상을 사용 중입니다. 먼저 끝나기를 기다리십시오.',
});
export const leaseHeldFirstElsewhere = message('lease.heldFirstElsewhere', {
  en: 'Run {run} of workflow {workflow} holds this target; its Temporal is {temporal}: let it end first.',
  ko: '워크플로 {workflow}의 실행 {run}이(가) 이 대상을 사용 중입니다. 그 Temporal은 {temporal}입니다. 먼저 끝나기를 기다리십시오.',
});
export const leaseJustTaken = message('lease.justTaken', {
  en: 'Another migration has just taken this target: see `mongo-to-prisma status`.',
  ko: '다른 마이그레이션이 방금 이 대상을 차지했습니다. `mongo-to-prisma status`를 확인하십시오.',
});

/** A late attempt. */
export const latePreflight = message('fenced.latePreflight', {
  en: 'The run of this workflow has already ended: a late attempt of its preflight stops.',
  ko: '이 워크플로의 실행이 이미 끝났으므로 늦은 사전 점검을 멈춥니다.',
});
export const partitionTakenOver = message('fenced.partition', {
  en: 'Stage {stage}, partition {partition}: a newer attempt has taken over; this one stops.',
  ko: '{stage} 단계, 파티션 {partition}: 더 새로운 시도가 넘겨받아 이 시도를 멈춥니다.',
});
export const runTakenOver = message('fenced.run', {
  en: 'The run was taken over, rolled back or ended, or a newer attempt runs; this one stops.',
  ko: '실행을 다른 쪽에서 넘겨받았거나 롤백하거나 끝냈거나, 더 새로운 시도가 있어 이 시도를 멈춥니다.',
});

/** The gate of every step: this worker has to be of the run. */
export const otherTarget = message('worker.otherTarget', {
  en: 'This worker writes to {own}, which is not the run’s target: set DATABASE_URL of the worker.',
  ko: '이 워커의 대상 {own}은(는) 실행의 대상이 아닙니다. 워커의 DATABASE_URL을 지정하십시오.',
});
export const targetWithoutRun = message('worker.targetWithoutRun', {
  en: 'This worker writes to {own}, which does not hold run {run}: set DATABASE_URL of the worker to the run’s target.',
  ko: '이 워커의 대상 {own}에 실행 {run}이(가) 없습니다. 워커의 DATABASE_URL을 실행의 대상으로 지정하십시오.',
});
export const scratchSchemaOf = message('worker.scratchSchemaOf', {
  en: '{target}, scratch schema {schema}',
  ko: '{target}, 임시 스키마 {schema}',
});
export const targetBroughtBack = message('worker.targetBroughtBack', {
  en: '{target} was restored to another state since the run began: the run cannot continue in it. Abort it.',
  ko: '실행이 시작된 뒤 {target}이(가) 다른 상태로 복원되어 실행을 계속할 수 없습니다. 중단하십시오.',
});
export const targetCopied = message('worker.targetCopied', {
  en: '{target}, is a copy: its side tables were written in {origin}.',
  ko: '{target}은(는) 복사본입니다. 보조 테이블은 {origin}에서 기록되었습니다.',
});
export const otherSource = message('worker.otherSource', {
  en: 'This worker reads {own}, but the run was started on {wanted}: set SOURCE_URI (or MONGODB_URI) of the worker.',
  ko: '이 워커의 원본은 {own}이지만 실행은 {wanted}에서 시작했습니다. 워커의 SOURCE_URI(또는 MONGODB_URI)를 지정하십시오.',
});
export const startedForTarget = message('worker.startedForTarget', {
  en: 'This worker writes to {own}, but the run was started for {wanted}: set DATABASE_URL of the worker.',
  ko: '이 워커의 대상은 {own}이지만 실행은 {wanted}을(를) 위해 시작했습니다. 워커의 DATABASE_URL을 지정하십시오.',
});
export const planChanged = message('plan.changed', {
  en: 'This worker’s transforms of {stages} are not those the run was begun with. Continue with workers of the old build and send resume, or send acceptPlanChange: it rolls back what the old transforms wrote and writes it again.',
  ko: '이 워커의 {stages} 변환이 실행을 시작할 때와 다릅니다. 이전 빌드의 워커로 계속하고 resume을 보내거나 acceptPlanChange를 보내십시오. acceptPlanChange는 이전 변환이 쓴 데이터를 롤백하고 다시 씁니다.',
});
export const stageNotInPlan = message('plan.stageMissing', {
  en: 'This worker’s plan has no stage {stage}: it is of another build.',
  ko: '이 워커의 계획에 {stage} 단계가 없습니다. 다른 빌드의 워커입니다.',
});
export const fieldKindUnknown = message('plan.fieldKindUnknown', {
  en: 'The model field {field} is a {kind}, which this tool cannot check yet.',
  ko: '모델 필드 {field}은(는) {kind}이며, 이 도구가 아직 확인할 수 없습니다.',
});

/** Rollbacks. */
export const rollbackObstructed = message('rollback.obstructed', {
  en: 'Stage {stage} cannot be rolled back: {why}. Rows that this tool did not write refer to rows that have to be deleted; delete them or drop their foreign key.',
  ko: '{stage} 단계를 롤백할 수 없습니다: {why}. 이 도구가 쓰지 않은 행이 지워야 할 행을 참조합니다. 그 행을 지우거나 외래 키를 제거하십시오.',
});
export const rowsWereChanged = message('rollback.rowsWereChanged', {
  en: '{documents} {documents|document|documents} of stage {stage} had rows changed since',
  ko: '{stage} 단계의 문서 {documents}건은 그 뒤에 행이 바뀌었습니다',
});
export const rowsCameFromOthers = message('rollback.rowsCameFromOthers', {
  en: '{rows} {rows|row|rows} of {table} came from others',
  ko: '{table} 테이블에 다른 곳에서 쓴 행이 {rows}개 있습니다',
});
export const objection = message('rollback.objection', { en: '{parts}.', ko: '{parts}.' });

/** Changes of the source, and conflicts over unique values. */
export const changesObstructed = message('sync.obstructed', {
  en: 'Stage {stage} cannot be brought up to date: {why}. Rows that this tool did not write refer to rows whose documents have left the source or can no longer move; delete them or drop their foreign key.',
  ko: '{stage} 단계를 최신으로 만들 수 없습니다: {why}. 이 도구가 쓰지 않은 행이, 원본에 없거나 더 이상 옮길 수 없는 문서의 행을 참조합니다. 그 행을 지우거나 외래 키를 제거하십시오.',
});
export const changesOfOtherDump = message('sync.otherDump', {
  en: 'Stage {stage}: {collection} {document} wants or holds a unique value, but is not in the dump or cannot move: the changes were not found in this dump. Find them again with it.',
  ko: '{stage} 단계: {collection} {document} 문서는 고유 값을 가지거나 요구하지만 덤프에 없거나 옮길 수 없습니다. 이 덤프에서 찾은 변경이 아니므로 이 덤프로 다시 찾으십시오.',
});
export const contenderGone = message('conflict.contenderGone', {
  en: 'Stage {stage}: {collection} {document} was read, but has left the source since or can no longer move. Stop the writes and roll back to {stage}.',
  ko: '{stage} 단계: {collection} {document} 문서를 읽었지만 그 뒤에 원본에서 없어졌거나 더 이상 옮길 수 없습니다. 쓰기를 멈추고 {stage} 단계로 롤백하십시오.',
});
export const uniqueNotReleased = message('run.uniqueNotReleased', {
  en: 'Stage {stage} cannot be reconciled: no value of the unique constraint {constraint} can be given free while other rows refer to its rows.',
  ko: '{stage} 단계는 대조할 수 없습니다. 다른 행이 참조하는 동안 고유 제약 조건 {constraint}의 값을 비워 둘 수 없습니다.',
});
