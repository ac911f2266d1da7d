/**
 * Pieces of the HTML report, by Hono's `html`: a tagged template that escapes every value by itself, works without a
 * build step or a virtual DOM, and is one package without dependencies.
 */

import { html, raw } from 'hono/html';
import { tenths } from '../../common/figures.ts';
import { inKorean, type Message } from '../../messages/catalogue.ts';
import type { Words } from '../../messages/message.ts';
import { lastedHours, lastedMinutes, lastedSeconds } from '../../messages/report/notes.ts';

export { html, raw };

/** A piece of markup; pieces in templates are put in as they are, any other value is escaped. */
export type Html = ReturnType<typeof html>;

/** A text in both languages; the page shows the one that was chosen. */
export function both(en: string | Html, ko: string | Html): Html {
  return html`<span lang="en">${en}</span><span lang="ko">${ko}</span>`;
}

/** A label in both languages. */
export function label({ en, ko }: Words): Html {
  return both(en, ko);
}

/** The label of a name of the data; a name without one stands as it is. */
export function named(table: Readonly<Record<string, Words>>, name: string): Html {
  return label(Object.hasOwn(table, name) ? table[name]! : { en: name, ko: name });
}

/** A message in both languages. */
export function says(said: Message): Html {
  return sentence(said.text, said);
}

/** A sentence of the facts; one that this build has no translation of stands as it is. */
export function sentence(en: string, said: Message | null | undefined): Html {
  const ko = said == null ? null : inKorean(said);
  return ko === null ? html`<span class="untranslated" dir="auto">${en}</span>` : both(en, ko);
}

/** A name or a value of the data: never translated, its direction its own. */
export function code(text: string): Html {
  return html`<code dir="auto">${text}</code>`;
}

export const NOTHING = html`<span class="none">–</span>`;

/** `2026-11-25 00:21:34 UTC`, the same in both languages. */
export function moment(iso: string): Html {
  return html`<time datetime="${iso}">${momentText(iso)}</time>`;
}

export function momentText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

export function duration(seconds: number): Html {
  const rounded = tenths(seconds);
  if (rounded < 60) return says(lastedSeconds({ seconds: String(rounded) }));
  const [hours, minutes, rest] = [
    Math.floor(rounded / 3600),
    Math.floor((rounded % 3600) / 60),
    Math.round(rounded % 60),
  ];
  return hours === 0 ? says(lastedMinutes({ minutes, seconds: rest })) : says(lastedHours({ hours, minutes }));
}
