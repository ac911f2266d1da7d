/**
 * Characters that steer a terminal or a reader's eye instead of being read: controls (with them terminal escapes),
 * line and paragraph separators, lone surrogates, and format characters such as right-to-left overrides. The
 * zero-width joiners stay: emoji and some scripts need them.
 */
const STEERING = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text with its steering characters written out, `\u{1b}` for the one that begins a terminal escape. */
export function harmlessText(text: string): string {
  return text.replace(STEERING, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** JSON that says the same with its steering characters as JSON’s own escapes; line ends between values stay. */
export function harmlessJson(json: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return json.replace(STEERING, (character) =>
    character === '\n' ? character : character.split('').map(escaped).join(''),
  );
}

const segmenter = new Intl.Segmenter('ko', { granularity: 'grapheme' });

/** The first `most` characters, as people count them, and `…` where there are more. */
export function shortText(text: string, most: number): string {
  let length = 0;
  for (const { index } of segmenter.segment(text)) {
    if (length === most) return `${text.slice(0, index)}…`;
    length += 1;
  }
  return text;
}

/** A Markdown table of Markdown. @param cellOf makes a cell of a text; bars in it must be escaped */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  cellOf: (text: string) => string = (text) => text.replaceAll('|', '\\|'),
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cellOf).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** A Markdown table of values: nothing in a cell has a meaning in Markdown. */
export function valuesTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable(head, rows, markdownText);
}

/**
 * A harmless text without meaning in Markdown, inside a line or a table's cell: no markup, no HTML, no mentions, and
 * no addresses that readers of Markdown turn into links by themselves.
 */
export function markdownText(text: string): string {
  return harmlessText(text)
    .replace(/[\\`*_[\]<>|~&@]/g, '\\$&')
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/www\./gi, (found) => `${found.slice(0, -1)}\\.`);
}
