import { isUtf8 } from 'node:buffer';
import { BSONType } from 'bson';
import { DocumentRefused } from './finding.ts';
import { valueEnd } from './source/raw-bson.ts';
import { isWideDate } from './wide-date.ts';

/**
 * Holds the field names of a valid BSON document to what an object of JavaScript can keep. Decoding says nothing of a
 * name that is no UTF-8, nor of one that stands twice in one object: it would alter the one and drop the other's value.
 * @returns whether one of its dates is beyond what JavaScript’s Date holds, which this pass sees anyway
 * @throws DocumentRefused `invalidUtf8`, `repeatedField`
 */
export function checkFieldNames(bytes: Uint8Array): boolean {
  return checkLevel(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 0, '', false);
}

function checkLevel(bytes: Buffer, start: number, prefix: string, isArray: boolean): boolean {
  let hasWideDate = false;
  const seen = new Set<number>();
  let at = start + 4;
  for (let type = bytes[at]!; type !== 0; type = bytes[at]!) {
    const name = at + 1;
    let hash = 0;
    let high = 0;
    let end = name;
    for (let byte = bytes[end]!; byte !== 0; byte = bytes[++end]!) {
      hash = (Math.imul(hash, 31) + byte) | 0;
      high |= byte;
    }
    if (high >= 0x80 && !isUtf8(bytes.subarray(name, end))) throw new DocumentRefused('invalidUtf8', null);
    // An array's elements stand in their order, whatever their names say.
    if (!isArray) {
      if (seen.has(hash)) refuseRepeated(bytes, start, prefix);
      seen.add(hash);
    }
    at = end + 1;
    if (type === BSONType.object || type === BSONType.array) {
      const inner = `${prefix}${bytes.toString('utf8', name, end)}.`;
      hasWideDate = checkLevel(bytes, at, inner, type === BSONType.array) || hasWideDate;
    } else if (type === BSONType.date) hasWideDate ||= isWideDate(bytes, at);
    at = afterValue(type, bytes, at);
  }
  return hasWideDate;
}

/** The place after a value. @throws DocumentRefused `invalidBson`, for what the decoder should have found before */
function afterValue(type: number, bytes: Buffer, at: number): number {
  const after = valueEnd(bytes, type, at, bytes.length);
  if (after < 0) throw new DocumentRefused('invalidBson', null);
  return after;
}

/** Two names with one hash: refused when they are one name. */
function refuseRepeated(bytes: Buffer, start: number, prefix: string): void {
  const seen = new Set<string>();
  let at = start + 4;
  for (let type = bytes[at]!; type !== 0; type = bytes[at]!) {
    const end = bytes.indexOf(0, at + 1);
    const name = bytes.toString('utf8', at + 1, end);
    if (seen.has(name)) throw new DocumentRefused('repeatedField', prefix + name);
    seen.add(name);
    at = end + 1;
    at = afterValue(type, bytes, at);
  }
}
