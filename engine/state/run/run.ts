import { createHash } from 'node:crypto';
import { LeaseHeld, TargetUnfit } from '../../common/errors.ts';
import { stableJson } from '../../document/json.ts';
import { leaseJustTaken } from '../../messages/engine/run.ts';
import { olderLayout } from '../../messages/engine/target.ts';
import { isStrict } from '../../plan/policy/policies.ts';
import type { Plan, Stage } from '../../plan/stage.ts';
import type { SourceIdentity } from '../../source/source.ts';
import type { Query } from '../../target/query.ts';
import { databaseRefusal, type Execute, type Target } from '../../target/target.ts';
import { shutOut } from './checkpoint.ts';
import { isSelective, type RunOptions, runOptionsOf } from './run-options.ts';
import { fenced, type Touch, type Writer, writeRun } from './run-writer.ts';
import { inWords, readVerdict, type Verdict } from './verdict.ts';

/** Version of what checkpoints and ID map mean; a build refuses to go on over another one's. */
export const FORMAT_VERSION = 1;

export type RunState = 'running' | 'blocked' | 'complete' | 'failed' | 'aborted' | 'superseded';

/** A run as its row tells it. */
export interface Run extends Origin {
  readonly id: string;
  readonly workflowId: string;
  readonly workflowRunId: string;
  readonly namespaceId: string;
  readonly plan: string;
  readonly formatVersion: number;
  readonly options: RunOptions;
  readonly sourceFingerprint: string;
  readonly sourceLabel: string;
  readonly lease: boolean;
  readonly state: RunState;
  readonly epoch: number;
  readonly verdict: Verdict | null;
  readonly transformHashes: Readonly<Record<string, string>>;
}

/** What a run was begun on and with; null in runs of older builds. */
export interface Origin {
  readonly sourceIdentity: SourceIdentity | null;
  readonly planDigests: Readonly<Record<string, string>> | null;
  /** Where the Temporal is that the workflow runs in, in words. */
  readonly temporal: string | null;
}

const COLUMNS = `id, workflow_id, workflow_run_id, namespace_id, plan, format_version, options, source_fingerprint,
  source_label, lease, state, epoch, transform_hashes, source_identity, plan_digests, temporal, verdict`;

function runOf(row: readonly (string | null)[]): Run {
  const verdict = readVerdict(row[16] ?? null);
  return {
    id: row[0]!,
    workflowId: row[1]!,
    workflowRunId: row[2]!,
    namespaceId: row[3]!,
    plan: row[4]!,
    formatVersion: Number(row[5]),
    options: runOptionsOf(row[6]!),
    sourceFingerprint: row[7]!,
    sourceLabel: row[8]!,
    lease: row[9] !== null,
    state: row[10] as RunState,
    epoch: Number(row[11]),
    transformHashes: JSON.parse(row[12]!),
    sourceIdentity: JSON.parse(row[13] ?? 'null'),
    planDigests: JSON.parse(row[14] ?? 'null'),
    temporal: row[15] ?? null,
    verdict: verdict && inWords(verdict),
  };
}

const ABSENT_COLUMN = '42703';

/** @throws TargetUnfit when the side tables are an older build's */
async function known<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (databaseRefusal(error)?.sqlstate !== ABSENT_COLUMN) throw error;
    throw new TargetUnfit(olderLayout());
  }
}

/** Whether the target has the side tables: without them nothing was migrated yet, or the migration was finalized. */
export async function hasSideTables(query: Query): Promise<boolean> {
  const [row] = await query(`SELECT (to_regclass('migration_run') IS NOT NULL)::text`, []);
  return row![0] === 'true';
}

/** The run that holds the target, or null. */
export async function leaseHolder(query: Query): Promise<Pick<Run, 'id' | 'workflowId' | 'temporal'> | null> {
  // By name in JSON, since a target of an older layout has no such column.
  const [row] = await query(
    `SELECT id, workflow_id, to_jsonb(run) ->> 'temporal' FROM migration_run AS run WHERE lease IS NOT NULL`,
    [],
  );
  return row === undefined ? null : { id: row[0]!, workflowId: row[1]!, temporal: row[2] ?? null };
}

/** All runs of the target, the newest first. @throws TargetUnfit when its side tables are an older build's */
export async function readRuns(query: Query): Promise<Run[]> {
  const rows = await known(query(`SELECT ${COLUMNS} FROM migration_run ORDER BY started_at DESC, id`, []));
  return rows.map(runOf);
}

/** @throws TargetUnfit when the side tables are an older build's */
export async function readRun(query: Query, id: string): Promise<Run | null> {
  const [row] = await known(query(`SELECT ${COLUMNS} FROM migration_run WHERE id = $1::uuid`, [id]));
  return row === undefined ? null : runOf(row);
}

/**
 * Writes a new run that holds the target.
 * @throws LeaseHeld when another run took the target in this very moment
 */
export async function insertRun(
  touch: Touch,
  run: Omit<Run, 'lease' | 'state' | 'epoch' | 'formatVersion' | 'verdict' | keyof Origin> & Partial<Origin>,
): Promise<void> {
  await heldBy(
    touch(
      `INSERT INTO migration_run (id, workflow_id, workflow_run_id, namespace_id, plan, format_version, options,
         source_fingerprint, source_label, lease, state, epoch, transform_hashes, source_identity, plan_digests, temporal)
       VALUES ($1::text::uuid, $2, $3, $4, $5, $6::int, $7::text::jsonb, $8, $9, 'target', 'running', 1, $10::text::jsonb,
         nullif($11::text::jsonb, 'null'), nullif($12::text::jsonb, 'null'), $13)`,
      run.id,
      run.workflowId,
      run.workflowRunId,
      run.namespaceId,
      run.plan,
      FORMAT_VERSION,
      JSON.stringify(run.options),
      run.sourceFingerprint,
      run.sourceLabel,
      JSON.stringify(run.transformHashes),
      JSON.stringify(run.sourceIdentity ?? null),
      JSON.stringify(run.planDigests ?? null),
      run.temporal ?? null,
    ),
  );
}

/**
 * Hands a run that nobody holds to a workflow and raises its epoch, so that nothing of the old one can commit any more.
 * @param work what belongs to it, in the same transaction
 * @returns the new epoch
 * @throws LeaseHeld; Fenced when the run is not as it was read any more
 */
export function adoptRun(
  target: Target,
  run: Pick<Run, 'id' | 'epoch'>,
  by: Pick<Run, 'workflowId' | 'workflowRunId' | 'namespaceId'> & Partial<Pick<Origin, 'temporal'>>,
  work: (execute: Execute) => Promise<unknown> = async () => {},
): Promise<number> {
  const why = `adoption:${by.workflowRunId}` as const;
  return raiseEpoch(target, { runId: run.id, epoch: run.epoch }, why, async (execute, epoch) => {
    await shutOut(execute, run.id, epoch);
    await heldBy(
      execute(
        `UPDATE migration_run SET workflow_id = $2, workflow_run_id = $3, namespace_id = $4, temporal = $5,
           lease = 'target', state = 'running', ended_at = NULL, verdict = NULL
         WHERE id = $1::text::uuid`,
        ...[run.id, by.workflowId, by.workflowRunId, by.namespaceId, by.temporal ?? null],
      ),
    );
    await work(execute);
  });
}

async function heldBy<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (databaseRefusal(error)?.sqlstate !== '23505') throw error;
    throw new LeaseHeld(leaseJustTaken());
  }
}

/** Notes a stage's state and when it was first reached; a stage that is pending again has reached nothing. @throws Fenced */
export function noteStage(touch: Touch, writer: Writer, stage: string, state: string): Promise<void> {
  return writeRun(
    touch,
    writer,
    `stages.${stage}`,
    `stages = stages || jsonb_build_object($5::text, CASE
       WHEN $6::text = 'pending' THEN jsonb_build_object('state', 'pending')
       ELSE jsonb_build_object($6::text, now()) || coalesce(stages -> $5, '{}') || jsonb_build_object('state', $6::text) END)`,
    ...[stage, state],
  );
}

/** What an epoch was raised for; with the epoch from which it was raised it tells whoever repeats it that it is done. */
export type Raise = `adoption:${string}` | 'rollback' | 'retry' | `end:${RunState}`;

/**
 * Raises a run's epoch by one, with what belongs to it in the same transaction: nothing of an older epoch can write to
 * the run's row any more. Repeated, it finds that it has been done; a late attempt of it changes nothing.
 * @param run with the epoch from which it is raised
 * @param transact other than as a transaction of Prisma's: see `longWrite`
 * @returns the new epoch
 * @throws Fenced when somebody else has raised it
 */
export async function raiseEpoch(
  target: Target,
  run: { readonly runId: string; readonly epoch: number },
  why: Raise,
  work: (execute: Execute, epoch: number) => Promise<void>,
  transact: <T>(work: (execute: Execute) => Promise<T>) => Promise<T> = target.transaction,
): Promise<number> {
  const epoch = run.epoch + 1;
  const isTaken = await transact(async (execute) => {
    if (!(await takeEpoch(execute, run.runId, run.epoch, why))) return false;
    await work(execute, epoch);
    return true;
  });
  if (isTaken) return epoch;
  const stands = await readRaise(target.query, run.runId);
  if (stands?.epoch === epoch && stands.why === why) return epoch;
  if (stands?.epoch === epoch && isEarlyEnd(why) && isOwn(stands.why)) {
    return raiseEpoch(target, { runId: run.runId, epoch }, why, work, transact);
  }
  // Builds that left no mark raised it anew in every execution, and did not carry the new one over.
  const isUnmarked = stands !== null && stands.why === null && stands.epoch > run.epoch;
  if (!isUnmarked) throw fenced();
  return raiseEpoch(target, { runId: run.runId, epoch: stands.epoch }, why, work, transact);
}

/** An end before its time may come after a step whose answer was lost for good: what that has raised is the run's own. */
const isEarlyEnd = (why: Raise) => why === 'end:aborted' || why === 'end:failed';
const isOwn = (why: string | null) => why === 'rollback' || why === 'retry';

async function takeEpoch(execute: Execute, runId: string, epoch: number, why: Raise): Promise<boolean> {
  const touched = await execute(
    `UPDATE migration_run SET epoch = epoch + 1, written_at = now(), marks = marks || jsonb_build_object('epoch', $3::text)
     WHERE id = $1::text::uuid AND epoch = $2::int`,
    ...[runId, epoch, why],
  );
  return touched === 1;
}

async function readRaise(query: Query, runId: string): Promise<{ epoch: number; why: string | null } | null> {
  const [row] = await query(`SELECT epoch, marks ->> 'epoch' FROM migration_run WHERE id = $1::uuid`, [runId]);
  return row === undefined ? null : { epoch: Number(row[0]), why: row[1] ?? null };
}

/** What a stage's rows depend on: its declared version, its model's fields, its tables and its policies. */
export function transformHash(stage: Stage): string {
  const shape = JSON.stringify([
    stage.version,
    stage.collection,
    stage.collectionNumber,
    stage.tables,
    stage.children,
    fieldNames(stage),
    // Left out where there are none, so that a stage without policies has the hash that it had before there were any.
    ...(isStrict(stage.policies) ? [] : [stableJson(stage.policies)]),
  ]);
  return createHash('sha256').update(shape).digest('hex').slice(0, 16);
}

function fieldNames(stage: Stage): unknown {
  const describe = (fields: Stage['fields']): unknown =>
    [...fields].map(([name, field]) => [
      name,
      field.kind,
      'required' in field && field.required,
      'rules' in field ? field.rules.map(({ type, bound }) => [type, bound]) : [],
      'fields' in field ? describe(field.fields) : null,
    ]);
  return describe(stage.fields);
}

export function transformHashes(plan: Plan): Record<string, string> {
  return Object.fromEntries(plan.stages.map((stage) => [stage.name, transformHash(stage)]));
}

/** Stages whose transforms in this build are others than those that the run was begun with. */
export function changedTransforms(run: Run, plan: Plan): string[] {
  const now = transformHashes(plan);
  return Object.keys(now).filter((stage) => run.transformHashes[stage] !== now[stage]);
}

/** Whether a run moves selected documents only: those of a limit, or of a retry. */
export async function hasSelection(query: Query, id: string): Promise<boolean> {
  const run = await readRun(query, id);
  return run !== null && isSelective(run.options);
}

/** Stages of which a run has read documents, as its checkpoints tell. */
export async function reachedStages(query: Query, id: string): Promise<string[]> {
  const rows = await query(
    `SELECT DISTINCT stage FROM migration_partition
     WHERE run_id = $1::uuid AND read > 0 AND position(':' IN stage) = 0`,
    [id],
  );
  return rows.map(([stage]) => stage!);
}

/** From now on the run's transforms are these. @throws Fenced */
export function setTransformHashes(
  touch: Touch,
  writer: Writer,
  hashes: Readonly<Record<string, string>>,
  digests: Readonly<Record<string, string>>,
): Promise<void> {
  const set = 'transform_hashes = $5::text::jsonb, plan_digests = $6::text::jsonb';
  return writeRun(touch, writer, 'transforms', set, JSON.stringify(hashes), JSON.stringify(digests));
}
