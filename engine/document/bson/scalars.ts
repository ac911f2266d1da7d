import { int32At, nameEnd } from './raw-bson.ts';
import { TYPE } from './types.ts';
import { BsonValue } from './value.ts';

/** The text of a string, symbol or code; of code with a scope its code. */
export function textOf({ type, bytes, at }: BsonValue): string {
  const start = type === TYPE.codeWithScope ? at + 4 : at;
  return bytes.toString('utf8', start + 4, start + 4 + int32At(bytes, start) - 1);
}

export function int32Of({ bytes, at }: BsonValue): number {
  return int32At(bytes, at);
}

export function int64Of({ bytes, at }: BsonValue): bigint {
  return bytes.readBigInt64LE(at);
}

export function doubleOf({ bytes, at }: BsonValue): number {
  return bytes.readDoubleLE(at);
}

export function boolOf({ bytes, at }: BsonValue): boolean {
  return bytes[at] === 1;
}

/** Milliseconds since 1970 of a date, as a bigint beyond what a double holds exactly. */
export function millisecondsOf({ bytes, at }: BsonValue): number | bigint {
  const upper = int32At(bytes, at + 4);
  if (upper < 2 ** 20 && upper >= -(2 ** 20)) return upper * 2 ** 32 + (int32At(bytes, at) >>> 0);
  return bytes.readBigInt64LE(at);
}

/** Seconds and increment of a timestamp. */
export function timestampOf({ bytes, at }: BsonValue): { readonly t: number; readonly i: number } {
  return { t: bytes.readUInt32LE(at + 4), i: bytes.readUInt32LE(at) };
}

/** Of subtype 2, the old binary, what stands after its second length. */
export function binaryOf({ bytes, at, end }: BsonValue): { readonly data: Buffer; readonly subType: number } {
  const subType = bytes[at + 4]!;
  return { data: bytes.subarray(subType === 2 ? at + 9 : at + 5, end), subType };
}

/** Pattern and options of a regular expression as they stand there, UTF-8 or not. */
export function regexOf({ bytes, at, end }: BsonValue): { readonly pattern: Buffer; readonly options: Buffer } {
  const options = nameEnd(bytes, at, end);
  return { pattern: bytes.subarray(at, options - 1), options: bytes.subarray(options, end - 1) };
}

/** The scope of code that has one. */
export function scopeOf({ bytes, at, end }: BsonValue): BsonValue {
  return new BsonValue(TYPE.object, bytes, at + 8 + int32At(bytes, at + 4), end);
}

export function dbPointerOf({ bytes, at, end }: BsonValue): { readonly namespace: string; readonly id: Buffer } {
  return { namespace: bytes.toString('utf8', at + 4, end - 13), id: bytes.subarray(end - 12, end) };
}
