import { BSONType, serialize } from 'bson';

/** Bytes that stand for a text, UTF-8 or not. */
export class RawText {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** A date of any 64 bits. */
export class RawDate {
  readonly milliseconds: bigint;
  constructor(milliseconds: bigint) {
    this.milliseconds = milliseconds;
  }
}

/** The BSON type that no driver writes any more. */
export class Undefined {}

/** An object of which a name may be any bytes, and may stand twice. */
export class Pairs {
  readonly pairs: readonly (readonly [string | Uint8Array, unknown])[];
  constructor(pairs: Pairs['pairs']) {
    this.pairs = pairs;
  }
}

/** Writes BSON that no serializer writes: plain objects, arrays and the classes above; all else by the BSON library. */
export function writeBson(document: Pairs | Readonly<Record<string, unknown>>): Buffer {
  const pairs = document instanceof Pairs ? document.pairs : Object.entries(document);
  const elements = pairs.map(([name, value]) => {
    const [type, payload] = encoded(value);
    return Buffer.concat([Buffer.of(type), Buffer.from(name as string), Buffer.of(0), payload]);
  });
  const body = Buffer.concat(elements);
  const length = Buffer.alloc(4);
  length.writeInt32LE(body.length + 5);
  return Buffer.concat([length, body, Buffer.of(0)]);
}

function encoded(value: unknown): [number, Uint8Array] {
  if (value instanceof Undefined) return [BSONType.undefined, Buffer.alloc(0)];
  if (value instanceof RawText) {
    const length = Buffer.alloc(4);
    length.writeInt32LE(value.bytes.length + 1);
    return [BSONType.string, Buffer.concat([length, value.bytes, Buffer.of(0)])];
  }
  if (value instanceof RawDate) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt.asIntN(64, value.milliseconds));
    return [BSONType.date, bytes];
  }
  if (Array.isArray(value)) {
    return [BSONType.array, writeBson(new Pairs(value.map((element, index) => [String(index), element])))];
  }
  if (value instanceof Pairs || (typeof value === 'object' && value !== null && isPlain(value))) {
    return [BSONType.object, writeBson(value as Pairs)];
  }
  const single = serialize({ v: value }, { ignoreUndefined: false });
  return [single[4]!, single.subarray(7, single.length - 1)];
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
