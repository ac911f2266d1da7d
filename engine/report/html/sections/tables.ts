import { grouped } from '../../../common/figures.ts';
import { COLUMNS } from '../../../messages/report/columns.ts';
import { HEADINGS } from '../../../messages/report/headings.ts';
import { NOTES } from '../../../messages/report/notes.ts';
import type { Facts } from '../../facts/facts.ts';
import { table } from '../table.ts';
import { type Html, html, label } from '../text.ts';

/** Rows and checksums of every table. */
export function tablesSection({ tables, idMap }: Facts): Html {
  const columns = [COLUMNS.table, { ...COLUMNS.rows, as: 'number' }, { ...COLUMNS.checksum, as: 'wide' }] as const;
  const rows = tables.map(({ table: name, rows: count, checksum }) => ({
    cells: [
      html`<strong>${name}</strong>`,
      grouped(count),
      html`<code class="checksum">${checksum.match(/.{16}/g)?.map((part) => html`<span>${part}</span>`) ?? checksum}</code>`,
    ],
  }));
  const mapped = Object.entries(idMap).map(([collection, entries]) => ({ cells: [collection, grouped(entries)] }));
  return html`${table(columns, rows, 'cards')}
    <p class="note">${label(NOTES.checksums)}</p>
    <h3>${label(HEADINGS.idMap)}</h3>
    ${table(
      [
        { ...COLUMNS.collection, as: 'wide' },
        { ...COLUMNS.entries, as: 'number' },
      ],
      mapped,
      'pairs',
    )}`;
}
