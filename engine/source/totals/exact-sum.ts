import { Decimal } from 'decimal.js';

/** No sum of Decimal128s, from 10^-6176 to 10^6145, needs more digits than this. */
const Sum = Decimal.clone({ precision: 13_000, toExpNeg: -7000, toExpPos: 7000, minE: -20_000, maxE: 20_000 });

/** The sum of numbers given as text: no exponent, no trailing zeros; `NaN`, `Infinity` and `-Infinity` as they are. */
export function sumOfTexts(texts: readonly string[]): string {
  const sum = texts.reduce((total, text) => total.plus(text), new Sum(0));
  return sum.isZero() ? '0' : sum.toFixed();
}

/** Adds up numbers of all BSON types exactly; whole numbers are gathered apart, since most are such. */
export class ExactSum {
  private whole = 0;
  private rest = new Sum(0);

  add(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.rest = this.rest.plus(value);
      return;
    }
    const sum = this.whole + value;
    if (Number.isSafeInteger(sum)) {
      this.whole = sum;
    } else {
      this.rest = this.rest.plus(this.whole).plus(value);
      this.whole = 0;
    }
  }

  addText(text: string): void {
    this.rest = this.rest.plus(text);
  }

  text(): string {
    return sumOfTexts([this.rest.toString(), String(this.whole)]);
  }
}
