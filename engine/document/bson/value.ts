import { TYPE } from './types.ts';

/**
 * A value of a BSON document as it stands in the bytes: nothing is decoded before it is asked for, and nothing is lost.
 * The bytes have passed `faultIn`, or belong to such a document.
 */
export class BsonValue {
  readonly type: number;
  readonly bytes: Buffer;
  /** Where its payload begins. */
  readonly at: number;
  /** The place after its payload. */
  readonly end: number;

  constructor(type: number, bytes: Buffer, at: number, end: number) {
    this.type = type;
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** The payload: all of the element but its type and name. */
  get payload(): Buffer {
    return this.bytes.subarray(this.at, this.end);
  }
}

/** A whole document as a value. */
export function documentValue(bytes: Uint8Array): BsonValue {
  return new BsonValue(TYPE.object, bufferOf(bytes), 0, bytes.length);
}

/** The same bytes as a Buffer, without a copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** An element of an object or an array; an array's elements have names, too, which mean nothing. */
export interface Member {
  readonly name: string;
  readonly value: BsonValue;
}

export function isNumber({ type }: BsonValue): boolean {
  return type === TYPE.int32 || type === TYPE.double || type === TYPE.int64 || type === TYPE.decimal128;
}

/** Null and BSON's undefined: an `_id` of either is none. */
export function isNothing({ type }: BsonValue): boolean {
  return type === TYPE.null || type === TYPE.undefined;
}
