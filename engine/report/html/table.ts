import { type Html, html, type Label } from './text.ts';

/** A column of a table. On a narrow screen every row becomes a card and the label stands before each value. */
export interface Column extends Label {
  /** `number`: aligned by its digits. `wide`: takes what room is left. `mark`: one character. */
  readonly as?: 'number' | 'wide' | 'mark';
}

/** One row: its cells, and what the row may be linked and marked by. */
export interface Row {
  readonly cells: readonly (Html | string)[];
  readonly id?: string;
  readonly className?: string;
}

export function table(columns: readonly Column[], rows: readonly Row[], className = ''): Html {
  const head = columns.map(
    ({ en, ko, as }) =>
      html`<th scope="col" class="${as ?? ''}"><span lang="en">${en}</span><span lang="ko">${ko}</span></th>`,
  );
  const body = rows.map(
    ({ cells, id, className: rowClass }) =>
      html`<tr ${id === undefined ? '' : html`id="${id}"`} class="${rowClass ?? ''}">${cells.map(
        (cell, i) =>
          html`<td class="${columns[i]!.as ?? ''}" data-en="${columns[i]!.en}" data-ko="${columns[i]!.ko}"><div>${cell}</div></td>`,
      )}</tr>`,
  );
  return html`<table class="${className}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

/** Pairs of a name and a value. */
export function definitions(pairs: readonly (readonly [Html, Html | string])[]): Html {
  return html`<dl>${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
