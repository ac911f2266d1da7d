import type { mongo } from 'mongoose';
import type { KeySelection, Totals, TotalsRequest, ValueRequest, ValueTotals } from '../source.ts';
import { sumOfTexts } from '../totals/exact-sum.ts';
import { Extremes } from '../totals/value-totals.ts';
import { filtersOf } from './key-filters.ts';
import { ask, NUMBERS, unwindTo } from './totals.ts';

/** What of a driver's collection is needed here. */
type Collection = Pick<mongo.Collection, 'aggregate'>;

/**
 * What a server says of the values at many paths: one `$group` for each array that the paths lead through, and, where
 * more than one lowest or highest value is wanted, a sorted pass for each path and end.
 * @returns null when a date is taken from a `createdAt` that is no date: the server would cast it by rules of its own
 */
export async function serverValues(
  collection: Collection,
  { values = [], keep = 1 }: TotalsRequest,
  selections: readonly KeySelection[] | null,
): Promise<Totals['values'] | null> {
  const gathered = new Map(values.map(({ path }) => [path, new Gathered(keep)]));
  for (const filter of filtersOf(selections, false)) {
    for (const level of new Set(values.map(({ path }) => levelOf(path)))) {
      const before = [{ $match: filter }, ...unwindTo(level, false).stages];
      const here = values.filter(({ path }) => levelOf(path) === level);
      const [answer = {}] = await ask(collection, [...before, { $group: groupOf(here) }]);
      for (const [place, each] of here.entries()) {
        if (Number(answer[`u${place}`] ?? 0) > 0) return null;
        const one = gathered.get(each.path)!;
        one.take(answer[`n${place}`], answer[`s${place}`], answer[`l${place}`], answer[`h${place}`]);
        if (keep > 1 && each.kind !== 'other') await takeEnds(collection, before, each, keep, one);
      }
    }
  }
  return Object.fromEntries([...gathered].map(([path, one]) => [path, one.totals()]));
}

const levelOf = (path: string) => path.split('.').slice(0, -1).join('.');

/** What several answers say of one path. */
class Gathered {
  readonly low: Extremes;
  readonly high: Extremes;
  private readonly keep: number;
  private readonly sums: string[] = [];
  private present = 0;

  constructor(keep: number) {
    this.keep = keep;
    this.low = new Extremes(keep);
    this.high = new Extremes(keep);
  }

  take(present: unknown, sum: unknown, least: unknown, greatest: unknown): void {
    this.present += Number(present ?? 0);
    this.sums.push(String(sum ?? 0));
    if (this.keep > 1) return;
    if (least !== null && least !== undefined) this.low.add(String(least));
    if (greatest !== null && greatest !== undefined) this.high.add(String(greatest));
  }

  totals(): ValueTotals {
    const { present, low, high } = this;
    return { present, sum: sumOfTexts(this.sums), lowest: low.lowest, highest: high.highest };
  }
}

async function takeEnds(
  collection: Collection,
  before: readonly mongo.Document[],
  value: ValueRequest,
  keep: number,
  into: Gathered,
): Promise<void> {
  const those = [...before, { $project: { _id: 0, v: comparable(value) } }, { $match: { v: { $ne: null } } }];
  for (const direction of [1, -1] as const) {
    const found = await ask(collection, [...those, { $sort: { v: direction } }, { $limit: keep }]);
    for (const { v } of found) into[direction === 1 ? 'low' : 'high'].add(String(v));
  }
}

function groupOf(values: readonly ValueRequest[]): mongo.Document {
  const accumulators = values.flatMap((value, place): [string, mongo.Document][] => {
    const present: [string, mongo.Document] = [`n${place}`, { $sum: { $cond: [isAbsent(fieldOf(value)), 0, 1] } }];
    if (value.kind === 'other') return [present];
    const compared = comparable(value);
    const ends: [string, mongo.Document][] = [
      [`l${place}`, { $min: compared }],
      [`h${place}`, { $max: compared }],
    ];
    if (value.kind === 'number') return [present, ...ends];
    return [
      ...[present, ...ends],
      [`s${place}`, { $sum: { $toDecimal: compared } }],
      [`u${place}`, { $sum: { $cond: [isUnknown(value), 1, 0] } }],
    ];
  });
  return { _id: null, ...Object.fromEntries(accumulators) };
}

const fieldOf = ({ path }: ValueRequest) => `$${path}`;
const isAbsent = (field: string) => ({ $in: [{ $type: field }, ['missing', 'null', 'undefined']] });
/** Mongoose takes an empty text in a date's place for null. */
const isNoMoment = (field: string) => ({ $or: [isAbsent(field), { $eq: [field, ''] }] });
const isOfType = (field: string, type: string) => ({ $eq: [{ $type: field }, type] });

/** The number, or the date in milliseconds with what stands in for it; null for anything else. */
function comparable(value: ValueRequest): mongo.Document | string | null {
  const field = fieldOf(value);
  if (value.kind === 'number') return firstOf([[{ $in: [{ $type: field }, NUMBERS] }, field]]);
  const own: Case = [isOfType(field, 'date'), { $toLong: field }];
  return firstOf(value.standIn === null ? [own] : [own, [isNoMoment(field), standInOf(value)]]);
}

function standInOf(value: ValueRequest): Case[1] {
  const ids =
    value.standIn === 'ids' && levelOf(value.path) !== '' ? [`$${levelOf(value.path)}._id`, '$_id'] : ['$_id'];
  const ofIds = ids.map((id): Case => [isOfType(id, 'objectId'), { $toLong: { $toDate: id } }]);
  const created: Case = [isOfType(CREATED_AT, 'date'), { $toLong: CREATED_AT }];
  return firstOf(value.standIn === 'createdAt' ? [created, ...ofIds] : ofIds);
}

/** A condition and the value where it holds. */
type Case = readonly [condition: mongo.Document, value: mongo.Document | string | null];

function firstOf(cases: readonly Case[]): Case[1] {
  return cases.reduceRight<Case[1]>(
    (otherwise, [condition, value]) => ({ $cond: [condition, value, otherwise] }),
    null,
  );
}

const CREATED_AT = '$createdAt';

/** Whether the date is to be taken from a `createdAt` that is something else than a date. */
function isUnknown(value: ValueRequest): mongo.Document {
  if (value.standIn !== 'createdAt') return { $literal: false };
  const isOther = { $not: [{ $or: [isNoMoment(CREATED_AT), isOfType(CREATED_AT, 'date')] }] };
  return { $and: [isNoMoment(fieldOf(value)), isOther] };
}
