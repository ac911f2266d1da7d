import { STAND_INS } from '../../../engine/messages/labels/stand-ins.ts';
import type { IdNames } from '../ids.ts';
import { type Answered, isById, isRanked, isReference, type Ranked, type Reference } from './answer.ts';
import { sameValue } from './same-value.ts';

/** A place where two answers say different things. */
export interface Found {
  /** The root document that it is about; null when the source has none there. */
  readonly root: Reference | null;
  /** The root's row; null when the target has none there. */
  readonly rowId: string | null;
  /** From the root on, in the source's names; elements of an array without their numbers. */
  readonly path: readonly string[];
  readonly legacy: unknown;
  readonly prisma: unknown;
}

/** What is compared: the answers at one place, below one root. */
interface Place {
  readonly root: Reference | null;
  readonly rowId: string | null;
  readonly path: readonly string[];
}

/** Everything in which two answers differ. @param ids the rows of every reference of the legacy answer */
export function compareAnswers(legacy: unknown, prisma: unknown, ids: IdNames): Found[] {
  return [...compare(legacy, prisma, { root: null, rowId: null, path: [] }, ids)];
}

function* compare(legacy: unknown, prisma: unknown, place: Place, ids: IdNames): Generator<Found> {
  if (isReference(legacy)) {
    if (ids.rowOf(legacy) !== prisma) yield { ...place, legacy, prisma };
  } else if (isById(legacy) && isById(prisma)) {
    yield* compareById(legacy.records, prisma.records, place, ids);
  } else if (isRanked(legacy) && isRanked(prisma)) {
    yield* compareRanked(legacy, prisma, place, ids);
  } else if (Array.isArray(legacy) && Array.isArray(prisma)) {
    for (let i = 0; i < Math.max(legacy.length, prisma.length); i++) yield* compare(legacy[i], prisma[i], place, ids);
  } else if (isRecord(legacy) && isRecord(prisma)) {
    yield* compareRecords(legacy, prisma, place, ids);
  } else if (!sameValue(legacy, prisma)) {
    yield { ...place, ...aboutWhole(legacy, prisma, place), legacy, prisma };
  }
}

function* compareRecords(legacy: Fields, prisma: Fields, place: Place, ids: IdNames): Generator<Found> {
  const inside = below(legacy, prisma, place);
  for (const name of new Set([...Object.keys(legacy), ...Object.keys(prisma)])) {
    const at = { ...inside, path: [...inside.path, name] };
    yield* compare(legacy[name], prisma[name], at, ids);
  }
}

function* compareById(
  legacy: readonly Answered[],
  prisma: readonly Answered[],
  place: Place,
  ids: IdNames,
): Generator<Found> {
  const rows = new Map(prisma.map((row) => [row._id, row]));
  for (const record of legacy) {
    const id = rowOf(record, ids);
    const row = rows.get(id);
    rows.delete(id);
    yield* compare(record, row ?? null, place, ids);
  }
  for (const row of rows.values()) yield* compare(null, row, place, ids);
}

/** First what the lists hold, then their order: equals may stand in any. */
function* compareRanked(legacy: Ranked, prisma: Ranked, place: Place, ids: IdNames): Generator<Found> {
  const last = legacy.records.at(-1)?.[legacy.by];
  const isLast = (record: Answered) => legacy.cut && last !== undefined && sameValue(last, record[legacy.by]);
  const rows = new Set(prisma.records.map(({ _id }) => _id));
  const documents = new Set(legacy.records.map((record) => rowOf(record, ids)));
  const due = legacy.records.filter((record) => !isLast(record) || rows.has(rowOf(record, ids)));
  const found = prisma.records.filter((row) => !isLast(row) || documents.has(row._id as string));
  const differences = [...compareById(due, found, place, ids)];
  yield* differences;
  if (legacy.records.length !== prisma.records.length && differences.length === 0) {
    yield {
      ...place,
      path: [...place.path, STAND_INS.length.en],
      legacy: legacy.records.length,
      prisma: prisma.records.length,
    };
  }
  if (differences.length > 0) return;
  for (const [i, record] of legacy.records.entries()) {
    const [ours, theirs] = [record[legacy.by], prisma.records[i]?.[prisma.by]];
    if (sameValue(ours, theirs)) continue;
    yield {
      ...below(record, prisma.records[i] ?? {}, place),
      path: [...place.path, STAND_INS.order.en],
      legacy: ours,
      prisma: theirs,
    };
    return;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Where a record's fields are: one with a root's `_id` begins a root of its own. */
function below(legacy: Fields, prisma: Fields, place: Place): Place {
  const id = legacy['_id'];
  if (!isReference(id) || id.parent.length > 0) return place;
  return { root: id, rowId: typeof prisma['_id'] === 'string' ? prisma['_id'] : null, path: [] };
}

/** A record that only one side has, is about its own root. */
function aboutWhole(legacy: unknown, prisma: unknown, place: Place): Partial<Place> {
  if (isRecord(legacy)) return { ...below(legacy, {}, place), path: place.path };
  const rowId = isRecord(prisma) && place.root === null ? prisma['_id'] : null;
  return typeof rowId === 'string' ? { rowId } : {};
}

function rowOf({ _id }: Answered, ids: IdNames): unknown {
  return isReference(_id) ? ids.rowOf(_id) : _id;
}

/** A plain object, as an answer's records are. */
export function isRecord(value: unknown): value is Fields {
  if (value === null || typeof value !== 'object') return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
