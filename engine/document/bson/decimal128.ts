/** A number of BSON's Decimal128 (IEEE 754 decimal128 with a binary significand). */
export interface Decimal128Parts {
  readonly kind: 'finite' | 'infinite' | 'nan';
  readonly negative: boolean;
  readonly digits: bigint;
  readonly exponent: number;
  /** Whether these are the bytes that every driver writes for it: nothing stands in unused bits. */
  readonly canonical: boolean;
}

const BIAS = 6176;
const MOST = 10n ** 34n - 1n;
const MOST_EXPONENT = 6111;

/** Reads the 16 bytes at a place. */
export function decimal128At(bytes: Buffer, at: number): Decimal128Parts {
  const high = bytes.readBigUInt64LE(at + 8);
  const low = bytes.readBigUInt64LE(at);
  const negative = high >> 63n === 1n;
  const top = Number((high >> 58n) & 0x1fn);
  if (top === 0x1f) {
    const canonical = low === 0n && high === 0x7c00_0000_0000_0000n;
    return { kind: 'nan', negative, digits: 0n, exponent: 0, canonical };
  }
  if (top === 0x1e) {
    const canonical = low === 0n && (high & 0x7fff_ffff_ffff_ffffn) === 0x7800_0000_0000_0000n;
    return { kind: 'infinite', negative, digits: 0n, exponent: 0, canonical };
  }
  // The other form of a significand, and one of more than 34 digits, mean zero.
  const isOther = top >> 3 === 3;
  const exponent = Number((isOther ? high >> 47n : high >> 49n) & 0x3fffn) - BIAS;
  const digits = isOther ? 0n : ((high & 0x1_ffff_ffff_ffffn) << 64n) | low;
  const fits = !isOther && digits <= MOST;
  return { kind: 'finite', negative, digits: fits ? digits : 0n, exponent, canonical: fits };
}

/** The 16 bytes of a number. */
export function decimal128Bytes({ kind, negative, digits, exponent }: Omit<Decimal128Parts, 'canonical'>): Buffer {
  const bytes = Buffer.alloc(16);
  let high = 0x7c00_0000_0000_0000n;
  if (kind === 'infinite') high = 0x7800_0000_0000_0000n;
  if (kind === 'finite') {
    high = (BigInt(exponent + BIAS) << 49n) | (digits >> 64n);
    bytes.writeBigUInt64LE(digits & 0xffff_ffff_ffff_ffffn);
  }
  bytes.writeBigUInt64LE(negative ? high | (1n << 63n) : high, 8);
  return bytes;
}

/** Its text by the rules of the Decimal128 specification, "To String Representation". */
export function decimal128Text({ kind, negative, digits, exponent }: Decimal128Parts): string {
  if (kind === 'nan') return 'NaN';
  const sign = negative ? '-' : '';
  if (kind === 'infinite') return `${sign}Infinity`;
  const text = digits.toString();
  const scientific = text.length - 1 + exponent;
  if (exponent > 0 || scientific < -6) {
    const fraction = text.length > 1 ? `.${text.slice(1)}` : '';
    return `${sign}${text[0]}${fraction}E${scientific < 0 ? '' : '+'}${scientific}`;
  }
  if (exponent === 0) return sign + text;
  const padded = text.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** The number that such a text stands for. @throws SyntaxError for any other text */
export function parseDecimal128(text: string): Omit<Decimal128Parts, 'canonical'> {
  const [, sign, name, whole, fraction = '', power = '0'] =
    /^(-?)(?:(NaN|Infinity)|(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?)$/.exec(text) ?? [];
  if (name === undefined && whole === undefined) throw new SyntaxError('this text is no Decimal128');
  const negative = sign === '-';
  if (name !== undefined) return { kind: name === 'NaN' ? 'nan' : 'infinite', negative, digits: 0n, exponent: 0 };
  const digits = BigInt(whole! + fraction);
  return { kind: 'finite', negative, digits, exponent: Number(power) - fraction.length };
}

/** Decimals that a person writes for a whole number, an amount or a rate. */
const PLACES = 6;

/** The ways to write a finite number with up to six decimals, and its shortest: MongoDB takes 1, 1.0 and 1.00 for equal. */
export function cohortOf({ negative, digits, exponent }: Omit<Decimal128Parts, 'canonical'>): Buffer[] {
  const [kind, signs] = ['finite' as const, digits === 0n ? [false, true] : [negative]];
  let [fewest, power] = digits === 0n ? [0n, 0] : [digits, exponent];
  while (fewest !== 0n && fewest % 10n === 0n) [fewest, power] = [fewest / 10n, power + 1];
  const forms: Buffer[] = [];
  const last = Math.min(-PLACES, power);
  for (; fewest <= MOST && power >= last; [fewest, power] = [fewest * 10n, power - 1]) {
    if (power < -BIAS || power > MOST_EXPONENT) continue;
    for (const sign of signs) forms.push(decimal128Bytes({ kind, negative: sign, digits: fewest, exponent: power }));
  }
  return forms;
}
