import { byteaText } from './bytea.ts';
import type { Cause } from './finding.ts';
import { type LegacyKey, showKey } from './legacy-key.ts';
import type { Refused } from './outcome.ts';
import type { Query, Stage } from './stage.ts';
import type { Execute } from './target.ts';

/** Keeps refused documents whole, with their reasons, in one statement. */
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
       sqlstate text, "constraint" text, cause jsonb, state text)`,
    JSON.stringify(given),
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
       ON found.stage = wanted.stage AND found.legacy_key = wanted.key::bytea AND found.state IN ('open', 'contested', 'skipped')
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
