import { byteaText } from '../bytea.ts';
import type { LegacyKey } from '../legacy-key.ts';
import type { Execute } from '../target.ts';

/** How a change was noticed, as `migration_change.found_by` says it. */
export type FoundBy = 'fingerprint' | 'feed' | 'updatedAt' | 'keys';

/** Notes documents for being dealt with; one that has been dealt with before is to be dealt with again. */
export function noteChanges(
  execute: Execute,
  runId: string,
  stage: string,
  changes: readonly { readonly key: LegacyKey; readonly foundBy: FoundBy }[],
): Promise<number> {
  return execute(
    `INSERT INTO migration_change (run_id, stage, legacy_key, state, found_by)
     SELECT DISTINCT ON (k) $2::text::uuid, $3, k, 'found', f FROM json_to_recordset($1::text::json) AS given (k bytea, f text)
     ORDER BY k
     ON CONFLICT (run_id, stage, legacy_key) DO UPDATE SET state = 'found', found_by = excluded.found_by
       WHERE migration_change.state = 'applied'`,
    JSON.stringify(changes.map(({ key, foundBy }) => ({ k: byteaText(key), f: foundBy }))),
    runId,
    stage,
  );
}
