import { boxOf, stringPayload } from './box.ts';
import { decimal128Bytes, parseDecimal128 } from './decimal128.ts';
import { TYPE } from './types.ts';
import { BsonValue } from './value.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type Encoded = readonly [type: number, payload: Buffer];

/**
 * The value that a text of `extendedJson` stands for, byte for byte where that was exact.
 * @throws SyntaxError for a text that is not canonical Extended JSON
 */
export function parseExtendedJson(text: string): BsonValue {
  const [type, payload] = encoded(JSON.parse(text) as Json);
  return new BsonValue(type, payload, 0, payload.length);
}

function encoded(json: Json): Encoded {
  if (json === null) return [TYPE.null, NOTHING];
  if (typeof json === 'string') return [TYPE.string, stringPayload(Buffer.from(json))];
  if (typeof json === 'boolean') return [TYPE.bool, Buffer.of(json ? 1 : 0)];
  if (typeof json === 'number') return json === (json | 0) ? [TYPE.int32, int32(json)] : [TYPE.double, double(json)];
  if (isList(json)) return [TYPE.array, objectPayload(json.map((inner, index) => [String(index), inner]))];
  const [first] = Object.keys(json);
  const type = first !== undefined && Object.hasOwn(TYPES, first) && json[first] !== null ? TYPES[first] : undefined;
  return type === undefined ? [TYPE.object, objectPayload(Object.entries(json))] : type(json as Wrapped);
}

const isList = (json: Json): json is readonly Json[] => Array.isArray(json);
const NOTHING = Buffer.alloc(0);

/** What stands in the object of a type; anything but that ends as a SyntaxError or a TypeError. */
// biome-ignore lint/suspicious/noExplicitAny: JSON of the outside, each member of which is read once.
type Wrapped = { readonly [name: string]: any };

const TYPES: Readonly<Record<string, (wrapped: Wrapped) => Encoded>> = {
  $oid: ({ $oid }) => [TYPE.objectId, Buffer.from($oid, 'hex')],
  $numberInt: ({ $numberInt }) => [TYPE.int32, int32(Number($numberInt))],
  $numberLong: ({ $numberLong }) => [TYPE.int64, int64($numberLong)],
  $numberDouble: ({ $numberDouble }) => [TYPE.double, double(Number($numberDouble))],
  $numberDecimal: ({ $numberDecimal }) => [TYPE.decimal128, decimal128Bytes(parseDecimal128($numberDecimal))],
  $date: ({ $date }) => [TYPE.date, int64($date.$numberLong ?? Date.parse($date))],
  $binary: ({ $binary }) => [TYPE.binary, binary($binary)],
  $regularExpression: ({ $regularExpression: { pattern, options } }) => [
    TYPE.regex,
    Buffer.from(`${pattern}\0${options}\0`),
  ],
  $timestamp: ({ $timestamp: { t, i } }) => [TYPE.timestamp, int64((BigInt(t) << 32n) | BigInt(i))],
  $code: ({ $code, $scope }) => code(stringPayload(Buffer.from($code)), $scope),
  $symbol: ({ $symbol }) => [TYPE.symbol, stringPayload(Buffer.from($symbol))],
  $dbPointer: ({ $dbPointer: { $ref, $id } }) => [
    TYPE.dbPointer,
    Buffer.concat([stringPayload(Buffer.from($ref)), Buffer.from($id.$oid, 'hex')]),
  ],
  $undefined: () => [TYPE.undefined, NOTHING],
  $minKey: () => [TYPE.minKey, NOTHING],
  $maxKey: () => [TYPE.maxKey, NOTHING],
};

function objectPayload(members: readonly (readonly [string, Json])[]): Buffer {
  const elements = members.flatMap(([name, json]) => {
    const [type, payload] = encoded(json);
    return [Buffer.of(type), Buffer.from(`${name}\0`), payload];
  });
  const body = Buffer.concat([int32(0), ...elements, Buffer.of(0)]);
  body.writeInt32LE(body.length);
  return body;
}

function code(text: Buffer, scope: Json | undefined): Encoded {
  if (scope === undefined) return [TYPE.code, text];
  const object = objectPayload(Object.entries(scope as { readonly [name: string]: Json }));
  return [TYPE.codeWithScope, Buffer.concat([int32(4 + text.length + object.length), text, object])];
}

function binary({ base64, subType }: { readonly base64: string; readonly subType: string }): Buffer {
  const data = Buffer.from(base64, 'base64');
  const type = Number.parseInt(subType, 16);
  if (type !== 2) return Buffer.concat([int32(data.length), Buffer.of(type), data]);
  return Buffer.concat([int32(data.length + 4), Buffer.of(type), int32(data.length), data]);
}

function int32(value: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeInt32LE(value);
  return payload;
}

function int64(value: string | number | bigint): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)));
  return payload;
}

function double(value: number): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeDoubleLE(value);
  return payload;
}

/** The value of a box as it is written in a key: its type byte and its payload. */
export function packed(type: number, payload: Uint8Array): string {
  return Buffer.concat([Buffer.of(type), payload]).toString('base64');
}

/** What was packed. */
export function unpacked(base64: string): BsonValue {
  const bytes = Buffer.from(base64, 'base64');
  const box = boxOf(bytes[0]!, bytes.subarray(1));
  return new BsonValue(bytes[0]!, box, 7, box.length - 1);
}
