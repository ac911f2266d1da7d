import { plainTable } from '../../../engine/common/plain-table.ts';

/** A column of a table for people. */
export interface FittingColumn<T> {
  readonly head: string;
  readonly cell: (row: T) => string;
  /** Numbers stand to the right. */
  readonly align?: 'left' | 'right';
  /** Columns are left out in this order while the table is too wide; without it never. */
  readonly leave?: number;
}

/** A table that leaves out columns until it fits the terminal; it is whole where there is none. */
export function fittingTable<T>(
  columns: readonly FittingColumn<T>[],
  rows: readonly T[],
  width: number | undefined,
): string {
  let shown = columns;
  const last = Math.max(0, ...columns.map(({ leave }) => leave ?? 0));
  for (let next = 1; next <= last && widthOf(shown, rows) > (width ?? Number.POSITIVE_INFINITY); next += 1) {
    shown = shown.filter(({ leave }) => leave !== next);
  }
  return plainTable(
    shown.map(({ head }) => head),
    rows.map((row) => shown.map(({ cell }) => cell(row))),
    { align: shown.map(({ align = 'left' }) => align) },
  );
}

/** How wide the table is, its lines and its blanks included. */
function widthOf<T>(columns: readonly FittingColumn<T>[], rows: readonly T[]): number {
  const widths = columns.map(({ head, cell }) => Math.max(head.length, ...rows.map((row) => cell(row).length)));
  return widths.reduce((sum, one) => sum + one + 3, 1);
}
