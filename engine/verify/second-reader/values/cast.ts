import type { Declared } from '../../../plan/declare.ts';
import { TYPE, textOf, type Value } from './cursor.ts';
import { type Decimal, decimal128Text, decimalOf, decimalOfText } from './decimal.ts';
import type { Now } from './form.ts';

/** Stands for a value that only the copy can tell: what was there is kept with the finding. */
export const UNKNOWN = Symbol('unknown');

/** What a value of another type means in a column, by this reader's own rule; `UNKNOWN` where it has none. */
export function castOf(kind: Declared['kind'], value: Value): Now | typeof UNKNOWN {
  switch (kind) {
    case 'text':
    case 'list':
      return textMeant(value) ?? UNKNOWN;
    case 'number':
      return numberMeant(value);
    case 'flag':
      return flagMeant(value);
    case 'time':
      return timeMeant(value);
    default:
      return UNKNOWN;
  }
}

function textMeant(value: Value): string | null {
  const { type, bytes, at, end } = value;
  switch (type) {
    case TYPE.int:
      return `${bytes.readInt32LE(at)}`;
    case TYPE.long:
      return `${bytes.readBigInt64LE(at)}`;
    case TYPE.double:
      return `${bytes.readDoubleLE(at)}`;
    case TYPE.decimal:
      return decimal128Text(value);
    case TYPE.boolean:
      return `${bytes[at] === 1}`;
    case TYPE.objectId:
      return bytes.toString('hex', at, end);
    case TYPE.date: {
      const date = new Date(Number(bytes.readBigInt64LE(at)));
      return Number.isNaN(date.getTime()) ? null : date.toISOString();
    }
    default:
      return null;
  }
}

function numberMeant(value: Value): Decimal | null | typeof UNKNOWN {
  const { type, bytes, at } = value;
  if (type === TYPE.boolean) return { digits: bytes[at] === 1 ? 1n : 0n, exponent: 0 };
  if (type === TYPE.date) return { digits: bytes.readBigInt64LE(at), exponent: 0 };
  if (type !== TYPE.string) return UNKNOWN;
  const text = textOf(value) ?? '';
  // A blank text is no empty one: to JavaScript it is zero.
  if (text === '') return null;
  return decimalOfText(text.trim()) ?? decimalOfText(`${Number(text)}`) ?? UNKNOWN;
}

const YES = new Set(['true', '1', 'yes']);
const NO = new Set(['false', '0', 'no']);

function flagMeant(value: Value): boolean | typeof UNKNOWN {
  const number = decimalOf(value);
  const word = value.type === TYPE.string ? textOf(value) : number?.exponent === 0 ? `${number.digits}` : null;
  if (word !== null && YES.has(word)) return true;
  return word !== null && NO.has(word) ? false : UNKNOWN;
}

function timeMeant(value: Value): bigint | null | typeof UNKNOWN {
  const { type, bytes, at } = value;
  if (type === TYPE.timestamp) return BigInt(bytes.readUInt32LE(at + 4)) * 1000n;
  const number = decimalOf(value);
  if (number !== null) return number.exponent === 0 ? number.digits : UNKNOWN;
  if (type !== TYPE.string) return UNKNOWN;
  const text = textOf(value)?.trim() ?? '';
  if (text === '') return null;
  const isNumber = /^[+-]?\d+(\.\d+)?$/.test(text) && !/^\d{4}$/.test(text);
  const moment = isNumber ? Number(text) : Date.parse(text);
  return Number.isSafeInteger(moment) ? BigInt(moment) : UNKNOWN;
}
