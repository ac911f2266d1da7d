import { Binary, BSONType, onDemand } from 'bson';
import type { Findings } from './check-value.ts';

/** BSON types whose value is a length and a text. */
const TEXTS: readonly number[] = [BSONType.string, BSONType.javascript, BSONType.symbol];
/** U+FFFD, which like a surrogate takes three bytes of UTF-8: no length changes. */
const REPLACEMENT = Buffer.from('\uFFFD');

/**
 * A copy of a BSON document in which surrogates that were encoded one by one are U+FFFD, in every text where a policy
 * says so. Field names stay as they are.
 */
export function replaceSurrogates(bytes: Uint8Array, to: Findings): Uint8Array {
  const copy = Buffer.from(bytes);
  replaceInLevel(copy, 0, '', to);
  return copy;
}

function replaceInLevel(bytes: Buffer, start: number, prefix: string, to: Findings): void {
  for (const [type, nameOffset, nameLength, offset, length] of onDemand.parseToElements(bytes, start)) {
    const path = prefix + bytes.toString('utf8', nameOffset, nameOffset + nameLength);
    if (type === BSONType.object || type === BSONType.array) replaceInLevel(bytes, offset, `${path}.`, to);
    else if (TEXTS.includes(type)) replaceInText(bytes.subarray(offset + 4, offset + length - 1), path, to);
  }
}

function replaceInText(text: Buffer, path: string, to: Findings): void {
  const old = Buffer.from(text);
  for (let at = text.indexOf(0xed); at >= 0; at = text.indexOf(0xed, at + 1)) {
    if (isSurrogate(text, at) && to.actionFor('loneSurrogate', path) === 'replace') REPLACEMENT.copy(text, at);
  }
  if (!old.equals(text)) to.finding({ path, code: 'loneSurrogate=replace', oldValue: new Binary(old) });
}

/** U+D800..U+DFFF as three bytes of UTF-8, as some old drivers wrote them: ED A0..BF xx. */
export function isSurrogate(bytes: Uint8Array, at: number): boolean {
  const [first, second = 0, third = 0] = bytes.subarray(at, at + 3);
  return first === 0xed && second >= 0xa0 && second <= 0xbf && third >= 0x80 && third <= 0xbf;
}
