import type { ComparedColumn } from '../../plan/columns/compared-columns.ts';
import type { Stage } from '../../plan/stage.ts';
import { codecOf } from '../../plan/stage-tables.ts';
import { indexed, isRoot } from '../../target/indexed-key.ts';
import type { Query } from '../../target/query.ts';
import { quoted } from '../../target/row-codec.ts';

/** The keys that a limited run selected for a stage, as indexes hold them, as a subquery over its partitions. */
export const SELECTED_KEYS = (runId: string, stage: string) =>
  `SELECT ${indexed('key')} FROM migration_partition, unnest(keys) AS key WHERE run_id::text = ${runId} AND stage = ${stage}`;

/** One table's rows, and what PostgreSQL says of its compared columns. */
export interface TableTotals {
  readonly rows: string;
  /** By the column's name in Prisma's model. */
  readonly columns: ReadonlyMap<string, ColumnTotals>;
}

/** Numbers as PostgreSQL writes them, dates as milliseconds since 1970; null where a column has no value. */
interface ColumnTotals {
  /** Rows in which it is not NULL. */
  readonly present: string;
  readonly sum: string | null;
  readonly least: string | null;
  readonly greatest: string | null;
}

/**
 * Counts, sums and extremes of a stage's tables, by PostgreSQL, in one pass over each.
 * @param selectionOf a limited run: only rows below the documents that it selected; null for the whole tables
 */
export async function foundTotals(
  query: Query,
  stage: Stage,
  columns: readonly ComparedColumn[],
  selectionOf: string | null,
): Promise<Map<string, TableTotals>> {
  const found = new Map<string, TableTotals>();
  for (const { table, root } of stage.tables) {
    const here = columns.filter((each) => each.table === table);
    const aggregates = here.flatMap((each, place) => aggregatesOf(each).map((sql, i) => `, ${sql} AS c${place}_${i}`));
    const { relation, nameOf } = codecOf(stage, table);
    const select = `SELECT count(*)::text AS rows${aggregates.join('')} FROM ${relation}`;
    const [row] =
      selectionOf === null
        ? await query(select, [])
        : await query(
            `${select} WHERE ${nameOf(root)} IN (
               SELECT prisma_id FROM migration_id_map WHERE collection = $1 AND ${isRoot()}
                 AND ${indexed('legacy_key')} IN (${SELECTED_KEYS('$2', '$3')}))`,
            [stage.idCollection, selectionOf, stage.name],
          );
    const [rows, ...values] = row!;
    found.set(table, { rows: rows!, columns: new Map(here.map(({ column }) => [column.field, taken(values)])) });
    // Each column takes its own values off the front, so that none may be left.
    if (values.length > 0) throw new RangeError(`${table}: more values than columns were selected for`);
  }
  return found;
}

function aggregatesOf({ column, kind }: ComparedColumn): string[] {
  const name = quoted(column.column);
  const value = kind === 'date' ? `extract(epoch FROM ${name}) * 1000` : name;
  const ofValues = kind === 'other' ? [] : ['sum', 'min', 'max'].map((of) => `${of}(${value})::text`);
  return [`count(${name})::text`, ...ofValues, ...Array.from({ length: 3 - ofValues.length }, () => 'NULL::text')];
}

function taken(values: (string | null)[]): ColumnTotals {
  const [present, sum, least, greatest] = values.splice(0, 4);
  return { present: present!, sum: sum!, least: least!, greatest: greatest! };
}
