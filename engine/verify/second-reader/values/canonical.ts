import { Cursor, still, TYPE, textOf, Unreadable, utf8, type Value } from './cursor.ts';
import { decimal128Text } from './decimal.ts';

/**
 * A value as canonical Extended JSON (specification v2), at any depth without recursion.
 * @throws Unreadable for damaged bytes and text that is no UTF-8
 */
export function canonicalJson(value: Value): string {
  let text = '';
  const outer: { cursor: Cursor; close: string; isFirst: boolean }[] = [];
  let next: Value | null = value;
  for (;;) {
    if (next !== null) {
      const { type, bytes, at, end }: Value = next;
      if (type === TYPE.object || type === TYPE.array) {
        outer.push({ cursor: new Cursor(bytes, at, end), close: type === TYPE.array ? ']' : '}', isFirst: true });
        text += type === TYPE.array ? '[' : '{';
      } else if (type === TYPE.scopedCode) {
        const code = at + 4;
        const scope = code + 4 + bytes.readInt32LE(code);
        text += `{"$code":${JSON.stringify(wellFormed(utf8(bytes, code + 4, scope - 1)))},"$scope":{`;
        outer.push({ cursor: new Cursor(bytes, scope, end), close: '}}', isFirst: true });
      } else text += canonicalScalar(next);
    }
    const level = outer.at(-1);
    if (level === undefined) return text;
    if (!level.cursor.next()) {
      outer.pop();
      text += level.close;
      next = null;
      continue;
    }
    if (!level.isFirst) text += ',';
    level.isFirst = false;
    if (level.close !== ']') text += `${JSON.stringify(level.cursor.name)}:`;
    next = still(level.cursor);
  }
}

function wellFormed(text: string | null): string {
  if (text === null) throw new Unreadable();
  return text;
}

/** A value that holds no other ones. @throws Unreadable */
function canonicalScalar(value: Value): string {
  const { type, bytes, at, end } = value;
  switch (type) {
    case TYPE.string:
      return JSON.stringify(wellFormed(textOf(value)));
    case TYPE.boolean:
      return bytes[at] === 1 ? 'true' : 'false';
    case TYPE.null:
    case TYPE.undefined:
      return 'null';
    case TYPE.int:
      return `{"$numberInt":"${bytes.readInt32LE(at)}"}`;
    case TYPE.long:
      return `{"$numberLong":"${bytes.readBigInt64LE(at)}"}`;
    case TYPE.double:
      return `{"$numberDouble":"${doubleText(bytes.readDoubleLE(at))}"}`;
    case TYPE.decimal:
      return `{"$numberDecimal":"${decimal128Text(value)}"}`;
    case TYPE.objectId:
      return `{"$oid":"${bytes.toString('hex', at, end)}"}`;
    case TYPE.date:
      return `{"$date":{"$numberLong":"${bytes.readBigInt64LE(at)}"}}`;
    case TYPE.timestamp:
      return `{"$timestamp":{"t":${bytes.readUInt32LE(at + 4)},"i":${bytes.readUInt32LE(at)}}}`;
    case TYPE.binary:
      return binaryJson(value);
    case TYPE.regex: {
      const options = bytes.indexOf(0, at) + 1;
      const [pattern, flags] = [utf8(bytes, at, options - 1), utf8(bytes, options, end - 1)].map(wellFormed);
      return `{"$regularExpression":{"pattern":${JSON.stringify(pattern)},"options":${JSON.stringify(flags)}}}`;
    }
    case TYPE.code:
      return `{"$code":${JSON.stringify(wellFormed(textOf(value)))}}`;
    case TYPE.symbol:
      return `{"$symbol":${JSON.stringify(wellFormed(textOf(value)))}}`;
    case TYPE.minKey:
      return '{"$minKey":1}';
    case TYPE.maxKey:
      return '{"$maxKey":1}';
    default:
      throw new Unreadable();
  }
}

/** The spelling of a double in `$numberDouble`. */
export function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) ? value.toFixed(1) : `${value}`;
}

const OLD_BINARY = 2;

function binaryJson({ bytes, at, end }: Value): string {
  const subtype = bytes[at + 4]!;
  // Subtype 2 has its length once more in front of its bytes.
  const payload = bytes.toString('base64', at + (subtype === OLD_BINARY ? 9 : 5), end);
  return `{"$binary":{"base64":"${payload}","subType":"${subtype.toString(16).padStart(2, '0')}"}}`;
}
