import type { Words } from '../../messages/message.ts';
import { type Html, html, NOTHING } from './text.ts';

/** A column of a table. On a narrow screen every row becomes a card and the label stands before each value. */
export interface Column extends Words {
  /**
   * `number`: aligned by its digits. `amount`: a number that may be very long. `id`: room for an ObjectId. `wide`: takes
   * what room is left. `mark`: one character.
   */
  readonly as?: 'number' | 'amount' | 'id' | 'wide' | 'mark';
  /** Left out when no row has anything in it. */
  readonly optional?: boolean;
}

/** One row: its cells, and what the row may be linked and marked by. */
export interface Row {
  readonly cells: readonly (Html | string)[];
  readonly id?: string;
  readonly className?: string;
}

export function table(columns: readonly Column[], rows: readonly Row[], className = ''): Html {
  const shown = [...columns.entries()].filter(
    ([i, { optional }]) => optional !== true || rows.some(({ cells }) => cells[i] !== NOTHING),
  );
  const head = shown.map(
    ([, { en, ko, as }]) =>
      html`<th scope="col" class="${as ?? ''}"><span lang="en">${en}</span><span lang="ko">${ko}</span></th>`,
  );
  const body = rows.map(({ cells, id, className: rowClass = '' }) => {
    const row = shown.map(
      ([i, { en, ko, as }]) =>
        html`<td class="${as ?? ''}" data-en="${en}" data-ko="${ko}"><div>${cells[i]}</div></td>`,
    );
    return id === undefined
      ? html`<tr class="${rowClass}">${row}</tr>`
      : html`<tr class="${rowClass}" id="${id}">${row}</tr>`;
  });
  return html`<table class="${className}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

/** Pairs of a name and a value. */
export function definitions(pairs: readonly (readonly [Html, Html | string])[]): Html {
  return html`<dl>${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
