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
const DIGITS = 34;

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

/**
 * The other ways to write a finite number: MongoDB takes 1, 1.0 and 1.00 for equal. Of zero those with at most so many
 * decimals as money has.
 */
export function cohortOf({ negative, digits, exponent }: Omit<Decimal128Parts, 'canonical'>): Buffer[] {
  const finite = { kind: 'finite', negative, digits, exponent } as const;
  if (digits === 0n) {
    const signs = [false, true];
    return signs.flatMap((minus) =>
      Array.from({ length: 2 * DIGITS + 1 }, (_, i) =>
        decimal128Bytes({ ...finite, negative: minus, exponent: i - DIGITS }),
      ),
    );
  }
  let [fewest, power] = [digits, exponent];
  while (fewest % 10n === 0n) [fewest, power] = [fewest / 10n, power + 1];
  const forms: Buffer[] = [];
  for (; fewest <= MOST; [fewest, power] = [fewest * 10n, power - 1]) {
    if (power >= -BIAS && power <= 6111) forms.push(decimal128Bytes({ ...finite, digits: fewest, exponent: power }));
  }
  return forms;
}
