import { type Table, type TableName, tables } from '../prisma/generated/tables.ts';
import { readCheckpoints } from './checkpoint.ts';
import { Exact } from './exact-number.ts';
import type { LegacyKey } from './legacy-key.ts';
import { longRead } from './long-read.ts';
import type { KeySelection, Source, Totals, TotalsRequest } from './source/source.ts';
import type { Plan, Stage } from './stage.ts';
import type { Target } from './target.ts';
import { type Alteration, alteredElements, alteredSums } from './totals-altered.ts';
import { foundTotals } from './totals-found.ts';
import { type QuarantinedTotals, quarantinedTotals } from './totals-quarantined.ts';

/** One count or sum of both sides. Every figure is an exact decimal as text. */
export interface Total {
  readonly what: 'documents' | 'elements' | 'sum';
  /** The source's path; empty for documents. */
  readonly path: string;
  readonly table: TableName;
  readonly column: string | null;
  /** What the source's own engine says. */
  readonly source: string;
  /** What of it lies in quarantine. */
  readonly quarantined: string;
  /** What findings altered on the way, by kind. */
  readonly alterations: readonly Alteration[];
  /** source − quarantined + alterations. */
  readonly expected: string;
  /** What PostgreSQL says. */
  readonly found: string;
  readonly agree: boolean;
  readonly note: TotalNote | null;
}

/** What a reader must know of how a figure came about. */
export const TOTAL_NOTES = {
  rounded: 'the source adds doubles up with rounding noise: compared after rounding to the column’s decimals',
  withoutQuarantined:
    'the source’s sum is no number (NaN or infinite), or a huge number in quarantine drowns the others in it: expected is its sum without the documents in quarantine',
} as const;
type TotalNote = keyof typeof TOTAL_NOTES;

interface Context {
  readonly plan: Plan;
  readonly source: Source;
  readonly target: Target;
}

/**
 * Compares documents, array elements and sums of a stage, counted by each database's own engine (a dump has a counter
 * of its own) and never by the transform. To be asked when the stage is copied and its contested documents are settled.
 * @returns the documents, then the elements of each array, then the sums, in the stage's order.
 * @param limited true when the run moves selected documents only: both sides are then bounded to those.
 */
export async function verifyTotals(
  { plan, source, target }: Context,
  runId: string,
  stageName: string,
  { limited, signal }: { limited: boolean; signal?: AbortSignal },
): Promise<Total[]> {
  const stage = plan.stages.find(({ name }) => name === stageName);
  if (stage === undefined) throw new RangeError(`The plan ${plan.name} has no stage ${stageName}.`);
  const request: TotalsRequest = {
    collection: stage.collection,
    arrays: stage.children.filter(({ single }) => !single).map(({ path }) => path),
    sums: [...new Set(stage.sums.map(({ path }) => path))],
  };
  // What is tried again belongs to another partition already.
  const selections = limited
    ? (await readCheckpoints(target, runId, stage.name)).flatMap((one) => (one.isRetry ? [] : [one.selection]))
    : null;
  const selectionOf = limited ? runId : null;
  const there = await longRead(
    target,
    async (query) => ({
      quarantined: await quarantinedTotals(query, runId, stage.name, request),
      elements: await alteredElements(query, stage, selectionOf),
      sums: await alteredSums(query, stage, selectionOf),
      found: await foundTotals(query, stage, selectionOf),
    }),
    signal,
  );
  signal?.throwIfAborted();
  const totals = await source.totals(request, selections);
  const finite = await sumsWithoutQuarantined(source, request, selections, totals, there.quarantined);
  return compare(stage, source.kind, { ...there, totals, finite });
}

interface Figures {
  readonly totals: Totals;
  /** Sums of the documents outside quarantine, for paths whose whole sum is no number. */
  readonly finite: Readonly<Record<string, string>>;
  readonly quarantined: QuarantinedTotals;
  readonly elements: ReadonlyMap<string, readonly Alteration[]>;
  readonly sums: ReadonlyMap<string, readonly Alteration[]>;
  readonly found: Awaited<ReturnType<typeof foundTotals>>;
}

function compare(stage: Stage, kind: Source['kind'], figures: Figures): Total[] {
  const { totals, quarantined, found } = figures;
  const root = stage.tables[0]!.table;
  const rowsOf = (table: TableName) => found.get(table)!.rows;
  const count = (what: Total['what'], path: string, table: TableName, of: (totals: Totals) => number): Total =>
    total({
      ...{ what, path, table, column: null, alterations: figures.elements.get(path) ?? [] },
      ...{ source: `${of(totals)}`, quarantined: `${of(quarantined)}`, found: rowsOf(table) },
    });
  return [
    count('documents', '', root, ({ documents }) => documents),
    ...stage.children.map(({ path, table, single }) =>
      count('elements', path, table, ({ documents, elements }) => (single ? documents : elements[path]!)),
    ),
    ...stage.sums.map(({ path, table, column }) =>
      total(
        {
          ...{ what: 'sum', path, table, column, alterations: figures.sums.get(path) ?? [] },
          ...{
            source: totals.sums[path]!,
            quarantined: quarantined.sums[path]!,
            found: found.get(table)!.sums[column]!,
          },
        },
        { without: figures.finite[path] ?? null, scale: kind === 'mongodb' ? scaleOf(table, column) : null },
      ),
    ),
  ];
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

function scaleOf(table: TableName, column: string): number {
  const described: Table = tables[table];
  return described.columns.find(({ field }) => field === column)?.scale ?? 0;
}

const KEYS_AT_ONCE = 10_000;

/** From here on a sum of doubles, which a server keeps to some 15 digits, has no cents left. */
const DROWNING = 1e13;

/**
 * One NaN makes the sum of a whole collection NaN, one 1e300 makes it deaf to all the others, and its document is in
 * quarantine: such sums are asked for again over all the other documents, in as many pieces as it takes.
 */
async function sumsWithoutQuarantined(
  source: Source,
  request: TotalsRequest,
  selections: readonly KeySelection[] | null,
  { sums }: Totals,
  quarantined: QuarantinedTotals,
): Promise<Record<string, string>> {
  const paths = request.sums.filter(
    (path) => !new Exact(sums[path]!).isFinite() || new Exact(quarantined.sums[path]!).abs().gte(DROWNING),
  );
  if (paths.length === 0) return {};
  const wanted = { collection: request.collection, arrays: [], sums: paths };
  const added = new Map(paths.map((path) => [path, new Exact(0)]));
  const add = async (keys: readonly LegacyKey[]) => {
    const part = await source.totals(wanted, [{ keys }]);
    for (const path of paths) added.set(path, added.get(path)!.plus(part.sums[path]!));
  };
  let keys: LegacyKey[] = [];
  for await (const key of selectedKeys(source, request.collection, selections)) {
    if (!quarantined.keys.has(key.toString('latin1'))) keys.push(key);
    if (keys.length < KEYS_AT_ONCE) continue;
    await add(keys);
    keys = [];
  }
  if (keys.length > 0) await add(keys);
  return Object.fromEntries([...added].map(([path, sum]) => [path, sum.toFixed()]));
}

async function* selectedKeys(
  source: Source,
  collection: string,
  selections: readonly KeySelection[] | null,
): AsyncGenerator<LegacyKey> {
  if (selections === null) yield* source.scanKeys(collection);
  else for (const selection of selections) if ('keys' in selection) yield* selection.keys;
}
