import type { LegacyKey } from '../document/legacy-key.ts';
import { objection, rowsCameFromOthers, rowsWereChanged } from '../messages/engine/run.ts';
import type { Message } from '../messages/message.ts';
import type { Stage } from '../plan/stage.ts';
import { codecOf } from '../plan/stage-tables.ts';
import { writtenBy } from '../state/documents/earlier-runs.ts';
import { byteaText, bytesOfBytea } from '../target/bytea.ts';
import { indexed, isRoot } from '../target/indexed-key.ts';
import { longRead } from '../target/long-read.ts';
import type { Query } from '../target/query.ts';
import { rowsHash } from '../target/row-codec.ts';
import type { Target } from '../target/target.ts';
import { readDocumentRows } from '../verify/rows/read-rows.ts';

/** Documents whose rows are read and compared at once. */
const PAGE = 500;

/** What a rollback of one stage would meet that this run has not made, or not so. */
export interface RollbackSurvey {
  readonly stage: string;
  /** Documents that the rollback takes out. */
  readonly documents: number;
  /** Documents of which a row has been changed, added or deleted since this run wrote them. */
  readonly changed: number;
  /** Rows by table that no run of this tool has written. */
  readonly foreign: Readonly<Record<string, number>>;
}

/**
 * Looks in one snapshot at everything that a rollback of the stage would delete, before anything is deleted: the rows are
 * read back and their hash is compared with the one that was kept when they were written.
 * @param runId whose documents are meant; null is any run's
 * @param signal ends it; its reason is thrown
 */
export function surveyRollback(
  target: Target,
  stage: Stage,
  runId: string | null,
  onProgress: (documents: number) => void,
  signal?: AbortSignal,
): Promise<RollbackSurvey> {
  return longRead(target, (query) => survey(query, stage, runId, onProgress), signal);
}

async function survey(
  query: Query,
  stage: Stage,
  runId: string | null,
  onProgress: (documents: number) => void,
): Promise<RollbackSurvey> {
  let after: LegacyKey = Buffer.alloc(0);
  let documents = 0;
  let changed = 0;
  for (;;) {
    const page = await readPage(query, stage, runId, after);
    if (page.length === 0) break;
    const ids = page.map(({ id }) => id);
    const rows = await readDocumentRows(query, stage, ids);
    changed += page.filter(({ id, hash }) => !rowsHash(stage.target, rows.get(id)!).equals(hash)).length;
    documents += page.length;
    after = page.at(-1)!.key;
    onProgress(documents);
  }
  return { stage: stage.name, documents, changed, foreign: await countForeign(query, stage) };
}

interface Written {
  readonly key: LegacyKey;
  readonly id: string;
  readonly hash: Buffer;
}

async function readPage(query: Query, stage: Stage, runId: string | null, after: LegacyKey): Promise<Written[]> {
  const rows = await query(
    `SELECT legacy_key, prisma_id, rows_hash FROM migration_id_map
     WHERE collection = $1 AND ${isRoot()} AND ${indexed('legacy_key')} > ${indexed('$2::text::bytea')} AND ${writtenBy('$3')}
     ORDER BY ${indexed('legacy_key')} LIMIT ${PAGE}`,
    [stage.idCollection, byteaText(after), runId],
  );
  return rows.map(([key, id, hash]) => ({ key: bytesOfBytea(key!), id: id!, hash: bytesOfBytea(hash!) }));
}

async function countForeign(query: Query, stage: Stage): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { table } of stage.tables) {
    const { relation, id } = codecOf(stage, table);
    const [row] = await query(
      `SELECT count(*) FROM ${relation} AS present
       WHERE NOT EXISTS (SELECT 1 FROM migration_id_map AS map WHERE map.prisma_id = present.${id})`,
      [],
    );
    if (Number(row![0]) > 0) counts[table] = Number(row![0]);
  }
  return counts;
}

/** What stands in the way of rolling these stages back without force; null when nothing does. */
export function objectionOf(surveys: readonly RollbackSurvey[]): Message | null {
  const parts = surveys.flatMap(({ stage, changed, foreign }) => [
    ...(changed > 0 ? [rowsWereChanged({ documents: changed, stage })] : []),
    ...Object.entries(foreign).map(([table, rows]) => rowsCameFromOthers({ rows, table })),
  ]);
  return parts.length === 0 ? null : objection({ parts });
}
