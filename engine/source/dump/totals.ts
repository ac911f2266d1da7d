import { BSONType } from 'bson';
import { elementNamed, elementsOf } from '../../document/bson/raw-bson.ts';
import type { Totals, TotalsRequest } from '../source.ts';
import { ExactSum } from '../totals/exact-sum.ts';
import { isNoMoment, momentAt, numberAt, ValueCounter } from '../totals/value-totals.ts';

/** What is wanted below a name of the document. */
interface Branch {
  readonly name: Buffer;
  readonly children: Branch[];
  array: string | null;
  sum: ExactSum | null;
  value: ValueCounter | null;
}

/** Seconds in the `_id` of the document and in the one nearest to a value; null where it is no ObjectId. */
interface Ids {
  readonly root: number | null;
  readonly nearest: number | null;
}

/**
 * Counts and sums over raw BSON as MongoDB's `$unwind`, `$sum`, `$min` and `$max` would: an array counts its elements,
 * null or missing counts none, anything else counts one; sums skip what is no number; a double counts as its shortest
 * decimal text. It shares no code with the reading and transforming of documents, whose work it checks.
 */
export class TotalsCounter {
  private readonly root: Branch = newBranch('');
  private readonly elements: Record<string, number> = {};
  private readonly sums: Record<string, ExactSum> = {};
  private readonly values: Record<string, ValueCounter> = {};
  private readonly request: TotalsRequest;
  private readonly takesTimes: boolean;

  constructor(request: TotalsRequest) {
    this.request = request;
    const { values = [], keep = 1 } = request;
    this.takesTimes = values.some(({ standIn }) => standIn !== null);
    for (const path of request.arrays) {
      this.elements[path] = 0;
      this.at(path).array = path;
    }
    for (const path of request.sums) {
      this.sums[path] = new ExactSum();
      this.at(path).sum = this.sums[path];
    }
    for (const each of values) {
      this.values[each.path] = new ValueCounter(each, keep);
      this.at(each.path).value = this.values[each.path]!;
    }
  }

  private at(path: string): Branch {
    let place = this.root;
    for (const name of path.split('.')) {
      const known = place.children.find((each) => each.name.equals(Buffer.from(name)));
      const child = known ?? newBranch(name);
      if (!known) place.children.push(child);
      place = child;
    }
    return place;
  }

  /** Takes one document in. */
  count(bytes: Uint8Array): void {
    const seconds = this.takesTimes ? idOf(bytes, 0, bytes.length).seconds : null;
    this.countObject(bytes, 0, bytes.length, this.root, { root: seconds, nearest: seconds });
  }

  /** The totals of `documents` documents, all of which were counted. */
  totals(documents: number): Totals {
    const sums = this.request.sums.map((path) => [path, this.sums[path]!.text()] as const);
    const values = Object.entries(this.values).map(([path, counter]) => [path, counter.totals()] as const);
    return {
      documents,
      elements: { ...this.elements },
      sums: Object.fromEntries(sums),
      values: Object.fromEntries(values),
    };
  }

  private countObject(bytes: Uint8Array, start: number, end: number, place: Branch, ids: Ids): void {
    for (const { type, nameAt, at, after } of elementsOf(bytes, start, end)) {
      const child = childNamed(place, bytes, nameAt, at - 1);
      if (child) this.countValue(bytes, type, at, after, child, ids);
    }
    if (!this.takesTimes) return;
    for (const { name, value } of place.children) {
      if (value === null || value.request.standIn === null) continue;
      const there = elementNamed(bytes, start, end, name);
      if (there !== null && !isNoMoment(bytes, there.type, there.at)) continue;
      const moment = standIn(value, bytes, ids);
      if (moment !== null) value.addMoment(moment);
    }
  }

  private countValue(bytes: Uint8Array, type: number, at: number, after: number, place: Branch, ids: Ids): void {
    if (type === BSONType.null || type === BSONType.undefined) return;
    place.value?.count(bytes, type, at);
    if (type === BSONType.array) {
      for (const element of elementsOf(bytes, at, after)) {
        if (place.array !== null) this.elements[place.array]!++;
        if (element.type === BSONType.object) this.countElement(bytes, element.at, element.after, place, ids);
        // A path through an array that is itself an element leads to an array, whatever is in it.
        else if (element.type === BSONType.array) for (const { value } of place.children) value?.count(bytes, type, at);
      }
      return;
    }
    if (place.array !== null) this.elements[place.array]!++;
    if (type === BSONType.object) this.countElement(bytes, at, after, place, ids);
    else if (place.sum !== null) {
      const number = numberAt(bytes, type, at);
      if (typeof number === 'number') place.sum.add(number);
      else if (number !== null) place.sum.addText(number);
    }
  }

  private countElement(bytes: Uint8Array, start: number, end: number, place: Branch, ids: Ids): void {
    const own = this.takesTimes && place.array !== null ? idOf(bytes, start, end) : NO_ID;
    const nearest = own.there ? (own.seconds ?? ids.root) : ids.nearest;
    this.countObject(bytes, start, end, place, { root: ids.root, nearest });
  }
}

function newBranch(name: string): Branch {
  return { name: Buffer.from(name), children: [], array: null, sum: null, value: null };
}

function childNamed(place: Branch, bytes: Uint8Array, start: number, end: number): Branch | null {
  for (const child of place.children) {
    const { name } = child;
    let at = name.length === end - start ? 0 : -1;
    while (at >= 0 && at < name.length && name[at] === bytes[start + at]) at++;
    if (at === name.length) return child;
  }
  return null;
}

const NO_ID = { there: false, seconds: null };
const ID = Buffer.from('_id');
const CREATED_AT = Buffer.from('createdAt');

/** Whether an object has an `_id`, and the seconds of one that is an ObjectId. */
function idOf(bytes: Uint8Array, start: number, end: number): { there: boolean; seconds: number | null } {
  const id = elementNamed(bytes, start, end, ID);
  if (id === null || id.type === BSONType.null || id.type === BSONType.undefined)
    return { there: false, seconds: null };
  const { buffer, byteOffset } = bytes;
  const seconds = id.type === BSONType.objectId ? new DataView(buffer, byteOffset + id.at, 4).getUint32(0) : null;
  return { there: true, seconds };
}

function standIn({ request }: ValueCounter, bytes: Uint8Array, { root, nearest }: Ids): number | string | null {
  const seconds = request.standIn === 'createdAt' ? root : (nearest ?? root);
  const ofIds = seconds === null ? null : seconds * 1000;
  if (request.standIn === 'ids') return ofIds;
  const created = elementNamed(bytes, 0, bytes.length, CREATED_AT);
  return (created === null ? null : momentAt(bytes, created.type, created.at)) ?? ofIds;
}
