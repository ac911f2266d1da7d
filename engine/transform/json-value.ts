import { decimal128At, decimal128Text } from '../document/bson/decimal128.ts';
import { hasPlainNames, isInOrder, isOddNan, looksLikeType } from '../document/bson/extended-json.ts';
import { elementsOf, membersOf } from '../document/bson/members.ts';
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
} from '../document/bson/scalars.ts';
import { TYPE } from '../document/bson/types.ts';
import { type BsonValue, isNumber } from '../document/bson/value.ts';
import { DocumentRefused } from '../document/findings/refusal.ts';
import type { JsonValue } from '../document/json.ts';
import type { Findings } from '../plan/check-context.ts';
import { storableText } from './check-value.ts';

/** PostgreSQL reads some thousands, MongoDB stores no more than 250. */
const LEVELS = 1_000;

/**
 * A mixed BSON value as JSON: what JSON has no type for stays as MongoDB Extended JSON (relaxed form, v2); an integer
 * beyond 2^53 stays `{"$numberLong": "…"}` since a JSON reader would round it. A whole number below 2^31 stands for an
 * int, any other number for a double. Where that does not give the bytes back, a finding `jsonForm` keeps the whole value.
 * @throws DocumentRefused `nul`, `invalidUtf8`, `tooDeep`, for any text or key at any depth
 */
export function jsonOfBson(value: BsonValue, path: string, to: Findings): JsonValue {
  const writer = new JsonWriter(path, to);
  const json = writer.write(value, path, 0);
  if (!writer.exact) to.finding({ path, code: 'jsonForm', oldValue: value });
  return json;
}

class JsonWriter {
  exact = true;
  readonly #root: string;
  readonly #to: Findings;

  constructor(root: string, to: Findings) {
    this.#root = root;
    this.#to = to;
  }

  write(value: BsonValue, path: string, level: number): JsonValue {
    switch (value.type) {
      case TYPE.string:
        return storableText(textOf(value), path, this.#to, value);
      case TYPE.object:
        return this.#object(value, path, level);
      case TYPE.array:
        return this.#array(value, path, level);
      case TYPE.null:
        return null;
      case TYPE.bool:
        return boolOf(value);
      case TYPE.objectId:
        return { $oid: value.bytes.toString('hex', value.at, value.end) };
      case TYPE.date:
        return { $date: dateOf(millisecondsOf(value)) };
      default:
        return isNumber(value) ? this.#number(value) : this.#rare(value, path, level);
    }
  }

  #number(value: BsonValue): JsonValue {
    switch (value.type) {
      case TYPE.int32:
        return int32Of(value);
      case TYPE.double: {
        const number = doubleOf(value);
        if (isOddNan(value) || number === (number | 0)) this.exact = false;
        return Number.isFinite(number) ? number + 0 : { $numberDouble: String(number) };
      }
      case TYPE.int64: {
        const number = Number(int64Of(value));
        if (!Number.isSafeInteger(number)) return { $numberLong: int64Of(value).toString() };
        this.exact = false;
        return number;
      }
      default: {
        const decimal = decimal128At(value.bytes, value.at);
        if (!decimal.canonical) this.exact = false;
        return { $numberDecimal: decimal128Text(decimal) };
      }
    }
  }

  #rare(value: BsonValue, path: string, level: number): JsonValue {
    const storable = (text: string) => storableText(text, path, this.#to);
    switch (value.type) {
      case TYPE.binary: {
        const { data, subType } = binaryOf(value);
        return { $binary: { base64: data.toString('base64'), subType: subType.toString(16).padStart(2, '0') } };
      }
      case TYPE.regex: {
        const { pattern, options } = regexOf(value);
        return { $regularExpression: { pattern: utf8Of(pattern, path), options: utf8Of(options, path) } };
      }
      case TYPE.timestamp:
        return { $timestamp: { ...timestampOf(value) } };
      case TYPE.code:
        return { $code: storable(textOf(value)) };
      case TYPE.codeWithScope:
        return { $code: storable(textOf(value)), $scope: this.write(scopeOf(value), path, level + 1) };
      case TYPE.symbol:
        return { $symbol: storable(textOf(value)) };
      case TYPE.dbPointer: {
        const { namespace, id } = dbPointerOf(value);
        return { $dbPointer: { $ref: storable(namespace), $id: { $oid: id.toString('hex') } } };
      }
      case TYPE.undefined:
        return { $undefined: true };
      default:
        return value.type === TYPE.minKey ? { $minKey: 1 } : { $maxKey: 1 };
    }
  }

  #array(value: BsonValue, path: string, level: number): JsonValue {
    if (level > LEVELS) throw new DocumentRefused('tooDeep', this.#root);
    if (!hasPlainNames(value)) this.exact = false;
    return elementsOf(value).map((element, index) => this.write(element, `${path}.${index}`, level + 1));
  }

  /** Keys are defined, never assigned: `__proto__` is a key like any other and must not reach the prototype. */
  #object(value: BsonValue, path: string, level: number): JsonValue {
    if (level > LEVELS) throw new DocumentRefused('tooDeep', this.#root);
    const members = membersOf(value);
    if (members.some(looksLikeType) || !isInOrder(members.map(({ name }) => name))) this.exact = false;
    const object: { [key: string]: JsonValue } = {};
    for (const { name, value: inner } of members) {
      Object.defineProperty(object, storableText(name, path, this.#to), {
        value: this.write(inner, `${path}.${name}`, level + 1),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return object;
  }
}

const YEAR_10000 = Date.UTC(10_000, 0, 1);

/** As relaxed Extended JSON has it: text for the years 1970 to 9999, without milliseconds where there are none. */
function dateOf(milliseconds: number | bigint): JsonValue {
  if (milliseconds < 0 || milliseconds >= YEAR_10000) return { $numberLong: `${milliseconds}` };
  const text = new Date(Number(milliseconds)).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

function utf8Of(bytes: Buffer, path: string): string {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw new DocumentRefused('invalidUtf8', path);
  return text;
}
