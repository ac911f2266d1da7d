/** SQL of a timestamp column as ISO 8601 text of UTC with milliseconds: `2026-11-25T03:10:00.000Z`. */
export function isoText(column: string): string {
  return `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
