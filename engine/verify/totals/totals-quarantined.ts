import { keyName } from '../../document/legacy-key.ts';
import { TotalsCounter } from '../../source/dump/totals.ts';
import type { Totals, TotalsRequest } from '../../source/source.ts';
import { pagesOfIds } from '../../state/documents/quarantine-pages.ts';
import { LEFT_OUT } from '../../state/documents/quarantine-states.ts';
import { bytesOfBytea } from '../../target/bytea.ts';
import type { Query } from '../../target/query.ts';

/** What the documents in quarantine hold, those that a policy skipped among them, and their keys (latin1), for what has to do without them. */
export interface QuarantinedTotals extends Totals {
  readonly keys: ReadonlySet<string>;
}

/** What a run could not move, and no later one has moved. */
const HELD = `run_id = $1::text::uuid AND stage = $2 AND state IN ${LEFT_OUT}`;

/**
 * Counts over the raw BSON that lies in a run's quarantine of a stage, by the counter that reads dumps: it shares no
 * code with the check and the transform that put the documents there.
 */
export async function quarantinedTotals(
  query: Query,
  runId: string,
  stage: string,
  request: TotalsRequest,
): Promise<QuarantinedTotals> {
  const counter = new TotalsCounter(request);
  const keys = new Set<string>();
  for await (const ids of pagesOfIds(query, HELD, [runId, stage])) {
    const rows = await query(
      `SELECT legacy_key::text AS key, document::text AS document FROM migration_quarantine
       WHERE id IN (SELECT value::bigint FROM json_array_elements_text($1::text::json) AS value)`,
      [JSON.stringify(ids)],
    );
    for (const [key, document] of rows) {
      counter.count(bytesOfBytea(document!));
      keys.add(keyName(bytesOfBytea(key!)));
    }
  }
  return { ...counter.totals(keys.size), keys };
}
