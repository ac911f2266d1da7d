import { together } from '../../common/together.ts';
import { Exact } from '../../document/exact-number.ts';
import { keyName, type LegacyKey } from '../../document/legacy-key.ts';
import { comparedColumns } from '../../plan/columns/compared-columns.ts';
import { stageNamed } from '../../plan/stage-named.ts';
import type { KeySelection, Source, Totals, TotalsRequest } from '../../source/source.ts';
import { readCheckpoints } from '../../state/run/checkpoint.ts';
import { longRead } from '../../target/long-read.ts';
import type { Figures, Total, TotalsContext } from './total.ts';
import { alteredElements, alteredValues } from './totals-altered.ts';
import { columnTotals, countTotals } from './totals-compared.ts';
import { settledEnds } from './totals-ends.ts';
import { foundTotals } from './totals-found.ts';
import { type QuarantinedTotals, quarantinedTotals } from './totals-quarantined.ts';

/**
 * Compares a stage's documents, array elements, NULLs, sums, least and greatest values, computed by each database's own
 * engine (a dump has a counter of its own) and never by the transform. To be asked when the stage is copied and its
 * contested documents are settled.
 * @returns the documents, then the elements of each array, then the columns' figures, in the model's order.
 * @param limited true when the run moves selected documents only: both sides are then bounded to those.
 */
export async function verifyTotals(
  { plan, source, target }: TotalsContext,
  runId: string,
  stageName: string,
  { limited, signal }: { limited: boolean; signal?: AbortSignal },
): Promise<Total[]> {
  const stage = stageNamed(plan, stageName);
  const columns = comparedColumns(stage);
  const request: TotalsRequest = {
    collection: stage.collection,
    arrays: stage.children.filter(({ single }) => !single).map(({ path }) => path),
    sums: columns.filter(({ kind }) => kind === 'number').map(({ path }) => path),
    values: columns,
    keep: 1,
  };
  // What is tried again belongs to another partition already.
  const selections = limited
    ? (await readCheckpoints(target, runId, stage.name)).flatMap((one) => (one.isRetry ? [] : [one.selection]))
    : null;
  const selectionOf = limited ? runId : null;
  const [there, totals] = await together(
    longRead(
      target,
      async (query) => ({
        quarantined: await quarantinedTotals(query, runId, stage.name, request),
        elements: await alteredElements(query, stage, selectionOf),
        altered: await alteredValues(query, stage, columns, { selectionOf, keep: 1 }),
        found: await foundTotals(query, stage, columns, selectionOf),
      }),
      signal,
    ),
    source.totals(request, selections),
  );
  signal?.throwIfAborted();
  const finite = await sumsWithoutQuarantined(source, request, selections, totals, there.quarantined);
  const figures: Figures = { ...there, stage, kind: source.kind, totals, finite };
  const ends = await settledEnds(figures, columns, (keep, open) =>
    longRead(
      target,
      async (query) => {
        const wanted = { collection: stage.collection, arrays: request.arrays, sums: [], values: open, keep };
        return {
          quarantined: await quarantinedTotals(query, runId, stage.name, wanted),
          altered: await alteredValues(query, stage, open, { selectionOf, keep }),
          totals: await source.totals(wanted, selections),
        };
      },
      signal,
    ),
  );
  return [...countTotals(figures), ...columns.flatMap((column) => columnTotals(figures, column, ends))];
}

const KEYS_AT_ONCE = 10_000;

/** From here on a sum of doubles, which a server keeps to some 15 digits, has no cents left. */
const DROWNING = 1e13;

/**
 * One NaN makes the sum of a whole collection NaN, one 1e300 makes it deaf to all the others, one double takes the last
 * digits of a sum of 64-bit integers, and its document is in quarantine: such sums are asked for again over all the other
 * documents, in as many pieces as it takes.
 */
async function sumsWithoutQuarantined(
  source: Source,
  request: TotalsRequest,
  selections: readonly KeySelection[] | null,
  { sums }: Totals,
  quarantined: QuarantinedTotals,
): Promise<Record<string, string>> {
  const isDrowned = (path: string) => {
    const [all, held] = [new Exact(sums[path]!), new Exact(quarantined.sums[path]!)];
    return !all.isFinite() || held.abs().gte(DROWNING) || (!held.isZero() && all.abs().gt(Number.MAX_SAFE_INTEGER));
  };
  const paths = request.sums.filter(isDrowned);
  if (paths.length === 0) return {};
  const wanted = { collection: request.collection, arrays: [], sums: paths };
  const added = new Map(paths.map((path) => [path, new Exact(0)]));
  const add = async (keys: readonly LegacyKey[]) => {
    const part = await source.totals(wanted, [{ keys }]);
    for (const path of paths) added.set(path, added.get(path)!.plus(part.sums[path]!));
  };
  let keys: LegacyKey[] = [];
  for await (const key of selectedKeys(source, request.collection, selections)) {
    if (!quarantined.keys.has(keyName(key))) keys.push(key);
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
