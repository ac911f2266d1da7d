import type { LegacyKey } from '../../document/legacy-key.ts';
import type { Stage } from '../../plan/stage.ts';
import type { Source } from '../../source/source.ts';
import { readChanges } from '../../state/documents/changes.ts';
import { reconciliationOf } from '../../state/run/checkpoint-names.ts';
import type { Query } from '../../target/query.ts';

/** Documents of a stage that a pass would let go, since the source does not hold them any more. */
export interface Departures {
  readonly stage: string;
  readonly departing: number;
  /** What the run has read of the stage so far. */
  readonly documents: number;
}

/** So many have left any platform that lives; more, and a larger share than this, is asked about. */
const FEW = 20;
const SHARE = 0.05;
const PAGE = 2_000;

/**
 * Counts the documents that a pass would let go; null when they are few. The source is asked for its keys only where enough
 * has been found that they could be many.
 * @param onPage told after every page of keys
 */
export async function manyDepartures(
  { stage, source, query }: { readonly stage: Stage; readonly source: Source; readonly query: Query },
  runId: string,
  found: number,
  onPage: () => void,
): Promise<Departures | null> {
  const documents = await documentsOf(query, runId, stage.name);
  const isMany = (count: number) => count > FEW && count > SHARE * documents;
  if (!isMany(found)) return null;
  let departing = 0;
  for (let after: LegacyKey | undefined; ; ) {
    const keys = await readChanges(query, runId, stage.name, 'found', PAGE, after);
    if (keys.length === 0) break;
    departing += keys.length;
    for await (const _ of source.readKeys(stage.collection, { keys }, null)) departing -= 1;
    after = [...keys].sort(Buffer.compare).at(-1)!;
    onPage();
  }
  return isMany(departing) ? { stage: stage.name, departing, documents } : null;
}

async function documentsOf(query: Query, runId: string, stage: string): Promise<number> {
  const [row] = await query(
    `SELECT coalesce(sum(read), 0)::text FROM migration_partition WHERE run_id = $1::uuid AND stage = ANY($2::text[])`,
    [runId, [stage, reconciliationOf(stage)]],
  );
  return Number(row![0]);
}
