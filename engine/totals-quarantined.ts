import { bytesOfBytea } from './bytea.ts';
import { TotalsCounter } from './source/dump-totals.ts';
import type { Totals, TotalsRequest } from './source/source.ts';
import type { Query } from './stage.ts';

/** What the documents in quarantine hold, and their keys (latin1), for what has to do without them. */
export interface QuarantinedTotals extends Totals {
  readonly keys: ReadonlySet<string>;
}

const IDS_PER_PAGE = 10_000;
const BYTES_PER_PAGE = 8 << 20;

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
  for await (const ids of pagesOfIds(query, runId, stage)) {
    const rows = await query(
      `SELECT legacy_key::text AS key, document::text AS document FROM migration_quarantine
       WHERE id IN (SELECT value::bigint FROM json_array_elements_text($1::text::json) AS value)`,
      [JSON.stringify(ids)],
    );
    for (const [key, document] of rows) {
      counter.count(bytesOfBytea(document!));
      keys.add(bytesOfBytea(key!).toString('latin1'));
    }
  }
  return { ...counter.totals(keys.size), keys };
}

/** Documents can be of 16 MiB each: pages are bounded by bytes, too. */
async function* pagesOfIds(query: Query, runId: string, stage: string): AsyncGenerator<string[]> {
  let after = '0';
  for (;;) {
    const rows = await query(
      `SELECT id::text AS id, octet_length(document)::text AS size FROM migration_quarantine
       WHERE run_id = $1::text::uuid AND stage = $2 AND state IN ('open', 'retried') AND id > $3::text::bigint
       ORDER BY migration_quarantine.id LIMIT ${IDS_PER_PAGE}`,
      [runId, stage, after],
    );
    if (rows.length === 0) return;
    let page: string[] = [];
    let bytes = 0;
    for (const [id, size] of rows) {
      if (page.length > 0 && bytes + Number(size) > BYTES_PER_PAGE) {
        yield page;
        page = [];
        bytes = 0;
      }
      page.push(id!);
      bytes += Number(size);
    }
    yield page;
    after = rows.at(-1)![0]!;
  }
}
