import { REFERENCE_CHECKS } from '../../../messages/labels/references.ts';
import type { ReferenceCheck } from '../../../verify/references/reference-check.ts';
import type { Facts } from '../../facts/facts.ts';
import { table } from '../table.ts';
import { both, code, type Html, html, label, NOTHING, number } from '../text.ts';

/** What the references were held against, set by set: those that hold are only counted. */
export function referencesSection({ stages }: Facts): Html {
  const checks = stages.flatMap(({ references }) => references ?? []);
  if (checks.length === 0) return html`<p class="none">${both('Not checked.', '확인하지 않았습니다.')}</p>`;
  const broken = checks.filter(({ wrong }) => wrong > 0);
  const whats = Object.keys(REFERENCE_CHECKS) as (keyof typeof REFERENCE_CHECKS)[];
  const sums = whats.map((what) => sumOf(what, checks)).filter(({ checked }) => checked > 0);
  return html`<p class="intro">${both(
    'Held in SQL against the rows, the ID map and the source’s own values, without deriving any row.',
    '행을 다시 만들지 않고 SQL로 행, ID 맵, 원본 값과 직접 대조했습니다.',
  )}</p>${table(COLUMNS, sums.map(rowOf), 'cards')}${broken.length === 0 ? '' : html`<h3>${both('Broken', '어긋난 것')}</h3>${table(COLUMNS, broken.map(rowOf), 'cards')}`}`;
}

const COLUMNS = [
  { en: 'Right', ko: '일치', as: 'mark' },
  { en: 'What is looked for', ko: '찾는 것', as: 'wide' },
  { en: 'Where', ko: '위치', optional: true },
  { en: 'Checked', ko: '확인', as: 'number' },
  { en: 'Found', ko: '발견', as: 'number' },
] as const;

type Line = Pick<ReferenceCheck, 'what' | 'checked' | 'wrong'> & { readonly place: string | null };

function sumOf(what: ReferenceCheck['what'], checks: readonly ReferenceCheck[]): Line {
  const alike = checks.filter((one) => one.what === what);
  const sum = (pick: (check: ReferenceCheck) => number) => alike.reduce((total, one) => total + pick(one), 0);
  return { what, place: null, checked: sum(({ checked }) => checked), wrong: sum(({ wrong }) => wrong) };
}

function rowOf(line: Line | ReferenceCheck) {
  const { what, checked, wrong } = line;
  const place = 'table' in line ? (line.column === null ? line.table : `${line.table}.${line.column}`) : line.place;
  return {
    className: wrong === 0 ? '' : 'differs',
    cells: [
      wrong === 0 ? html`<span class="yes">=</span>` : html`<span class="no">≠</span>`,
      label(REFERENCE_CHECKS[what]),
      place === null ? NOTHING : code(place),
      number(checked),
      number(wrong),
    ],
  };
}
