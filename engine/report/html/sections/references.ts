import { grouped } from '../../../common/figures.ts';
import { REFERENCE_CHECKS } from '../../../messages/labels/references.ts';
import { COLUMNS } from '../../../messages/report/columns.ts';
import { HEADINGS } from '../../../messages/report/headings.ts';
import { EMPTY, NOTES } from '../../../messages/report/notes.ts';
import type { ReferenceCheck } from '../../../verify/references/reference-check.ts';
import type { Facts } from '../../facts/facts.ts';
import { table } from '../table.ts';
import { code, type Html, html, label, NOTHING } from '../text.ts';

/** What the references were held against, set by set: those that hold are only counted. */
export function referencesSection({ stages }: Facts): Html {
  const checks = stages.flatMap(({ references }) => references ?? []);
  if (checks.length === 0) return html`<p class="none">${label(EMPTY.references)}</p>`;
  const broken = checks.filter(({ wrong }) => wrong > 0);
  const whats = Object.keys(REFERENCE_CHECKS) as (keyof typeof REFERENCE_CHECKS)[];
  const sums = whats.map((what) => sumOf(what, checks)).filter(({ checked }) => checked > 0);
  return html`<p class="intro">${label(NOTES.references)}</p>${table(SHOWN, sums.map(rowOf), 'cards')}${broken.length === 0 ? '' : html`<h3>${label(HEADINGS.broken)}</h3>${table(SHOWN, broken.map(rowOf), 'cards')}`}`;
}

const SHOWN = [
  { ...COLUMNS.agree, as: 'mark' },
  { ...COLUMNS.lookedFor, as: 'wide' },
  { ...COLUMNS.where, optional: true },
  { ...COLUMNS.checked, as: 'number' },
  { ...COLUMNS.found, as: 'number' },
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
      grouped(checked),
      grouped(wrong),
    ],
  };
}
