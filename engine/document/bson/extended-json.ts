import { decimal128At, decimal128Text } from './decimal128.ts';
import { elementsOf, membersOf } from './members.ts';
import {
  binaryOf,
  boolOf,
  dbPointerOf,
  doubleOf,
  int32Of,
  int64Of,
  millisecondsOf,
  regexOf,
  scopeOf,
  textOf,
  timestampOf,
} from './scalars.ts';
import { TYPE } from './types.ts';
import { type BsonValue, isNumber, type Member } from './value.ts';

/** A value in canonical Extended JSON v2, and whether that text gives the very same bytes back. */
export interface ExtendedJson {
  readonly text: string;
  /** Not so for names that stand twice or in an order that JavaScript would change, and for objects that look like a type. */
  readonly exact: boolean;
  /** Whether keys of `_id`s are spelled so: undefined and pointers never were, told from null and DBRefs. */
  readonly isKey: boolean;
}

/** Names of which each makes an object mean a type of BSON in Extended JSON, unless null stands there. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['$oid', '$binary', '$uuid', '$symbol', '$numberInt', '$numberLong', '$numberDouble', '$numberDecimal'],
  ...['$minKey', '$maxKey', '$regex', '$regularExpression', '$timestamp', '$date', '$code', '$scope', '$undefined'],
  '$dbPointer',
]);
/** Deeper than any server stores. */
const LEVELS = 1_000;

/** Writes a value that `faultIn` finds no fault with. */
export function extendedJson(value: BsonValue): ExtendedJson {
  const writer = new Writer();
  const text = writer.write(value, 0);
  return { text, exact: writer.exact, isKey: writer.exact && writer.isKey };
}

class Writer {
  exact = true;
  isKey = true;

  write(value: BsonValue, level: number): string {
    switch (value.type) {
      case TYPE.string:
        return JSON.stringify(textOf(value));
      case TYPE.objectId:
        return `{"$oid":"${value.bytes.toString('hex', value.at, value.end)}"}`;
      case TYPE.object:
        return this.#object(value, level);
      case TYPE.array:
        return this.#array(value, level);
      case TYPE.null:
        return 'null';
      case TYPE.bool:
        return boolOf(value) ? 'true' : 'false';
      case TYPE.date:
        return `{"$date":{"$numberLong":"${millisecondsOf(value)}"}}`;
      default:
        return isNumber(value) ? this.#number(value) : this.#rare(value, level);
    }
  }

  #number(value: BsonValue): string {
    switch (value.type) {
      case TYPE.int32:
        return `{"$numberInt":"${int32Of(value)}"}`;
      case TYPE.int64:
        return `{"$numberLong":"${int64Of(value)}"}`;
      case TYPE.double:
        if (isOddNan(value)) this.exact = false;
        return `{"$numberDouble":"${doubleText(doubleOf(value))}"}`;
      default: {
        const decimal = decimal128At(value.bytes, value.at);
        if (!decimal.canonical) this.exact = false;
        return `{"$numberDecimal":"${decimal128Text(decimal)}"}`;
      }
    }
  }

  #rare(value: BsonValue, level: number): string {
    switch (value.type) {
      case TYPE.binary: {
        const { data, subType } = binaryOf(value);
        const hex = subType.toString(16).padStart(2, '0');
        return `{"$binary":{"base64":"${data.toString('base64')}","subType":"${hex}"}}`;
      }
      case TYPE.regex: {
        const { pattern, options } = regexOf(value);
        const texts = [pattern, options].map((bytes) => this.#bytesAsText(bytes));
        return `{"$regularExpression":{"pattern":${texts[0]},"options":${texts[1]}}}`;
      }
      case TYPE.timestamp: {
        const { t, i } = timestampOf(value);
        return `{"$timestamp":{"t":${t},"i":${i}}}`;
      }
      case TYPE.code:
        return `{"$code":${JSON.stringify(textOf(value))}}`;
      case TYPE.codeWithScope:
        return `{"$code":${JSON.stringify(textOf(value))},"$scope":${this.write(scopeOf(value), level + 1)}}`;
      case TYPE.symbol:
        return `{"$symbol":${JSON.stringify(textOf(value))}}`;
      case TYPE.dbPointer: {
        this.isKey = false;
        const { namespace, id } = dbPointerOf(value);
        return `{"$dbPointer":{"$ref":${JSON.stringify(namespace)},"$id":{"$oid":"${id.toString('hex')}"}}}`;
      }
      case TYPE.undefined:
        this.isKey = false;
        return '{"$undefined":true}';
      default:
        return value.type === TYPE.minKey ? '{"$minKey":1}' : '{"$maxKey":1}';
    }
  }

  #bytesAsText(bytes: Buffer): string {
    const text = bytes.toString('utf8');
    if (text.includes('\uFFFD') && !Buffer.from(text).equals(bytes)) this.exact = false;
    return JSON.stringify(text);
  }

  #object(value: BsonValue, level: number): string {
    if (level > LEVELS) return this.#tooDeep();
    const members = membersOf(value);
    if (members.some(looksLikeType) || !isInOrder(members.map(({ name }) => name))) this.exact = false;
    const texts = members.map(({ name, value: inner }) => `${JSON.stringify(name)}:${this.write(inner, level + 1)}`);
    return `{${texts.join(',')}}`;
  }

  #array(value: BsonValue, level: number): string {
    if (level > LEVELS) return this.#tooDeep();
    if (!hasPlainNames(value)) this.exact = false;
    return `[${elementsOf(value)
      .map((element) => this.write(element, level + 1))
      .join(',')}]`;
  }

  #tooDeep(): string {
    this.exact = false;
    return 'null';
  }
}

/** Whether a member makes its object look like a type of BSON. */
export function looksLikeType({ name, value }: Member): boolean {
  return RESERVED.has(name) && value.type !== TYPE.null;
}

/** Whether an object of JavaScript has these names in this order: each once, and whole numbers first, ascending. */
export function isInOrder(names: readonly string[]): boolean {
  let last = -1;
  let others = false;
  for (const name of names) {
    if (!isIndex(name)) others = true;
    else if (others || Number(name) <= last) return false;
    else last = Number(name);
  }
  return names.length < 2 || new Set(names).size === names.length;
}

function isIndex(name: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(name) && Number(name) < 2 ** 32 - 1;
}

/** Whether the elements of an array are named 0, 1, 2 …, as every driver of today names them. */
export function hasPlainNames(array: BsonValue): boolean {
  return membersOf(array).every(({ name }, index) => name === String(index));
}

/** NaN has many bit patterns; drivers write this one. */
export function isOddNan({ bytes, at }: BsonValue): boolean {
  const high = bytes.readUInt32LE(at + 4);
  return Number.isNaN(bytes.readDoubleLE(at)) && (high !== 0x7ff8_0000 || bytes.readUInt32LE(at) !== 0);
}

/** A double as canonical Extended JSON writes it. */
export function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
