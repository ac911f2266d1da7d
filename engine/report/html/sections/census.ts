import { grouped } from '../../../common/figures.ts';
import { COLUMNS } from '../../../messages/report/columns.ts';
import { documentsAndPaths, EMPTY, NOTES } from '../../../messages/report/notes.ts';
import { WORDS } from '../../../messages/report/words.ts';
import { type CensusFacts, countsText, fateOf, fateText, isMixed, type PathFacts } from '../../facts/census-facts.ts';
import type { Facts } from '../../facts/facts.ts';
import { table } from '../table.ts';
import { code, type Html, html, label, NOTHING, says } from '../text.ts';

/** Every path of every collection: how many documents have it, as what, where it went, and what was noticed. */
export function censusSection({ census }: Facts): Html {
  if (census.length === 0) {
    return html`<p class="none">${label(EMPTY.census)}</p>`;
  }
  return html`<p class="intro">${label(NOTES.census)}</p>${census.map(collectionCensus)}`;
}

const SHOWN = [
  { ...COLUMNS.path, as: 'wide' },
  { ...COLUMNS.documents, as: 'number' },
  { ...COLUMNS.types, as: 'wide' },
  { ...COLUMNS.goesTo, as: 'wide' },
  { ...COLUMNS.noticed, optional: true },
] as const;

function collectionCensus({ collection, documents, paths }: CensusFacts): Html {
  const told = paths.filter((one) => one.documents > 0);
  const rows = told.map((one) => ({
    cells: [
      code(one.path),
      share(one.documents, documents),
      html`${countsText(one.types)}${isMixed(one.types) ? html` <strong>${label(WORDS.mixed)}</strong>` : ''}`,
      one.to.kind === 'columns' ? code(fateText(one.to)) : says(fateOf(one.to)),
      noticed(one),
    ],
  }));
  return html`<details><summary><strong>${collection}</strong> ${says(documentsAndPaths({ documents, paths: told.length }))}</summary>${table(SHOWN, rows, 'cards')}</details>`;
}

function share(part: number, all: number): string {
  if (part === all || all === 0) return grouped(part);
  // Nearly all are not all.
  return `${grouped(part)} (${Math.min(99.9, (part / all) * 100).toFixed(1)} %)`;
}

function noticed({ findings, refused }: PathFacts): Html | string {
  const [moved, held] = [countsText(findings), countsText(refused)];
  if (moved === '' && held === '') return NOTHING;
  return html`${moved}${held === '' ? '' : html` <span class="no">${label(WORDS.refused)}: ${held}</span>`}`;
}
