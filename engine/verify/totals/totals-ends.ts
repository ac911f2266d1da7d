import type { ComparedColumn } from '../../plan/columns/compared-columns.ts';
import type { Totals } from '../../source/source.ts';
import { compareNumbers, Extremes } from '../../source/totals/value-totals.ts';
import type { Altered } from './totals-altered.ts';

/** The least and the greatest value that a column should have of the source's own values and those that findings put in. */
export interface Ends {
  readonly least: string | null;
  readonly greatest: string | null;
}

/** What tells where the values at a path begin and end, as far as the lowest and highest ones were kept. */
export interface Values {
  readonly totals: Pick<Totals, 'values'>;
  readonly quarantined: Pick<Totals, 'values'>;
  readonly altered: ReadonlyMap<string, readonly Altered[]>;
}

/** How many more values are asked for at each turn. */
const MORE = 64;

/**
 * The least and greatest value of each number and date outside quarantine. Where the source's lowest value is one that
 * lies in quarantine or was altered, its lowest 64 are asked for, then its lowest 4,096, until one is left.
 * @param read asks for `keep` values at either end of some columns
 * @returns by path
 */
export async function settledEnds(
  first: Values,
  columns: readonly ComparedColumn[],
  read: (keep: number, open: readonly ComparedColumn[]) => Promise<Values>,
): Promise<Map<string, Ends>> {
  const settled = new Map<string, Ends>();
  let open = columns.filter(({ kind }) => kind !== 'other');
  for (let keep = 1, values = first; ; keep *= MORE, values = await read(keep, open)) {
    for (const { path } of open) {
      const least = endOf(values, path, keep, 'lowest');
      const greatest = endOf(values, path, keep, 'highest');
      if (least !== undefined && greatest !== undefined) settled.set(path, { least, greatest });
    }
    open = open.filter(({ path }) => !settled.has(path));
    if (open.length === 0) return settled;
  }
}

/**
 * The first of the source's and the added values that is left when those in quarantine and the removed ones are taken
 * away, each as often as it comes. All of these are among the former, so that their first `keep` say all about the
 * others' first `keep`.
 * @returns null when no value is left at all, undefined when more must be looked at
 */
function endOf({ totals, quarantined, altered }: Values, path: string, keep: number, end: 'lowest' | 'highest') {
  const findings = altered.get(path) ?? [];
  const there = merged([totals.values[path]![end], ...findings.map(({ added }) => added[end])], keep)[end];
  const gone = merged([quarantined.values[path]![end], ...findings.map(({ removed }) => removed[end])], keep)[end];
  let place = 0;
  for (const value of there) {
    if (place < gone.length && compareNumbers(value, gone[place]!) === 0) place++;
    else return value;
  }
  return there.length < keep ? null : undefined;
}

function merged(lists: readonly (readonly string[])[], keep: number): Extremes {
  const all = new Extremes(keep);
  for (const value of lists.flat()) all.add(value);
  return all;
}
