import { byteaText } from './bytea.ts';

/**
 * Ids as PostgreSQL's text of a `uuid[]` (manual, "Arrays", 8.15.6). A driver that is given an array looks for what has
 * to be quoted in each of its elements.
 */
export function uuidArray(ids: readonly string[]): string {
  return `{${ids.join(',')}}`;
}

/** Bytes as the text of a `bytea[]`. */
export function byteaArray(all: readonly Uint8Array[]): string {
  return `{${all.map((bytes) => `\\${byteaText(bytes)}`).join(',')}}`;
}
