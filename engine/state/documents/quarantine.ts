import type { Cause } from '../../document/findings/refusal.ts';
import { type LegacyKey, showKey } from '../../document/legacy-key.ts';
import { departedSince } from '../../messages/labels/refusals.ts';
import type { Stage } from '../../plan/stage.ts';
import { byteaText } from '../../target/bytea.ts';
import { indexed } from '../../target/indexed-key.ts';
import type { Query } from '../../target/query.ts';
import type { Execute } from '../../target/target.ts';
import type { Refused } from './outcome.ts';
import { UNMOVED } from './quarantine-states.ts';

/** Keeps refused documents whole, with their reasons, in one statement; one that is there already gets its new reason. */
export function insertQuarantine(
  execute: Execute,
  runId: string,
  stage: string,
  refused: readonly Refused[],
): Promise<number> {
  const given = refused.map((one) => ({
    k: byteaText(one.raw.key),
    d: byteaText(one.raw.bytes),
    code: one.code,
    path: one.path,
    message: one.message,
    sqlstate: one.sqlstate,
    constraint: one.constraint,
    cause: one.cause,
    state: one.isSkipped ? 'skipped' : one.code === 'contested' ? 'contested' : 'open',
  }));
  return execute(
    `INSERT INTO migration_quarantine
       (run_id, stage, legacy_key, document, code, path, message, sqlstate, constraint_name, cause, state)
     SELECT $2::text::uuid, $3, k, d, code, path, message, sqlstate, "constraint", cause, state
     FROM json_to_recordset($1::text::json) AS given (k bytea, d bytea, code text, path text, message text,
       sqlstate text, "constraint" text, cause jsonb, state text)
     ON CONFLICT (run_id, stage, ${indexed('legacy_key')}) DO UPDATE SET document = excluded.document, code = excluded.code,
       path = excluded.path, message = excluded.message, sqlstate = excluded.sqlstate,
       constraint_name = excluded.constraint_name, cause = excluded.cause, state = excluded.state,
       retried_by = NULL, created_at = excluded.created_at`,
    JSON.stringify(given),
    runId,
    stage,
  );
}

/** Whether earlier runs hold documents of the stage that they have not moved: this run tries them again on its way. */
export async function earlierHold(query: Query, runId: string, stage: string): Promise<boolean> {
  const [row] = await query(
    `SELECT EXISTS (SELECT 1 FROM migration_quarantine WHERE stage = $1 AND run_id <> $2::uuid AND state <> 'resolved')`,
    [stage, runId],
  );
  return row![0] === 't';
}

/** How many documents of a run are in quarantine. */
export async function countQuarantined(query: Query, runId: string): Promise<number> {
  const [row] = await query(
    `SELECT count(*) FROM migration_quarantine WHERE run_id = $1::uuid AND state <> 'resolved'`,
    [runId],
  );
  return Number(row![0]);
}

/**
 * Tells the quarantine what a run has made of documents that lay there. One that has moved is `resolved` in every run
 * that kept it; one that is refused again stays with this run, and is `retried` in the earlier ones.
 */
export function noteTried(
  execute: Execute,
  runId: string,
  stage: string,
  tried: readonly { readonly key: LegacyKey; readonly moved: boolean }[],
): Promise<number> {
  return execute(
    `UPDATE migration_quarantine AS held
     SET state = CASE WHEN moved THEN 'resolved' ELSE 'retried' END, retried_by = $2::text::uuid
     FROM json_to_recordset($1::text::json) AS given (key bytea, moved boolean)
     WHERE held.stage = $3 AND ${indexed('held.legacy_key')} = ${indexed('given.key')} AND (given.moved OR held.run_id <> $2::text::uuid)
       AND (held.state <> 'resolved' OR held.retried_by = $2::text::uuid)`,
    JSON.stringify(tried.map(({ key, moved }) => ({ key: byteaText(key), moved }))),
    runId,
    stage,
  );
}

/** Once all of a run's selection has been tried: what it should have met and has not is no longer in the source. */
export function resolveDeparted(execute: Execute, runId: string, stage: string): Promise<number> {
  return execute(
    `WITH selected AS (
       SELECT key_type, unnest(keys) AS key FROM migration_partition WHERE run_id = $1::text::uuid AND stage = $2),
     bounded AS (
       SELECT EXISTS (
         SELECT 1 FROM migration_partition WHERE run_id = $1::text::uuid AND stage = $2 AND key_type = 'keys') AS is)
     UPDATE migration_quarantine AS held
     SET state = 'resolved', retried_by = $1::text::uuid, message = $3::text
     WHERE held.stage = $2 AND held.state <> 'resolved' AND CASE held.run_id
       WHEN $1::text::uuid THEN held.state = 'open' AND held.retried_by = $1::text::uuid
       ELSE held.retried_by IS DISTINCT FROM $1::text::uuid
         AND (NOT (SELECT bounded.is FROM bounded) OR held.legacy_key IN (SELECT key FROM selected)) END`,
    runId,
    stage,
    departedSince().text,
  );
}

/** A rollback takes back what a run has said of earlier runs' documents: they lie in quarantine again. */
export function reopenEarlier(execute: Execute, runId: string, stage: string): Promise<number> {
  return execute(
    `UPDATE migration_quarantine SET retried_by = NULL, state = CASE code WHEN 'contested' THEN code ELSE 'open' END
     WHERE stage = $2 AND retried_by = $1::text::uuid AND run_id <> $1::text::uuid`,
    runId,
    stage,
  );
}

/**
 * Which of these documents are in quarantine, and the first cause of each: where a cascade points, not the cascade.
 * @returns the index into `asked`, and the cause.
 */
export async function causesOf(
  query: Query,
  asked: readonly { readonly stage: Stage; readonly key: LegacyKey }[],
): Promise<{ index: number; cause: Cause }[]> {
  const rows = await query(
    `SELECT wanted.n, found.code, found.cause
     FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (stage, key, n)
     JOIN migration_quarantine AS found
       ON found.stage = wanted.stage AND ${indexed('found.legacy_key')} = ${indexed('wanted.key::bytea')} AND found.state IN ${UNMOVED}
     ORDER BY found.id`,
    [asked.map(({ stage }) => stage.name), asked.map(({ key }) => byteaText(key))],
  );
  return rows.map(([n, code, cause]) => {
    const index = Number(n) - 1;
    const { stage, key } = asked[index]!;
    const own: Cause = { collection: stage.collection, legacyId: showKey(key), code: code! };
    const first = cause === null || code !== 'cascade' ? own : (JSON.parse(cause!) as Cause);
    return { index, cause: first };
  });
}
