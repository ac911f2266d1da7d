import { compareKeys, type LegacyKey } from '../../document/legacy-key.ts';
import { byteaText, bytesOfBytea } from '../../target/bytea.ts';
import { indexed } from '../../target/indexed-key.ts';
import type { Query } from '../../target/query.ts';
import type { Execute } from '../../target/target.ts';

/** `found`: the target does not hold yet what the source holds; `applied`: it should, and has not been compared. */
export type ChangeState = 'found' | 'applied';

/**
 * Who says that a document has to be looked at, as `found_by` says it: a search, by one of its ways, or a pass, because of
 * what it has changed or compared.
 */
export type FoundBy = 'fingerprint' | 'feed' | 'updatedAt' | 'keys' | 'dependent' | 'retry' | 'verification';

/** Some of a stage's changes in one state, in key order. @param after leaves out keys up to this one */
export async function readChanges(
  query: Query,
  runId: string,
  stage: string,
  state: ChangeState,
  limit: number,
  after: LegacyKey = Buffer.alloc(0),
): Promise<LegacyKey[]> {
  const rows = await query(
    `SELECT legacy_key FROM migration_change
     WHERE run_id = $1::uuid AND stage = $2 AND state = $3 AND ${indexed('legacy_key')} > ${indexed('$5::text::bytea')}
     ORDER BY ${indexed('legacy_key')} LIMIT $4`,
    [runId, stage, state, limit, byteaText(after)],
  );
  return rows.map(([key]) => bytesOfBytea(key!)).sort(compareKeys);
}

/** Which of these documents are noted, in hex. */
export async function changesAmong(
  query: Query,
  runId: string,
  stage: string,
  keys: readonly LegacyKey[],
): Promise<ReadonlySet<string>> {
  const rows = await query(
    `SELECT encode(legacy_key, 'hex') FROM migration_change
     WHERE run_id = $1::uuid AND stage = $2 AND ${indexed('legacy_key')} IN (SELECT ${indexed('value::bytea')} FROM unnest($3::text[]) AS value)`,
    [runId, stage, keys.map(byteaText)],
  );
  return new Set(rows.map(([key]) => key!));
}

/** Changes by stage and state. */
export interface ChangeCount {
  readonly stage: string;
  readonly found: number;
  readonly applied: number;
}

/** How many changes wait, by stage; stages without any are missing. */
export async function countChanges(query: Query, runId: string): Promise<ChangeCount[]> {
  const rows = await query(
    `SELECT stage, count(*) FILTER (WHERE state = 'found'), count(*) FILTER (WHERE state = 'applied')
     FROM migration_change WHERE run_id = $1::uuid GROUP BY stage ORDER BY stage`,
    [runId],
  );
  return rows.map(([stage, found, applied]) => ({ stage: stage!, found: Number(found), applied: Number(applied) }));
}

/** Whether any change of one of these stages stands in one of these states. */
export async function hasChanges(
  query: Query,
  runId: string,
  stages: readonly string[],
  states: readonly ChangeState[],
): Promise<boolean> {
  const [row] = await query(
    `SELECT EXISTS (SELECT 1 FROM migration_change
       WHERE run_id = $1::uuid AND stage = ANY($2::text[]) AND state = ANY($3::text[]))`,
    [runId, stages, states],
  );
  return row![0] === 't';
}

/**
 * Notes documents in one state, whatever was noted of them before. Who has found a document stays until it is found anew.
 * @param keys may name a document twice
 */
export function noteChanges(
  execute: Execute,
  runId: string,
  stage: string,
  keys: readonly LegacyKey[],
  state: ChangeState,
  foundBy: FoundBy,
): Promise<number> {
  return execute(
    `INSERT INTO migration_change (run_id, stage, legacy_key, state, found_by)
     SELECT DISTINCT $1::text::uuid, $2, value::bytea, $4, $5 FROM json_array_elements_text($3::text::json) AS value
     ON CONFLICT (run_id, stage, ${indexed('legacy_key')}) DO UPDATE SET state = excluded.state,
       found_by = CASE excluded.state WHEN 'found' THEN excluded.found_by ELSE migration_change.found_by END
       WHERE migration_change.state <> excluded.state`,
    runId,
    stage,
    JSON.stringify(keys.map(byteaText)),
    state,
    foundBy,
  );
}

/** Takes away changes whose documents have been compared. */
export function deleteChanges(
  execute: Execute,
  runId: string,
  stage: string,
  keys: readonly LegacyKey[],
): Promise<number> {
  return execute(
    `DELETE FROM migration_change WHERE run_id = $1::text::uuid AND stage = $2 AND state = 'applied'
       AND ${indexed('legacy_key')} IN (SELECT ${indexed('value::bytea')} FROM json_array_elements_text($3::text::json) AS value)`,
    runId,
    stage,
    JSON.stringify(keys.map(byteaText)),
  );
}
