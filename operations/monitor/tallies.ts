import { Exact } from '../../engine/document/exact-number.ts';
import type { Stage } from '../../engine/plan/stage.ts';
import { codecOf, tableOf } from '../../engine/plan/stage-tables.ts';
import type { Query } from '../../engine/target/query.ts';
import { type DocumentRows, quoted, type TableCodec } from '../../engine/target/row-codec.ts';
import type { Column } from '../../prisma/model/target-model.ts';
import { runList } from './entries.ts';

/** Rows of a table, and the sums of its money columns by field, as exact decimals. */
export interface Tally {
  readonly rows: number;
  readonly sums: Readonly<Record<string, string>>;
}

/** By table. */
export type Tallies = Readonly<Record<string, Tally>>;

/** The rows of a table by whose they are: unchanged since the switch, of documents written since, of nobody in the ID map. */
export interface Standing {
  readonly untouched: Tally;
  readonly touched: Tally;
  readonly added: Tally;
}

/** The columns that hold money: 18 digits, two of them decimals. */
export function moneyColumns(stage: Stage, table: string): readonly Column[] {
  return tableOf(stage, table).columns.filter(
    ({ kind, precision, scale, array }) => kind === 'decimal' && precision === 18 && scale === 2 && !array,
  );
}

/** What the rows of a table are and sum up to, by PostgreSQL itself in one scan. */
export async function standingOf(
  query: Query,
  stage: Stage,
  { table, root }: Stage['tables'][number],
  runs: readonly string[],
  switchedAt: Date,
): Promise<Standing> {
  const money = moneyColumns(stage, table);
  const [held, top] = [codecOf(stage, table), codecOf(stage, stage.tables[0]!.table)];
  const sums = money.map(({ column }, i) => `, coalesce(sum(held.${quoted(column)}), 0)::text AS c${i}`).join('');
  const rows = await query(
    `SELECT CASE WHEN map.prisma_id IS NULL THEN 'added' WHEN map.run_id <> ALL ($1::text::uuid[]) THEN 'later'
         WHEN top.${top.nameOf('updatedAt')} > $2::text::timestamptz THEN 'touched' ELSE 'untouched' END AS standing,
       count(*)::text AS rows${sums}
     FROM ${held.relation} AS held LEFT JOIN migration_id_map AS map ON map.prisma_id = held.${held.id}
       JOIN ${top.relation} AS top ON top.${top.id} = held.${held.nameOf(root)}
     GROUP BY 1`,
    [runList(runs), switchedAt.toISOString()],
  );
  const tallies = new Map(rows.map(([standing, count, ...texts]) => [standing, tallyOf(money, Number(count), texts)]));
  const of = (standing: string) => tallies.get(standing) ?? tallyOf(money, 0, []);
  return { untouched: of('untouched'), touched: of('touched'), added: of('added') };
}

function tallyOf(money: readonly Column[], rows: number, sums: readonly (string | null)[]): Tally {
  return { rows, sums: Object.fromEntries(money.map(({ field }, i) => [field, new Exact(sums[i] ?? 0).toFixed()])) };
}

/** Rows that no run has moved and that say they are older than the switch. */
export async function countBackdated(
  query: Query,
  { relation, id, nameOf }: TableCodec,
  born: string,
  switchedAt: Date,
): Promise<number> {
  const [row] = await query(
    `SELECT count(*)::text AS rows FROM ${relation} AS held
     WHERE held.${nameOf(born)} < $1::text::timestamptz
       AND NOT EXISTS (SELECT 1 FROM migration_id_map AS map WHERE map.prisma_id = held.${id})`,
    [switchedAt.toISOString()],
  );
  return Number(row![0]);
}

/** Nothing of any table of a stage. */
export function noTallies(stage: Stage): Tallies {
  return Object.fromEntries(stage.tables.map(({ table }) => [table, tallyOf(moneyColumns(stage, table), 0, [])]));
}

/** Tallies with a document's rows. */
export function withRows(stage: Stage, tallies: Tallies, rows: DocumentRows): Tallies {
  const entries = Object.entries(tallies).map(([table, tally]): [string, Tally] => {
    const { columns } = tableOf(stage, table);
    const own = [...(rows.get(table) ?? [])];
    const sumOf = (field: string, before: string) => {
      const place = columns.findIndex((column) => column.field === field);
      return own
        .reduce((sum, row) => (row[place] === 'null' ? sum : sum.plus(row[place]!)), new Exact(before))
        .toFixed();
    };
    const sums = Object.fromEntries(Object.entries(tally.sums).map(([field, sum]) => [field, sumOf(field, sum)]));
    return [table, { rows: tally.rows + own.length, sums }];
  });
  return Object.fromEntries(entries);
}

/** Those rows of a document that have a row of the same id in the other one. */
export function rowsAlsoIn(stage: Stage, rows: DocumentRows, other: DocumentRows): DocumentRows {
  return new Map(
    [...rows].map(([table, own]) => {
      const { idIndex } = codecOf(stage, table);
      const ids = new Set(Array.from(other.get(table) ?? [], (row) => row[idIndex]));
      return [table, [...own].filter((row) => ids.has(row[idIndex]))];
    }),
  );
}

/** One text of money plus others, exactly. */
export const plus = (first: string, ...others: readonly string[]) =>
  others.reduce((sum, text) => sum.plus(text), new Exact(first)).toFixed();
/** One text of money less another. */
export const less = (first: string, second: string) => new Exact(first).minus(second).toFixed();
