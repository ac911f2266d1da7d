import { elementsOf } from '../document/bson/raw-bson.ts';
import { TYPE } from '../document/bson/types.ts';
import { BsonValue } from '../document/bson/value.ts';
import type { Findings } from '../plan/check-context.ts';

/** BSON types whose value is a length and a text. */
const TEXTS: ReadonlySet<number> = new Set([TYPE.string, TYPE.code, TYPE.symbol]);
/** U+FFFD, which like a surrogate takes three bytes of UTF-8: no length changes. */
const REPLACEMENT = Buffer.from('\uFFFD');

/**
 * A copy of a BSON document in which surrogates that were encoded one by one are U+FFFD, in every text where a policy
 * says so. Field names stay as they are.
 */
export function replaceSurrogates(bytes: Buffer, to: Findings): Buffer {
  const copy = Buffer.from(bytes);
  const levels = [{ start: 0, end: bytes.length, prefix: '' }];
  for (let level = levels.pop(); level !== undefined; level = levels.pop()) {
    for (const { type, nameAt, at, after } of elementsOf(bytes, level.start, level.end)) {
      const path = level.prefix + bytes.toString('utf8', nameAt, at - 1);
      if (type === TYPE.object || type === TYPE.array) levels.push({ start: at, end: after, prefix: `${path}.` });
      else if (TEXTS.has(type)) replaceInText(copy, new BsonValue(type, bytes, at, after), path, to);
    }
  }
  return copy;
}

function replaceInText(copy: Buffer, old: BsonValue, path: string, to: Findings): void {
  const [start, end] = [old.at + 4, old.end - 1];
  let isOther = false;
  for (let at = copy.indexOf(0xed, start); at >= 0 && at < end; at = copy.indexOf(0xed, at + 1)) {
    if (!isSurrogate(copy, at) || to.actionFor('loneSurrogate', path) !== 'replace') continue;
    REPLACEMENT.copy(copy, at);
    isOther = true;
  }
  if (isOther) to.finding({ path, code: 'loneSurrogate=replace', oldValue: old });
}

/** U+D800..U+DFFF as three bytes of UTF-8, as some old drivers wrote them: ED A0..BF xx. */
export function isSurrogate(bytes: Uint8Array, at: number): boolean {
  const [first, second = 0, third = 0] = bytes.subarray(at, at + 3);
  return first === 0xed && second >= 0xa0 && second <= 0xbf && third >= 0x80 && third <= 0xbf;
}
