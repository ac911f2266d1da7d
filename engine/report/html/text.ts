/**
 * Pieces of the HTML report, by Hono's `html`: a tagged template that escapes every value by itself, works without a
 * build step or a virtual DOM, and is one package without dependencies.
 */
import { html, raw } from 'hono/html';
import { tenths } from '../../common/tenths.ts';
import { inKorean, type Message } from '../../messages/catalogue.ts';
import type { Words } from '../../messages/message.ts';

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

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `2026-11-25 00:21:34 UTC`, the same in both languages. */
export function moment(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
}

export function duration(seconds: number): Html {
  const rounded = tenths(seconds);
  if (rounded < 60) return both(`${rounded} s`, `${rounded}초`);
  const [hours, minutes, rest] = [
    Math.floor(rounded / 3600),
    Math.floor((rounded % 3600) / 60),
    Math.round(rounded % 60),
  ];
  return hours === 0
    ? both(`${minutes} min ${rest} s`, `${minutes}분 ${rest}초`)
    : both(`${number(hours)} h ${minutes} min`, `${number(hours)}시간 ${minutes}분`);
}
