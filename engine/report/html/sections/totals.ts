import { TOTAL_NOTES } from '../../../messages/labels/report.ts';
import type { Total } from '../../../verify/totals/total.ts';
import type { Facts } from '../../facts/facts.ts';
import type { StageFacts } from '../../facts/stage-facts.ts';
import { table } from '../table.ts';
import { both, code, type Html, html, label, NOTHING } from '../text.ts';

/** Counts, sums and ends of values, each database's own, side by side; NULLs and ends that agree are folded away. */
export function totalsSection({ stages }: Facts): Html {
  return html`<p class="intro">${both(
    'What the source’s own engine counts, less what lies in quarantine, with every alteration listed, is what PostgreSQL must have.',
    '원본 엔진이 계산한 값에서 격리된 몫을 빼고 변경된 몫을 더하면 PostgreSQL의 값과 같아야 합니다.',
  )}</p>${stages.map(stageTotals)}`;
}

const WHAT = {
  documents: ['documents', '문서 수'],
  elements: ['elements', '원소 수'],
  sum: ['sum', '합계'],
  nulls: ['NULLs', 'NULL 수'],
  least: ['least', '최솟값'],
  greatest: ['greatest', '최댓값'],
} as const;

/** There is one of each for nearly every column. */
const FOLDED: readonly Total['what'][] = ['nulls', 'least', 'greatest'];

function stageTotals({ name, totals }: StageFacts): Html {
  const title = html`<h3>${name}</h3>`;
  if (totals === null) {
    return html`${title}<p class="none">${both('Not compared.', '비교하지 않았습니다.')}</p>`;
  }
  const columns = [
    { en: 'Agree', ko: '일치', as: 'mark' },
    { en: 'What', ko: '항목', as: 'wide' },
    { en: 'Source', ko: '원본', as: 'amount' },
    { en: '− Quarantined', ko: '− 격리', as: 'amount' },
    { en: '± Altered', ko: '± 변경', as: 'amount' },
    { en: '= Expected', ko: '= 기대값', as: 'amount' },
    { en: 'PostgreSQL', ko: 'PostgreSQL', as: 'amount' },
  ] as const;
  const rowOf = (total: Total) => {
    const place = total.column === null ? total.table : `${total.table}.${total.column}`;
    const [en, ko] = WHAT[total.what];
    return {
      className: total.agree ? '' : 'differs',
      cells: [
        total.agree ? html`<span class="yes">=</span>` : html`<span class="no">≠</span>`,
        html`${both(en, ko)} ${total.path === '' ? '' : code(total.path)}${noteMark(total.note)}<small class="under">→ ${code(place)}</small>`,
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
      : html`<details><summary>${both(
          `${folded.length} more figures agree: NULLs, least and greatest values`,
          `NULL 수, 최솟값, 최댓값 등 ${folded.length}개 항목도 일치합니다`,
        )}</summary>${table(columns, folded.map(rowOf), 'cards')}</details>`;
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
