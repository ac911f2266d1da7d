/** Rounded to tenths: `tenths(1.25)` is 1.3. */
export const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Milliseconds as seconds with one decimal: `secondsOf(1_250)` is 1.3. */
export const secondsOf = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

/** `grouped(12_345)` is 12,345. */
export const grouped = (count: number): string => count.toLocaleString('en-US');
