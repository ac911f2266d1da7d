import { grouped } from '../../../engine/common/figures.ts';

export { durationText as duration } from '../../../engine/report/facts/downtime.ts';
export { grouped };

/** 1 document, 2 documents */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** 12.5%; less than a tenth of one, but something, is <0.1%. */
export function share(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0%';
  const percent = (part / whole) * 100;
  return percent < 0.1 ? '<0.1%' : `${percent.toFixed(1).replace(/\.0$/, '')}%`;
}

/** 512 B, 3.4 KB, 12 MB, 1.5 GB: powers of a thousand. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** The clock's time of a moment, for plain lines. */
export function clock(at: Date = new Date()): string {
  return at.toISOString().slice(11, 19);
}
