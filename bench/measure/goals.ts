import type { Figures } from './measure.ts';

/** A figure beside what it should be. */
export interface Goal {
  readonly key: string;
  readonly asks: string;
  readonly least?: number;
  readonly most?: number;
  /** Null where it was not measured. */
  readonly measured: number | null;
  readonly met: boolean | null;
}

/** What this tool should reach on two cores that it shares with PostgreSQL, in ratios of one call's medians. */
export function goals(figures: readonly Figures[], large: Figures | null): Goal[] {
  const of = (key: string) => figures.find((one) => one.key === key);
  const rows = (key: string) => of(key)?.rowsPerSecond;
  const perDocument = (key: string) => of(key)?.documentsPerSecond;
  const run = (size: number) => of(`tool-${size}`)?.run;
  const cost = (size: number) => {
    const [with_, without] = [rows(`tool-${size}`), rows(`noCheckpoints-${size}`)];
    return with_ && without ? 1 - with_ / without : undefined;
  };
  const slower = (size: number) => over(run(size)?.verification, run(size)?.copy);
  return [
    goal('ofCopy-1000', 'copy at batches of 1,000 ÷ bare COPY, rows/s', { least: 0.6 }, over(rows('tool-1000'), rows('copy'))),
    goal('ofCopy-50', 'copy at batches of 50 ÷ bare COPY, rows/s', { least: 0.3 }, over(rows('tool-50'), rows('copy'))),
    goal('timesCreatePerRow-1000', 'copy at batches of 1,000 ÷ create per row, rows/s', { least: 20 }, over(rows('tool-1000'), rows('createPerRow-50'))),
    goal('timesCreatePerRow-50', 'copy at batches of 50 ÷ create per row, rows/s', { least: 8 }, over(rows('tool-50'), rows('createPerRow-50'))),
    goal('timesDlt-1000', 'copy at batches of 1,000 ÷ dlt, documents/s', { least: 2 }, over(perDocument('tool-1000'), perDocument('dlt'))),
    goal('timesDlt-50', 'copy at batches of 50 ÷ dlt, documents/s', { least: 2 }, over(perDocument('tool-50'), perDocument('dlt'))),
    goal('verificationOfCopy-1000', 'verification ÷ copy at batches of 1,000, seconds', { most: 1 }, slower(1000)),
    goal('verificationOfCopy-50', 'verification ÷ copy at batches of 50, seconds', { most: 1 }, slower(50)),
    goal('costOfSafety-1000', 'cost of Temporal and checkpoints at batches of 1,000, share of rows/s', { most: 0.05 }, cost(1000)),
    goal('costOfSafety-50', 'cost of Temporal and checkpoints at batches of 50, share of rows/s', { most: 0.05 }, cost(50)),
    goal('largeOfUsual', 'copy of the large source ÷ copy of the usual one, documents/s', { least: 0.9 }, over(large?.documentsPerSecond, perDocument('tool-1000'))),
    goal('memory', 'worker’s resident memory at most, MiB', { most: 350 }, highest(run(50)?.peakMebibytes, run(1000)?.peakMebibytes)),
    goal('memoryLarge', 'the same, large source', { most: 350 }, large?.run?.peakMebibytes),
  ]; // biome-ignore format: a table
}

function goal(key: string, asks: string, bound: { least?: number; most?: number }, measured: number | undefined): Goal {
  if (measured === undefined) return { key, asks, ...bound, measured: null, met: null };
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = bound;
  return { key, asks, ...bound, measured, met: measured >= least && measured <= most };
}

function over(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || !whole ? undefined : part / whole;
}

function highest(...values: (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
