import { TYPE } from './types.ts';
import { BsonValue } from './value.ts';

/** One value as BSON `{<name>: value}`, byte for byte. */
export function boxOf(type: number, payload: Uint8Array, name = 'v'): Buffer {
  const value = 4 + 1 + name.length + 1;
  const box = Buffer.alloc(value + payload.length + 1);
  box.writeInt32LE(box.length);
  box[4] = type;
  box.write(name, 5, 'latin1');
  box.set(payload, value);
  return box;
}

/** The value of a box. */
export function valueInBox(box: Buffer, name = 'v'): BsonValue {
  return new BsonValue(box[4]!, box, 4 + 1 + name.length + 1, box.length - 1);
}

/** A BSON value of what this program itself has made: a text, a truth, or a number of JavaScript. */
export function madeValue(value: string | number | bigint | boolean): BsonValue {
  const [type, payload] = encoded(value);
  return new BsonValue(type, payload, 0, payload.length);
}

function encoded(value: string | number | bigint | boolean): [type: number, payload: Buffer] {
  if (typeof value === 'string') return [TYPE.string, stringPayload(Buffer.from(value))];
  if (typeof value === 'boolean') return [TYPE.bool, Buffer.of(value ? 1 : 0)];
  const payload = Buffer.alloc(8);
  if (typeof value === 'bigint') {
    payload.writeBigInt64LE(value);
    return [TYPE.int64, payload];
  }
  if (value === (value | 0) && !Object.is(value, -0)) {
    payload.writeInt32LE(value);
    return [TYPE.int32, payload.subarray(0, 4)];
  }
  payload.writeDoubleLE(value);
  return [TYPE.double, payload];
}

/** A text as it stands in BSON: its length, its bytes, a zero. */
export function stringPayload(text: Uint8Array): Buffer {
  const payload = Buffer.alloc(4 + text.length + 1);
  payload.writeInt32LE(text.length + 1);
  payload.set(text, 4);
  return payload;
}
