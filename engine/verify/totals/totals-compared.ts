import { Exact } from '../../document/exact-number.ts';
import type { ComparedColumn } from '../../plan/columns/compared-columns.ts';
import { compareNumbers, Extremes } from '../../source/totals/value-totals.ts';
import type { Figures, Total } from './total.ts';
import type { Alteration, Altered } from './totals-altered.ts';
import type { Ends } from './totals-ends.ts';

/** The documents, and the elements of each array. */
export function countTotals({ stage, totals, quarantined, elements, found }: Figures): Total[] {
  const count = (what: Total['what'], path: string, table: string, of: (side: typeof totals) => number): Total =>
    total({
      ...{ what, path, table, column: null, alterations: elements.get(path) ?? [] },
      ...{ source: `${of(totals)}`, quarantined: `${of(quarantined)}`, found: found.get(table)!.rows },
    });
  return [
    count('documents', '', stage.tables[0]!.table, ({ documents }) => documents),
    ...stage.children.map(({ path, table, single }) =>
      count('elements', path, table, (side) => (single ? side.documents : side.elements[path]!)),
    ),
  ];
}

/** A column's NULLs where it may have some, and the sum, the least and the greatest of its numbers or dates. */
export function columnTotals(figures: Figures, column: ComparedColumn, ends: ReadonlyMap<string, Ends>): Total[] {
  const found = figures.found.get(column.table)!.columns.get(column.column.field)!;
  const altered = figures.altered.get(column.path) ?? [];
  const absent = absentTotal(figures, column, altered, found.present);
  const nulls = column.column.nullable ? [absent] : [];
  if (column.kind === 'other') return nulls;
  // Where the column cannot be NULL, what is missing has taken the default.
  const defaults = column.column.nullable || column.default === null ? 0 : Number(absent.expected);
  return [
    ...nulls,
    sumTotal(figures, column, [...altered.map(changed), ...defaultsTaken(column, defaults)], found.sum),
    ...(['least', 'greatest'] as const).map((what) => {
      return endTotal(figures, column, what, { ends: ends.get(column.path)!, defaults, found: found[what] });
    }),
  ];
}

/** Rows without a value of the source's own. */
function absentTotal(figures: Figures, column: ComparedColumn, altered: readonly Altered[], present: string): Total {
  const { totals, quarantined, elements, found } = figures;
  const { path, rows, table } = column;
  const absent = (side: typeof totals) =>
    (rows === '' ? side.documents : side.elements[rows]!) - side.values[path]!.present;
  const emptied = altered.filter((each) => each.emptied > 0);
  return total({
    ...{ what: 'nulls', path, table, column: column.column.field },
    ...{ source: `${absent(totals)}`, quarantined: `${absent(quarantined)}` },
    alterations: [
      ...(elements.get(rows) ?? []),
      ...emptied.map(({ code, emptied: value }) => ({ code, findings: value, value: `${value}` })),
    ],
    found: new Exact(found.get(table)!.rows).minus(present).toFixed(),
  });
}

const changed = ({ code, findings, change }: Altered): Alteration => ({ code, findings, value: change.toFixed() });

function defaultsTaken({ default: value }: ComparedColumn, findings: number): Alteration[] {
  return findings === 0 || !value
    ? []
    : [{ code: 'default', findings, value: new Exact(value).times(findings).toFixed() }];
}

function sumTotal(
  { kind, totals, quarantined, finite }: Figures,
  column: ComparedColumn,
  alterations: readonly Alteration[],
  found: string | null,
): Total {
  const { path, table } = column;
  const of = (side: typeof totals) => (column.kind === 'date' ? side.values[path]!.sum : side.sums[path]!);
  return total(
    {
      ...{ what: 'sum', path, table, column: column.column.field, alterations },
      ...{ source: of(totals), quarantined: of(quarantined), found: found ?? '0' },
    },
    {
      without: finite[path] ?? null,
      scale: kind === 'mongodb' && column.kind === 'number' ? (column.column.scale ?? 0) : null,
    },
  );
}

type Terms = Omit<Total, 'expected' | 'agree' | 'note'>;

/**
 * @param without the source's sum without quarantined documents, where its whole sum is no number
 * @param scale decimals to round to when the source may add up with noise, else null
 */
function total(
  terms: Terms,
  { without, scale }: { without: string | null; scale: number | null } = { without: null, scale: null },
): Total {
  const base = without === null ? new Exact(terms.source).minus(terms.quarantined) : new Exact(without);
  const expected = terms.alterations.reduce((sum, { value }) => sum.plus(value), base);
  const exactly = expected.eq(terms.found);
  const rounded = !exactly && scale !== null && expected.toDecimalPlaces(scale, Exact.ROUND_HALF_EVEN).eq(terms.found);
  const found = new Exact(terms.found).toFixed();
  const note = without !== null ? 'withoutQuarantined' : rounded ? 'rounded' : null;
  return { ...terms, expected: expected.toFixed(), found, agree: exactly || rounded, note };
}

function endTotal(
  { totals, quarantined, altered }: Figures,
  { path, table, column, kind, default: standsIn }: ComparedColumn,
  what: 'least' | 'greatest',
  { ends, defaults, found }: { readonly ends: Ends; readonly defaults: number; readonly found: string | null },
): Total {
  const end = what === 'least' ? 'lowest' : 'highest';
  const shown = (value: string | null | undefined) => shownEnd(value ?? null, kind);
  const both = new Extremes(1);
  for (const value of [ends[what], defaults > 0 ? standsIn : null]) if (value !== null) both.add(value);
  const expected = both[end][0] ?? null;
  const alterations = (altered.get(path) ?? [])
    .filter(({ added }) => added[end].length > 0)
    .map(({ code, findings, added }) => ({ code, findings, value: shown(added[end][0]) }));
  if (defaults > 0) alterations.push({ code: 'default', findings: defaults, value: String(standsIn) });
  return {
    ...{ what, path, table, column: column.field, alterations },
    source: shown(totals.values[path]![end][0]),
    quarantined: shown(quarantined.values[path]![end][0]),
    expected: shown(expected),
    found: shown(found),
    agree: expected === null || found === null ? expected === found : compareNumbers(expected, found) === 0,
    note: null,
  };
}

/** The last millisecond that JavaScript's dates, and so their ISO form, can tell. */
const LAST_MOMENT = 8.64e15;

function shownEnd(value: string | null, kind: ComparedColumn['kind']): string {
  if (value === null) return 'none';
  const moment = Number(value);
  if (kind === 'date' && Math.abs(moment) <= LAST_MOMENT) return new Date(moment).toISOString();
  return new Exact(value).toFixed();
}
