import { isUtf8 } from 'node:buffer';
import { int32At, valueEnd } from './raw-bson.ts';
import { TYPE } from './types.ts';

/** What is wrong with a document's bytes: a length, type or terminator, or a text that is no UTF-8. */
export type Fault = 'invalidBson' | 'invalidUtf8';

/**
 * The first fault of a document's bytes, or null: afterwards they can be walked without a look at lengths. Patterns of
 * regular expressions may be any bytes, as MongoDB takes them. It does not recurse: no depth is too great for it.
 */
export function faultIn(bytes: Buffer): Fault | null {
  const length = bytes.length;
  if (length < 5 || int32At(bytes, 0) !== length || bytes[length - 1] !== 0) return 'invalidBson';
  const outer: number[] = [];
  let stop = length - 1;
  let at = 4;
  for (;;) {
    if (at === stop) {
      const next = outer.pop();
      if (next === undefined) return null;
      at = stop + 1;
      stop = next;
      continue;
    }
    const type = bytes[at++]!;
    let high = 0;
    const name = at;
    for (let byte = bytes[at]!; byte !== 0; byte = bytes[++at]!) high |= byte;
    if (at >= stop) return 'invalidBson';
    if (high >= 0x80 && !isUtf8(bytes.subarray(name, at))) return 'invalidUtf8';
    const after = valueEnd(bytes, type, ++at, stop);
    if (after < 0) return 'invalidBson';
    if (type === TYPE.object || type === TYPE.array) {
      if (bytes[after - 1] !== 0) return 'invalidBson';
      outer.push(stop);
      stop = after - 1;
      at += 4;
      continue;
    }
    if (type === TYPE.codeWithScope) {
      const scope = scopeAt(bytes, at, after);
      if (scope < 0) return 'invalidBson';
      if (!isText(bytes, at + 8, scope - 1)) return 'invalidUtf8';
      outer.push(stop);
      stop = after - 1;
      at = scope + 4;
      continue;
    }
    const fault = faultOfScalar(bytes, type, at, after);
    if (fault !== null) return fault;
    at = after;
  }
}

function faultOfScalar(bytes: Buffer, type: number, at: number, after: number): Fault | null {
  switch (type) {
    case TYPE.string:
    case TYPE.code:
    case TYPE.symbol:
      return isText(bytes, at + 4, after - 1) ? null : 'invalidUtf8';
    case TYPE.dbPointer:
      return isText(bytes, at + 4, after - 13) ? null : 'invalidUtf8';
    case TYPE.bool:
      return bytes[at]! <= 1 ? null : 'invalidBson';
    case TYPE.binary:
      // The old binary has its length a second time.
      return bytes[at + 4] !== 2 || (after - at >= 9 && int32At(bytes, at + 5) === after - at - 9)
        ? null
        : 'invalidBson';
    default:
      return null;
  }
}

/** Where the scope of code begins, or −1 when its lengths do not fit each other. */
function scopeAt(bytes: Buffer, at: number, after: number): number {
  if (after - at < 4 + 4 + 1 + 5) return -1;
  const length = int32At(bytes, at + 4);
  const scope = at + 8 + length;
  if (length < 1 || scope > after - 5 || bytes[scope - 1] !== 0) return -1;
  return int32At(bytes, scope) === after - scope && bytes[after - 1] === 0 ? scope : -1;
}

function isText(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! >= 0x80) return isUtf8(bytes.subarray(at, end));
  return true;
}
