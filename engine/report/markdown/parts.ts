import { markdownText } from '../../common/shown-text.ts';
import type { Label } from '../../messages/message.ts';
import { COLUMNS } from '../../messages/report/columns.ts';
import { lastedSeconds } from '../../messages/report/notes.ts';

/** A heading and what stands below it. */
export function part(heading: Label, ...below: readonly string[]): string {
  return [`## ${heading.en}`, ...below].join('\n\n');
}

/** The same of one stage or collection. */
export function partOf(heading: Label, name: string, ...below: readonly string[]): string {
  return [`## ${heading.en}: ${markdownText(name)}`, ...below].join('\n\n');
}

/** The heads of a table; null has none. */
export function headOf(...columns: readonly (keyof typeof COLUMNS | null)[]): string[] {
  return columns.map((column) => (column === null ? '' : COLUMNS[column].en));
}

export function lasted(seconds: number): string {
  return lastedSeconds({ seconds: String(seconds) }).text;
}
