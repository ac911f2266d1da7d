import { TYPE, type Value } from './cursor.ts';

/** A finite number, exact: `digits` × 10^`exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** The number of a BSON value; null for what is none, NaN and infinities. A double counts as its shortest decimal text. */
export function decimalOf({ type, bytes, at }: Value): Decimal | null {
  switch (type) {
    case TYPE.int:
      return { digits: BigInt(bytes.readInt32LE(at)), exponent: 0 };
    case TYPE.long:
      return { digits: bytes.readBigInt64LE(at), exponent: 0 };
    case TYPE.double:
      return decimalOfText(`${bytes.readDoubleLE(at)}`);
    case TYPE.decimal:
      return decimal128(bytes, at);
    default:
      return null;
  }
}

/** The number that a text spells (`-1.50`, `.5`, `1e-7`); null for any other text. */
export function decimalOfText(text: string): Decimal | null {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/.exec(text);
  if (parts === null) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  if (whole + fraction === '') return null;
  const digits = BigInt(whole + fraction);
  return { digits: sign === '-' ? -digits : digits, exponent: Number(exponent) - fraction.length };
}

const EXPONENT_BIAS = 6176;

/** IEEE 754-2008 decimal128 with a binary integer as its coefficient, as MongoDB stores it. */
function decimal128(bytes: Buffer, at: number): Decimal | null {
  const low = bytes.readBigUInt64LE(at);
  const high = bytes.readBigUInt64LE(at + 8);
  const negative = high >> 63n === 1n;
  const combination = Number((high >> 58n) & 0x1fn);
  if (combination >= 0b11110) return null;
  // A coefficient that begins with the bits 100 is more than 34 digits, and counts as zero.
  const large = combination >> 3 === 0b11;
  const exponent = Number((high >> (large ? 47n : 49n)) & 0x3fffn) - EXPONENT_BIAS;
  const coefficient = large ? 0n : ((high & 0x1ffffffffffffn) << 64n) | low;
  const digits = coefficient >= 10n ** 34n ? 0n : coefficient;
  return { digits: negative ? -digits : digits, exponent };
}

/** The canonical text of a decimal128 (its specification, "To String Representation"). */
export function decimal128Text({ bytes, at }: Value): string {
  const high = bytes.readBigUInt64LE(at + 8);
  const sign = high >> 63n === 1n ? '-' : '';
  const number = decimal128(bytes, at);
  if (number === null) return ((high >> 58n) & 0x1fn) === 0b11111n ? 'NaN' : `${sign}Infinity`;
  const digits = `${number.digits}`.replace('-', '');
  const { exponent } = number;
  const scientific = digits.length - 1 + exponent;
  if (exponent > 0 || scientific < -6) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits[0]}${fraction}E${scientific < 0 ? '' : '+'}${scientific}`;
  }
  if (exponent === 0) return sign + digits;
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** −1, 0 or 1. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const sign = (value: bigint) => (value > 0n ? 1 : value < 0n ? -1 : 0);
  if (sign(a.digits) !== sign(b.digits) || a.digits === 0n) return Math.sign(sign(a.digits) - sign(b.digits));
  const [x, y] = [magnitude(a), magnitude(b)];
  // Exponents can be thousands apart: only numbers of one size are set side by side.
  if (x !== y) return sign(a.digits) * Math.sign(x - y);
  const least = Math.min(a.exponent, b.exponent);
  return sign(scaled(a, least) - scaled(b, least));
}

const magnitude = ({ digits, exponent }: Decimal) => `${digits}`.replace('-', '').length + exponent;
const scaled = ({ digits, exponent }: Decimal, to: number) => digits * 10n ** BigInt(exponent - to);

/** Rounded half to even to so many decimals. */
export function roundedTo(number: Decimal, scale: number): Decimal {
  const drop = -scale - number.exponent;
  if (drop <= 0) return number;
  if (drop > `${number.digits}`.length + 1) return { digits: 0n, exponent: -scale };
  const unit = 10n ** BigInt(drop);
  const quotient = number.digits / unit;
  const twice = 2n * (number.digits - quotient * unit);
  const magnitude = twice < 0n ? -twice : twice;
  const up = magnitude > unit || (magnitude === unit && quotient % 2n !== 0n);
  return { digits: up ? quotient + (number.digits < 0n ? -1n : 1n) : quotient, exponent: -scale };
}

/** PostgreSQL's text of `numeric(…, scale)`; null when the number has more decimals, or more digits than any column. */
export function numericText(number: Decimal, scale: number): string | null {
  if (number.digits === 0n) return scale === 0 ? '0' : `0.${'0'.repeat(scale)}`;
  if (magnitude(number) > 1000) return null;
  let digits = number.digits;
  if (number.exponent >= -scale) digits *= 10n ** BigInt(number.exponent + scale);
  else {
    const drop = -scale - number.exponent;
    if (drop > `${digits}`.length) return null;
    const unit = 10n ** BigInt(drop);
    if (digits % unit !== 0n) return null;
    digits /= unit;
  }
  const sign = digits < 0n ? '-' : '';
  const text = `${digits < 0n ? -digits : digits}`;
  if (scale === 0) return sign + text;
  const padded = text.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** As `numericText` of a double or a 32-bit integer, without going through big numbers where its text has no exponent. */
export function shortNumericText(number: number, scale: number): string | null {
  const text = `${number}`;
  const point = text.indexOf('.');
  const decimals = point < 0 ? 0 : text.length - point - 1;
  if (decimals <= scale && !text.includes('e') && number !== 0 && Number.isFinite(number)) {
    return scale === 0 ? text : `${text}${point < 0 ? '.' : ''}${'0'.repeat(scale - decimals)}`;
  }
  const exact = decimalOfText(text);
  return exact === null ? null : numericText(exact, scale);
}
