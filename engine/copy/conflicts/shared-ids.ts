import type { Finding } from '../../document/findings/finding.ts';
import type { Stage } from '../../plan/stage.ts';
import type { Noted } from '../../state/documents/findings.ts';
import { bytesOfBytea } from '../../target/bytea.ts';
import type { Query } from '../../target/query.ts';

/**
 * Documents with sub-documents whose `_id` sub-documents of other documents have, too: told on all of them, by array.
 * By one sort: a table that has just been filled has no statistics yet, and without them a join here was planned as a
 * scan of all for each.
 */
export async function readSharedIds(query: Query, stage: Stage): Promise<Noted<Finding>[]> {
  const noted: Noted<Finding>[] = [];
  for (const { collection, single } of stage.children) {
    if (single) continue;
    const rows = await query(
      `SELECT root, path, count(*)::text AS children FROM (
         SELECT parent_key::text AS root, path, first_value(parent_key) OVER same <> last_value(parent_key) OVER same AS shared
         FROM migration_id_map WHERE collection = $1 AND NOT departing
         WINDOW same AS (PARTITION BY legacy_key ORDER BY parent_key
           ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS child
       WHERE shared GROUP BY root, path`,
      [collection],
    );
    for (const [root, path, children] of rows) {
      noted.push({ key: bytesOfBytea(root!), noted: [{ path: path!, code: 'sharedId', note: children! }] });
    }
  }
  return noted;
}
