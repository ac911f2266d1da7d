import type { Declared } from '../../plan/declare.ts';
import type { Told } from './notes.ts';
import { castOf, UNKNOWN } from './values/cast.ts';
import { boxOf, TYPE, textOf, unboxed, type Value } from './values/cursor.ts';
import { compareDecimals, type Decimal, decimalOf, decimalOfText, roundedTo } from './values/decimal.ts';
import { type Now, setBy } from './values/form.ts';
import { type NumberRange, nearestIn } from './values/number-range.ts';

/** What this reader needs to know of a column to follow what findings say of a value on its way there. */
export interface Way {
  readonly declared: Declared;
  readonly range: NumberRange;
  /** What the plan's policy maps a value to; null where it maps none. */
  readonly mapped: (text: string) => string | null;
  /** What a duplicate text of this document gets at its end. */
  readonly suffix: string;
}

/**
 * What has become of a value by the findings about it, one after the other. A finding counts only when what it kept is
 * the value as it was then; one that explains no alteration, or none that this reader would make, counts for nothing.
 */
export function followed(value: Value, told: readonly Told[], way: Way): Now | typeof UNKNOWN {
  let now: Now | typeof UNKNOWN = value;
  for (const one of told) {
    if (now === UNKNOWN) return UNKNOWN;
    const next = altered(now, one, way);
    if (next !== undefined) now = next;
  }
  return now;
}

/** @returns undefined when the finding does not explain how the value became another one */
function altered(now: Now, one: Told, way: Way): Now | typeof UNKNOWN | undefined {
  const { code, note } = one;
  const text = plainText(now);
  if (code === 'emptyText')
    return text === '' && way.declared.kind === 'text' && way.declared.emptyIsNull ? null : undefined;
  if (code === 'loneSurrogate=replace') return surrogatesReplaced(now, one);
  if (!isKept(one.old, now)) return undefined;
  if (code.endsWith('=null') || code.endsWith('=default')) return null;
  switch (code) {
    case 'cast':
    case 'subMillisecond':
      return isValue(now) ? castOf(way.declared.kind, now) : undefined;
    case 'setter':
      return text === null || way.declared.kind !== 'text' ? undefined : setBy(way.declared.set, text);
    case 'nul=strip':
      return text?.replaceAll('\0', '');
    case 'enum=map':
      return text === null ? undefined : (way.mapped(text) ?? undefined);
    case 'duplicate=suffix':
      return text === null ? undefined : text + way.suffix;
  }
  const number = numberOf(now);
  return number === null ? undefined : alteredNumber(number, code, note, way.range);
}

function alteredNumber(number: Decimal, code: string, note: string | null, range: NumberRange): Decimal | undefined {
  const { scale } = range;
  switch (code) {
    case 'floatNoise':
      return isNoise(number, scale) ? roundedTo(number, scale) : undefined;
    case 'moneyScale=round':
    case 'decimalScale=round':
    case 'notInteger=round':
      return roundedTo(number, scale);
    case 'numberRange=clamp':
      return nearestIn(range, number);
    case 'min=clamp':
    case 'max=clamp': {
      // The bound is the model's: it must lie on the side that the code says.
      const bound = decimalOfText(note ?? '');
      const side = code === 'min=clamp' ? 1 : -1;
      return bound !== null && compareDecimals(bound, number) === side ? bound : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether a number misses its column's decimals by less than a ten-thousandth of the last of them. */
function isNoise(number: Decimal, scale: number): boolean {
  const rounded = roundedTo(number, scale);
  if (rounded === number) return false;
  const unit = 10n ** BigInt(Math.max(-number.exponent - scale, 0));
  const rest = number.digits - rounded.digits * unit;
  const most = { digits: 1n, exponent: -(scale + 4) };
  return compareDecimals({ digits: rest < 0n ? -rest : rest, exponent: number.exponent }, most) < 0;
}

const isValue = (now: Now): now is Value => typeof now === 'object' && now !== null && 'type' in now;

function plainText(now: Now): string | null {
  if (typeof now === 'string') return now;
  return isValue(now) && now.type === TYPE.string ? textOf(now) : null;
}

function numberOf(now: Now): Decimal | null {
  if (now === null || typeof now !== 'object') return null;
  return isValue(now) ? decimalOf(now) : now;
}

/** Whether this is what a finding or a leftover keeps; numbers also by their amount, in whatever type they were kept. */
export function isKept(old: Buffer | null, now: Now): boolean {
  if (old === null) return false;
  if (isValue(now) && old.equals(boxOf(now))) return true;
  const kept = unboxed(old);
  if (kept === null) return false;
  if (typeof now === 'string') return kept.type === TYPE.string && textOf(kept) === now;
  const number = numberOf(now);
  if (number === null) return false;
  const amount = decimalOf(kept) ?? (kept.type === TYPE.string ? decimalOfText(textOf(kept) ?? '') : null);
  return amount !== null && compareDecimals(amount, number) === 0;
}

/** A text whose surrogates were encoded one by one; the finding keeps it as it was, or its bytes as binary. */
function surrogatesReplaced(now: Now, { old }: Told): string | undefined {
  if (!isValue(now) || now.type !== TYPE.string || old === null) return undefined;
  const raw = now.bytes.subarray(now.at + 4, now.end - 1);
  const kept = unboxed(old);
  const isSame =
    isKept(old, now) || (kept?.type === TYPE.binary && kept.bytes.subarray(kept.at + 5, kept.end).equals(raw));
  return isSame ? withoutSurrogates(raw).toString() : undefined;
}

/** A copy in which U+D800..U+DFFF, three bytes each, are U+FFFD. */
export function withoutSurrogates(bytes: Buffer): Buffer {
  const mended = Buffer.from(bytes);
  for (let at = mended.indexOf(0xed); at >= 0; at = mended.indexOf(0xed, at + 1)) {
    if (mended[at + 1]! >= 0xa0 && mended[at + 1]! <= 0xbf) Buffer.from('\ufffd').copy(mended, at);
  }
  return mended;
}
