import { EJSON } from 'bson';
import { extendedJson } from '../../../engine/document/bson/extended-json.ts';
import { faultIn } from '../../../engine/document/bson/fault.ts';
import { documentValue } from '../../../engine/document/bson/value.ts';
import { type LegacyKey, valueInKey } from '../../../engine/document/legacy-key.ts';

/** A document for people and other programs. */
export interface ToldDocument {
  /** Canonical Extended JSON; null when the bytes are damaged. */
  readonly document: unknown;
  /** Whether that Extended JSON gives the very same bytes back: it knows no name that stands twice, say. */
  readonly isExact: boolean;
}

/** Tells a document, and whether anything of it is lost on the way. */
export function tellDocument(bytes: Buffer): ToldDocument {
  if (faultIn(bytes) !== null) return { document: null, isExact: false };
  const { text, exact } = extendedJson(documentValue(bytes));
  return { document: JSON.parse(text), isExact: exact };
}

/** An `_id` in canonical Extended JSON. */
export function tellId(key: LegacyKey): unknown {
  const value = valueInKey(key);
  return JSON.parse(value === null ? key.toString('utf8', 1) : extendedJson(value).text);
}

/**
 * One line of canonical Extended JSON.
 * @param told values that are Extended JSON already, each in the place of its name
 */
export function canonical(about: Readonly<Record<string, unknown>>, told: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...EJSON.serialize(about, { relaxed: false }), ...told });
}
