import { createHash } from 'node:crypto';

/**
 * Names that a restore gives to what it makes beside a database or a schema, and to what it has replaced; and those of a
 * backup that is a database, before and after it is proved.
 */
export interface NamesBeside {
  readonly beside: string;
  readonly replaced: string;
  readonly unproved: string;
  readonly backup: string;
}

const ENDINGS = { beside: 'restored', replaced: 'replaced', unproved: 'unproved', backup: 'backup' } as const;

/** PostgreSQL cuts names after so many bytes. */
const LONGEST_NAME = 63;
/** Of a stamp that `restore` and `backup` give: `20261130033811`. */
export const STAMP_DIGITS = 14;
const ENDING = '_restored_'.length + STAMP_DIGITS;
const HASH = 8;

/** @param stamp makes the names unique; leftovers are found by those that are digits */
export function namesBeside(name: string, stamp: string): NamesBeside {
  const stem = stemOf(name);
  const named = Object.entries(ENDINGS).map(([kind, ending]) => [kind, `${stem}_${ending}_${stamp}`]);
  return Object.fromEntries(named) as unknown as NamesBeside;
}

/** What a name of `namesBeside` is, if it is one of this database or schema. */
export function kindBeside(name: string, other: string): keyof NamesBeside | null {
  const stem = stemOf(name);
  if (!other.startsWith(stem)) return null;
  const [, found] = new RegExp(`^_([a-z]+)_\\d{${STAMP_DIGITS}}$`).exec(other.slice(stem.length)) ?? [];
  const kinds = Object.keys(ENDINGS) as (keyof NamesBeside)[];
  return kinds.find((kind) => ENDINGS[kind] === found) ?? null;
}

/** A name that has room for an ending; two that are cut at the same place are told apart by their hashes. */
function stemOf(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_NAME - ENDING) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH);
  const cut = Buffer.from(name).subarray(0, LONGEST_NAME - ENDING - HASH - 1);
  // A character that was cut in its middle is left out.
  return `${new TextDecoder().decode(cut, { stream: true })}_${hash}`;
}
