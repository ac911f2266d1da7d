import { type CensusFacts, countsText, fateText, isMixed, type PathFacts } from '../../facts/census-facts.ts';
import type { Facts } from '../../facts/facts.ts';
import { table } from '../table.ts';
import { both, code, type Html, html, NOTHING, number } from '../text.ts';

/** Every path of every collection: how many documents have it, as what, where it went, and what was noticed. */
export function censusSection({ census }: Facts): Html {
  if (census.length === 0) {
    return html`<p class="none">${both('No documents were counted.', '집계한 문서가 없습니다.')}</p>`;
  }
  return html`<p class="intro">${both(
    'Counted while every document was read anew for the row comparison. It holds no value.',
    '행 비교를 위해 모든 문서를 다시 읽으며 집계했습니다. 값은 담지 않습니다.',
  )}</p>${census.map(collectionCensus)}`;
}

const COLUMNS = [
  { en: 'Path', ko: '경로', as: 'wide' },
  { en: 'Documents', ko: '문서', as: 'number' },
  { en: 'BSON types', ko: 'BSON 타입', as: 'wide' },
  { en: 'Goes to', ko: '옮긴 곳', as: 'wide' },
  { en: 'Noticed', ko: '발견', optional: true },
] as const;

function collectionCensus({ collection, documents, paths }: CensusFacts): Html {
  const told = paths.filter((one) => one.documents > 0);
  const rows = told.map((one) => ({
    cells: [
      code(one.path),
      share(one.documents, documents),
      html`${countsText(one.types)}${isMixed(one.types) ? html` <strong>${both('mixed', '혼합')}</strong>` : ''}`,
      code(fateText(one.to)),
      noticed(one),
    ],
  }));
  return html`<details><summary><strong>${collection}</strong> ${both(
    `${number(documents)} documents, ${number(told.length)} paths`,
    `문서 ${number(documents)}건, 경로 ${number(told.length)}개`,
  )}</summary>${table(COLUMNS, rows, 'cards')}</details>`;
}

function share(part: number, all: number): string {
  if (part === all || all === 0) return number(part);
  // Nearly all are not all.
  return `${number(part)} (${Math.min(99.9, (part / all) * 100).toFixed(1)} %)`;
}

function noticed({ findings, refused }: PathFacts): Html | string {
  const [moved, held] = [countsText(findings), countsText(refused)];
  if (moved === '' && held === '') return NOTHING;
  return html`${moved}${held === '' ? '' : html` <span class="no">${both('refused', '격리')}: ${held}</span>`}`;
}
