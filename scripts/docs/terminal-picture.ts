/**
 * A picture of a terminal: reads its text (`tmux capture-pane -p`) from standard input and writes an SVG to standard output.
 *
 *     tmux capture-pane -p -t demo | node scripts/bootstrap.mjs scripts/docs/terminal-picture.ts > docs/images/terminal.svg
 */
import { text } from 'node:stream/consumers';
import stringWidth from 'string-width';

/** Pixels. */
const CELL = { width: 8, height: 18 };
const MARGIN = 16;

const FONT = 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK KR", monospace';

process.stdout.write(pictureOf((await text(process.stdin)).trimEnd().split('\n')));

function pictureOf(lines: readonly string[]): string {
  const width = Math.max(...lines.map((line) => stringWidth(line))) * CELL.width + 2 * MARGIN;
  const height = lines.length * CELL.height + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family='${FONT}' font-size="13" fill="#e6edf3">`,
    ...lines.map((line, at) => lineOf(line, MARGIN + (at + 0.75) * CELL.height)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Each run of equally wide characters gets its place and length: fonts disagree on the width of Korean and of emoji. */
function lineOf(line: string, y: number): string {
  let x = MARGIN;
  const runs = (
    line.match(/[\p{Script=Hangul}\p{Emoji_Presentation}]+|[^\p{Script=Hangul}\p{Emoji_Presentation}]+/gu) ?? []
  ).map((run) => {
    const length = stringWidth(run) * CELL.width;
    const tspan = `<tspan x="${x}" textLength="${length}">${escaped(run)}</tspan>`;
    x += length;
    return tspan;
  });
  return `<text y="${y}">${runs.join('')}</text>`;
}

/** SVG folds spaces, but not those that do not break. */
function escaped(run: string): string {
  return run.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(' ', '\u00a0');
}
