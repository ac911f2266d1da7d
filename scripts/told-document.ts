import { EJSON, serialize } from 'bson';
import { decode } from '../engine/decode-document.ts';

/** A document for people and other programs. */
export interface ToldDocument {
  /** For canonical Extended JSON; null when the bytes are no BSON that can be decoded. */
  readonly document: unknown;
  /** Whether that Extended JSON gives the very same bytes back: it knows no dates outside of JavaScript’s range, say. */
  readonly isExact: boolean;
}

/** Decodes a document, and sees whether anything of it is lost on the way. */
export function tellDocument(bytes: Buffer): ToldDocument {
  try {
    const document = decode(bytes);
    const again = EJSON.parse(canonical(document), { relaxed: false });
    return { document, isExact: bytes.equals(serialize(again)) };
  } catch {
    return { document: null, isExact: false };
  }
}

/** Canonical Extended JSON of one line, or of many to be read by people. */
export function canonical(value: unknown, indent = 0): string {
  return EJSON.stringify(value, undefined, indent, { relaxed: false });
}
