import type { JsonValue } from '../../document/json.ts';
import type { Query } from '../../target/query.ts';
import type { Target } from '../../target/target.ts';
import { touching, type Writer, writeRun } from './run-writer.ts';

/** What `migration_run` holds as JSON. */
export interface Kept {
  readonly stages: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly facts: Readonly<Record<string, Readonly<Record<string, JsonValue>> | undefined>>;
}

/**
 * Merges a fact into a run's row, where the report finds it; what stood under the key is replaced.
 * @param key a name, or a name and the stage that the fact is about: `['totals', 'user']`.
 * @throws Fenced
 */
export async function saveFact(
  target: Target,
  writer: Writer,
  key: string | readonly [name: string, stage: string],
  value: unknown,
): Promise<void> {
  const [name, stage] = typeof key === 'string' ? [key, null] : key;
  await writeRun(
    touching(target.query),
    writer,
    stage === null ? `facts.${name}` : `facts.${name}.${stage}`,
    `facts = facts || jsonb_build_object($5::text, CASE
       WHEN $6::text IS NULL THEN $7::text::jsonb
       ELSE coalesce(facts -> $5, '{}') || jsonb_build_object($6::text, $7::text::jsonb) END)`,
    ...[name, stage, JSON.stringify(value)],
  );
}

/** What `saveFact` has kept under a name and a stage; null when there is nothing. @param query outside transactions */
export async function readFact<T>(
  query: Query,
  runId: string,
  [name, stage]: readonly [string, string],
): Promise<T | null> {
  const [row] = await query('SELECT facts -> $2 -> $3 FROM migration_run WHERE id = $1::uuid', [runId, name, stage]);
  return row?.[0] == null ? null : (JSON.parse(row[0]) as T);
}
