import { TOTAL_NOTES } from '../../../messages/labels/report.ts';
import { COLUMNS } from '../../../messages/report/columns.ts';
import { EMPTY, figuresAgree, NOTES } from '../../../messages/report/notes.ts';
import { TOTALS } from '../../../messages/report/words.ts';
import type { Total } from '../../../verify/totals/total.ts';
import type { Facts } from '../../facts/facts.ts';
import type { StageFacts } from '../../facts/stage-facts.ts';
import { table } from '../table.ts';
import { code, type Html, html, label, NOTHING, says } from '../text.ts';

/** Counts, sums and ends of values, each database's own, side by side; NULLs and ends that agree are folded away. */
export function totalsSection({ stages }: Facts): Html {
  return html`<p class="intro">${label(NOTES.totals)}</p>${stages.map(stageTotals)}`;
}

/** There is one of each for nearly every column. */
const FOLDED: readonly Total['what'][] = ['nulls', 'least', 'greatest'];

function stageTotals({ name, totals }: StageFacts): Html {
  const title = html`<h3>${name}</h3>`;
  if (totals === null) {
    return html`${title}<p class="none">${label(EMPTY.totals)}</p>`;
  }
  const columns = [
    { ...COLUMNS.agree, as: 'mark' },
    { ...COLUMNS.what, as: 'wide' },
    { ...COLUMNS.source, as: 'amount' },
    { ...COLUMNS.withoutQuarantined, as: 'amount' },
    { ...COLUMNS.altered, as: 'amount' },
    { ...COLUMNS.expected, as: 'amount' },
    { ...COLUMNS.postgres, as: 'amount' },
  ] as const;
  const rowOf = (total: Total) => {
    const place = total.column === null ? total.table : `${total.table}.${total.column}`;
    return {
      className: total.agree ? '' : 'differs',
      cells: [
        total.agree ? html`<span class="yes">=</span>` : html`<span class="no">≠</span>`,
        html`${label(TOTALS[total.what])} ${total.path === '' ? '' : code(total.path)}${noteMark(total.note)}<small class="under">→ ${code(place)}</small>`,
        amount(total.source),
        total.quarantined === '0' ? html`<span class="none">0</span>` : amount(total.quarantined),
        total.alterations.length === 0
          ? NOTHING
          : html`${total.alterations.map(({ code: why, findings, value }) => html`<span class="line">${amount(value)} <small>${why} × ${findings}</small></span>`)}`,
        amount(total.expected),
        html`<strong>${amount(total.found)}</strong>`,
      ],
    };
  };
  const folded = totals.filter(({ what, agree }) => agree && FOLDED.includes(what));
  const open = totals.filter((total) => !folded.includes(total));
  const noted = [...new Set(totals.flatMap(({ note }) => (note === null ? [] : [note])))];
  const notes = noted.map((note) => html`<p class="note">${noteMark(note)} ${label(TOTAL_NOTES[note])}</p>`);
  const more =
    folded.length === 0
      ? ''
      : html`<details><summary>${says(figuresAgree({ figures: folded.length }))}</summary>${table(columns, folded.map(rowOf), 'cards')}</details>`;
  return html`${title}${table(columns, open.map(rowOf), 'cards')}${more}${notes}`;
}

function noteMark(note: keyof typeof TOTAL_NOTES | null): Html | string {
  return note === null ? '' : html`<sup>${Object.keys(TOTAL_NOTES).indexOf(note) + 1}</sup>`;
}

/** Groups the digits before the point of an exact decimal; a very long one may be broken. */
function amount(text: string): Html | string {
  const shown = /^-?\d+(\.\d+)?$/.test(text) ? text.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',') : text;
  return shown.length > 16 ? html`<span class="long">${shown}</span>` : shown;
}
