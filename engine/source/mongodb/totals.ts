import type { mongo } from 'mongoose';
import type { KeySelection, Totals, TotalsRequest } from '../source.ts';
import { sumOfTexts } from '../totals/exact-sum.ts';
import { filtersOf } from './key-filters.ts';

/** What the server at hand can do, as far as it matters here. */
export interface Dialect {
  /** `$toDecimal` in a `$sum`: sums of doubles do not drift, and none is rounded below 34 digits. */
  decimalSums: boolean;
  /**
   * FerretDB 1: one accumulator to a `$group`, an unwound element stands at the top under the last part of its path,
   * and rare type names are unknown.
   */
  readonly ferret: boolean;
}

/** BSON's number types, by the server's names. */
export const NUMBERS = ['int', 'long', 'double', 'decimal'];

/** What one pass over the unwound elements of `path` answers; the empty path is the documents themselves. */
interface Pass {
  readonly path: string;
  readonly sums: string[];
  counted: boolean;
}

function passesOf({ arrays, sums }: TotalsRequest): Pass[] {
  const passes = new Map<string, Pass>([['', { path: '', sums: [], counted: true }]]);
  const passOf = (path: string): Pass => {
    const pass = passes.get(path) ?? { path, sums: [], counted: false };
    passes.set(path, pass);
    return pass;
  };
  for (const path of arrays) passOf(path).counted = true;
  for (const path of sums) passOf(path.split('.').slice(0, -1).join('.')).sums.push(path);
  return [...passes.values()];
}

/** Counts and sums, all computed by the server: `$unwind` along the path, then one `$group`. */
export async function serverTotals(
  collection: mongo.Collection,
  request: TotalsRequest,
  selections: readonly KeySelection[] | null,
  dialect: Dialect,
): Promise<Omit<Totals, 'values'>> {
  const passes = passesOf(request);
  const counts = new Map<string, number>();
  const sums = new Map<string, string[]>();
  for (const filter of filtersOf(selections, dialect.ferret)) {
    for (const pass of passes) {
      const answer = await runPass(collection, filter, pass, dialect);
      counts.set(pass.path, (counts.get(pass.path) ?? 0) + answer.count);
      for (const [path, sum] of answer.sums) sums.set(path, [...(sums.get(path) ?? []), sum]);
    }
  }
  return {
    documents: counts.get('') ?? 0,
    elements: Object.fromEntries(request.arrays.map((path) => [path, counts.get(path) ?? 0])),
    sums: Object.fromEntries(request.sums.map((path) => [path, sumOfTexts(sums.get(path) ?? [])])),
  };
}

interface Answer {
  readonly count: number;
  readonly sums: readonly (readonly [path: string, sum: string])[];
}

async function runPass(
  collection: mongo.Collection,
  filter: mongo.Document,
  pass: Pass,
  dialect: Dialect,
): Promise<Answer> {
  const { stages, element } = unwindTo(pass.path, dialect.ferret);
  const before = [{ $match: filter }, ...stages];
  const fields = pass.sums.map((path) => [path, `$${element}${path.slice(pass.path.length)}`] as const);
  if (!dialect.ferret) return groupAtOnce(collection, before, fields, dialect);
  const [counted] = pass.counted ? await ask(collection, [...before, { $count: 'n' }]) : [];
  const sums: [string, string][] = [];
  for (const [path, field] of fields) {
    const [summed] = await ask(collection, [...before, { $group: { _id: null, s: { $sum: field } } }]);
    sums.push([path, String(summed?.s ?? 0)]);
  }
  return { count: Number(counted?.n ?? 0), sums };
}

async function groupAtOnce(
  collection: mongo.Collection,
  before: readonly mongo.Document[],
  fields: readonly (readonly [path: string, field: string])[],
  dialect: Dialect,
): Promise<Answer> {
  const exactly = dialect.decimalSums;
  const accumulators = fields.map(([, field], number) => [`s${number}`, { $sum: exactly ? decimalOf(field) : field }]);
  const group = { _id: null, n: { $sum: 1 }, ...Object.fromEntries(accumulators) };
  try {
    const [answer] = await ask(collection, [...before, { $group: group }]);
    const sums = fields.map(([path], number) => [path, String(answer?.[`s${number}`] ?? 0)] as const);
    return { count: Number(answer?.n ?? 0), sums };
  } catch (error) {
    if (!exactly || !isUnknownOperator(error)) throw error;
    dialect.decimalSums = false;
    return groupAtOnce(collection, before, fields, dialect);
  }
}

/** InvalidPipelineOperator, NotImplemented, and the codes of servers that only speak MongoDB's protocol. */
function isUnknownOperator(error: unknown): boolean {
  return [168, 238, 304, 15999, 31325].includes(Number((error as { code?: unknown }).code));
}

/** Runs a pipeline and answers its documents with their numbers as the server typed them. */
export async function ask(
  collection: Pick<mongo.Collection, 'aggregate'>,
  pipeline: mongo.Document[],
): Promise<mongo.Document[]> {
  return collection.aggregate(pipeline, { promoteValues: false, allowDiskUse: true }).toArray();
}

/** The stages that unwind every part of a path, and where its elements stand afterwards. */
export function unwindTo(path: string, ferret: boolean): { stages: mongo.Document[]; element: string } {
  const stages: mongo.Document[] = [];
  let element = '';
  for (const name of path === '' ? [] : path.split('.')) {
    const unwound = element === '' ? name : `${element}.${name}`;
    stages.push({ $unwind: `$${unwound}` });
    element = ferret ? name : unwound;
  }
  return { stages, element };
}

/**
 * A number as a decimal, and 0 for anything else. `$toDecimal` keeps 15 digits of a double, so that whole ones go by
 * way of a long, which is exact; NaN is less than every number in MongoDB's order and must not take that way.
 */
function decimalOf(field: string): mongo.Document {
  const size = { $abs: field };
  const isWhole = {
    $and: [
      { $eq: [{ $type: field }, 'double'] },
      { $gte: [size, 0] },
      { $lt: [size, 9e18] },
      { $eq: [field, { $trunc: field }] },
    ],
  };
  const asDecimal = { $cond: [isWhole, { $toDecimal: { $toLong: field } }, { $toDecimal: field }] };
  return { $cond: [{ $in: [{ $type: field }, NUMBERS] }, asDecimal, 0] };
}
