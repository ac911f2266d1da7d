import { serialize } from 'bson';
import type { mongo } from 'mongoose';
import { parts } from '../../common/parts.ts';
import { boxOf } from '../../document/bson/box.ts';
import { libraryValue } from '../../document/bson/library-value.ts';
import { membersOf } from '../../document/bson/members.ts';
import { int64Of } from '../../document/bson/scalars.ts';
import { TYPE } from '../../document/bson/types.ts';
import type { BsonValue } from '../../document/bson/value.ts';
import {
  compareKeys,
  compareKeyTypes,
  type KeyType,
  type LegacyKey,
  typeOfKey,
  valueInKey,
} from '../../document/legacy-key.ts';
import type { KeyRange, KeySelection } from '../source.ts';

/**
 * A filter of `_id`s, and what has to be left out of its answers by comparing keys: the driver cannot write every `_id`
 * that a server can hold, such as a date beyond JavaScript's or a name that stands twice.
 */
export interface KeyFilter {
  readonly filter: mongo.Document;
  /** Exclusive; null where the filter itself says it. */
  readonly after: LegacyKey | null;
  /** Inclusive, likewise. */
  readonly upTo: LegacyKey | null;
  /** The one key that is wanted, where no filter can name it. */
  readonly only: LegacyKey | null;
}

/** Server names of the types that a range of `_id`s is bound to. */
const TYPE_NAMES: Partial<Record<KeyType, string[]>> = { string: ['string', 'symbol'] };

const KEYS_AT_ONCE = 10_000;
const RANGES_AT_ONCE = 50;

/** The filter of a range, which never leaves its type: MongoDB's comparisons hold inside one type only. */
export function rangeFilter({ type, after, upTo }: KeyRange, ferret: boolean): KeyFilter {
  const names = (!ferret && TYPE_NAMES[type]) || type;
  const carried = { after: after === null || isCarried(after), upTo: upTo === null || isCarried(upTo) };
  const below = after === null || carried.after ? undefined : nearestBelow(after);
  const _id = {
    $type: names,
    ...(after !== null && carried.after && { $gt: filterValue(after) }),
    ...(below !== undefined && { $gte: below }),
    ...(upTo !== null && carried.upTo && { $lte: filterValue(upTo) }),
  };
  return { filter: { _id }, after: carried.after ? null : after, upTo: carried.upTo ? null : upTo, only: null };
}

/** Sorted keys in pieces of which each makes a query of moderate size; one that no filter can name is a piece by itself. */
export function* keyFilters(keys: readonly LegacyKey[], typeOf: (key: LegacyKey) => KeyType): Generator<KeyFilter> {
  let named: LegacyKey[] = [];
  const inList = (): KeyFilter => {
    const filter = { _id: { $in: named.map(filterValue) } };
    named = [];
    return { filter, after: null, upTo: null, only: null };
  };
  for (const key of keys) {
    if (isCarried(key)) {
      named.push(key);
      if (named.length === KEYS_AT_ONCE) yield inList();
      continue;
    }
    if (named.length > 0) yield inList();
    const below = nearestBelow(key);
    const filter = { _id: { $type: typeOf(key), ...(below !== undefined && { $gte: below }) } };
    yield { filter, after: null, upTo: key, only: key };
  }
  if (named.length > 0) yield inList();
}

/** Whether an answer of a filter is wanted; `over` when it and all that follow it are not. */
export function isWanted({ after, upTo, only }: KeyFilter, key: LegacyKey): boolean | 'over' {
  if (upTo !== null && compareKeys(key, upTo) > 0) return 'over';
  if (only !== null) return key.equals(only);
  return after === null || compareKeys(key, after) > 0;
}

/** Whether filters say all of these selections by themselves. */
export function areCarried(selections: readonly KeySelection[] | null): boolean {
  const isSaid = (key: LegacyKey | null) => key === null || isCarried(key);
  return (selections ?? []).every((selection) =>
    'keys' in selection ? selection.keys.every(isSaid) : isSaid(selection.after) && isSaid(selection.upTo),
  );
}

/** The filters of a selection, of which each gives its documents in order, after those before it. */
export function* filtersAfter(selection: KeySelection, from: LegacyKey | null, ferret: boolean): Generator<KeyFilter> {
  if ('keys' in selection) {
    const sorted = [...selection.keys]
      .sort(compareKeys)
      .filter((key, at, all) => at === 0 || !key.equals(all[at - 1]!));
    yield* keyFilters(from ? sorted.filter((key) => compareKeys(key, from) > 0) : sorted, typeOfKey);
    return;
  }
  const byType = from === null ? -1 : compareKeyTypes(typeOfKey(from), selection.type);
  if (byType > 0) return;
  const goesOn = byType === 0 && (selection.after === null || compareKeys(selection.after, from!) < 0);
  yield rangeFilter(goesOn ? { ...selection, after: from } : selection, ferret);
}

/** The filters of several selections that are carried, as few as that takes. */
export function* filtersOf(selections: readonly KeySelection[] | null, ferret: boolean): Generator<mongo.Document> {
  if (selections === null) {
    yield {};
    return;
  }
  const ranges: mongo.Document[] = [];
  for (const selection of selections) {
    if (!('keys' in selection)) ranges.push(rangeFilter(selection, ferret).filter);
    else for (const keys of parts(selection.keys, KEYS_AT_ONCE)) yield { _id: { $in: keys.map(filterValue) } };
  }
  for (const some of parts(ranges, RANGES_AT_ONCE)) yield { $or: some };
}

function filterValue(key: LegacyKey): unknown {
  return libraryValue(valueInKey(key)!);
}

/** Whether the driver writes this key byte for byte. */
function isCarried(key: LegacyKey): boolean {
  if (key[0] === TYPE.objectId) return true;
  const value = valueInKey(key);
  return value !== null && carriedAs(value) !== null;
}

function carriedAs(value: BsonValue): { readonly value: unknown } | null {
  try {
    const made = libraryValue(value);
    return boxOf(value.type, value.payload, '_id').equals(serialize({ _id: made })) ? { value: made } : null;
  } catch {
    return null;
  }
}

const LATEST = 8_640_000_000_000_000n;

/** The nearest lower `_id` of the same type that a filter can hold; undefined without one. */
function nearestBelow(key: LegacyKey): unknown {
  const value = valueInKey(key);
  if (value?.type === TYPE.date) return int64Of(value) > LATEST ? new Date(Number(LATEST)) : undefined;
  if (value?.type !== TYPE.object) return undefined;
  // An object that ends sooner is the lesser one.
  const members = membersOf(value);
  let said = new Map<string, unknown>();
  for (const { name, value: inner } of members) {
    const carried = carriedAs(inner);
    if (carried === null || said.has(name)) break;
    said = said.set(name, carried.value);
  }
  return said.size === members.length ? undefined : said;
}
