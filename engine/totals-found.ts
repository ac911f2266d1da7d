import type { TableName } from '../prisma/generated/tables.ts';
import { quoted } from './row-codec.ts';
import type { Query, Stage } from './stage.ts';

/** The keys that a limited run selected for a stage, as a subquery over its partitions. */
export const SELECTED_KEYS = (runId: string, stage: string) =>
  `SELECT unnest(keys) FROM migration_partition WHERE run_id::text = ${runId} AND stage = ${stage}`;

/** One table's rows, and the sums of its summed columns as PostgreSQL writes them. */
export interface TableTotals {
  readonly rows: string;
  readonly sums: Readonly<Record<string, string>>;
}

/**
 * Counts and sums of a stage's tables, by PostgreSQL.
 * @param selectionOf a limited run: only rows below the documents that it selected; null for the whole tables
 */
export async function foundTotals(
  query: Query,
  stage: Stage,
  selectionOf: string | null,
): Promise<Map<TableName, TableTotals>> {
  const found = new Map<TableName, TableTotals>();
  for (const { table, root } of stage.tables) {
    const columns = [...new Set(stage.sums.filter((pair) => pair.table === table).map(({ column }) => column))];
    const sums = columns.map((column, i) => `, coalesce(sum(${quoted(column)}), 0)::text AS s${i}`).join('');
    const select = `SELECT count(*)::text AS rows${sums} FROM ${quoted(table)}`;
    const [row] =
      selectionOf === null
        ? await query(select, [])
        : await query(
            `${select} WHERE ${quoted(root)} IN (
               SELECT prisma_id FROM migration_id_map WHERE collection = $1 AND parent_key = ''::bytea
                 AND legacy_key IN (${SELECTED_KEYS('$2', '$3')}))`,
            [stage.idCollection, selectionOf, stage.name],
          );
    const [rows, ...values] = row!;
    found.set(table, { rows: rows!, sums: Object.fromEntries(columns.map((column, i) => [column, values[i]!])) });
  }
  return found;
}
