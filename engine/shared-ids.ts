import { bytesOfBytea } from './bytea.ts';
import type { Finding } from './finding.ts';
import type { Noted } from './findings.ts';
import type { Query, Stage } from './stage.ts';

/** Documents with sub-documents whose `_id` sub-documents of other documents have, too: told on all of them, by array. */
export async function readSharedIds(query: Query, stage: Stage): Promise<Noted<Finding>[]> {
  const noted: Noted<Finding>[] = [];
  for (const { collection, single } of stage.children) {
    if (single) continue;
    const rows = await query(
      `SELECT parent_key::text AS root, path, count(*)::text AS children FROM migration_id_map
       WHERE collection = $1 AND NOT departing AND legacy_key IN (
         SELECT legacy_key FROM migration_id_map WHERE collection = $1 AND NOT departing
         GROUP BY legacy_key HAVING count(DISTINCT parent_key) > 1)
       GROUP BY parent_key, path`,
      [collection],
    );
    for (const [root, path, children] of rows) {
      noted.push({ key: bytesOfBytea(root!), noted: [{ path: path!, code: 'sharedId', note: children! }] });
    }
  }
  return noted;
}
