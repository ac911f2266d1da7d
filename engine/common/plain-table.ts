import Table from 'cli-table3';

/** How the columns stand, in their order; left and as wide as they are without it. */
interface Columns {
  readonly align?: readonly ('left' | 'right')[];
  /** In characters, with a blank on either side; longer texts are cut. */
  readonly widths?: readonly number[];
}

/** A table of lines. Colours are left to the terminal's own: the text also goes into logs and files. */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { align, widths }: Columns = {},
): string {
  const table = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    ...(align && { colAligns: [...align] }),
    ...(widths && { colWidths: [...widths] }),
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}
