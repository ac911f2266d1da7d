import { BSONType, Decimal128 } from 'bson';
import { ExactSum } from './exact-sum.ts';
import { int32At, nameEnd, valueEnd } from './raw-bson.ts';
import type { Totals, TotalsRequest } from './source.ts';

/** What is wanted below a name of the document. */
interface Branch {
  readonly children: { readonly name: Buffer; readonly branch: Branch }[];
  array: string | null;
  sum: ExactSum | null;
}

/**
 * Counts and sums over raw BSON as MongoDB's `$unwind` and `$sum` would: an array counts its elements, null or
 * missing counts none, anything else counts one; sums skip what is no number; a double counts as its shortest
 * decimal text. It shares no code with the reading and transforming of documents, whose work it checks.
 */
export class TotalsCounter {
  private readonly root: Branch = newBranch();
  private readonly elements: Record<string, number> = {};
  private readonly sums: Record<string, ExactSum> = {};
  private readonly request: TotalsRequest;

  constructor(request: TotalsRequest) {
    this.request = request;
    for (const path of request.arrays) {
      this.elements[path] = 0;
      this.at(path).array = path;
    }
    for (const path of request.sums) {
      this.sums[path] = new ExactSum();
      this.at(path).sum = this.sums[path];
    }
  }

  private at(path: string): Branch {
    let place = this.root;
    for (const name of path.split('.').map((part) => Buffer.from(part))) {
      const known = place.children.find((each) => each.name.equals(name));
      const child = known ?? { name, branch: newBranch() };
      if (!known) place.children.push(child);
      place = child.branch;
    }
    return place;
  }

  /** Takes one document in. */
  count(bytes: Uint8Array): void {
    this.countObject(bytes, 0, bytes.length, this.root);
  }

  /** The totals of `documents` documents, all of which were counted. */
  totals(documents: number): Totals {
    const sums = this.request.sums.map((path) => [path, this.sums[path]!.text()] as const);
    return { documents, elements: { ...this.elements }, sums: Object.fromEntries(sums) };
  }

  private countObject(bytes: Uint8Array, start: number, end: number, place: Branch): void {
    for (const { type, nameAt, at, after } of elementsOf(bytes, start, end)) {
      const child = childNamed(place, bytes, nameAt, at - 1);
      if (child) this.countValue(bytes, type, at, after, child);
    }
  }

  private countValue(bytes: Uint8Array, type: number, at: number, after: number, place: Branch): void {
    if (type === BSONType.null || type === BSONType.undefined) return;
    if (type === BSONType.array) {
      for (const element of elementsOf(bytes, at, after)) {
        if (place.array !== null) this.elements[place.array]!++;
        if (element.type === BSONType.object) this.countObject(bytes, element.at, element.after, place);
      }
      return;
    }
    if (place.array !== null) this.elements[place.array]!++;
    if (type === BSONType.object) this.countObject(bytes, at, after, place);
    else if (place.sum !== null) addNumber(place.sum, bytes, type, at);
  }
}

function newBranch(): Branch {
  return { children: [], array: null, sum: null };
}

function childNamed(place: Branch, bytes: Uint8Array, start: number, end: number): Branch | null {
  for (const { name, branch } of place.children) {
    let at = name.length === end - start ? 0 : -1;
    while (at >= 0 && at < name.length && name[at] === bytes[start + at]) at++;
    if (at === name.length) return branch;
  }
  return null;
}

interface Element {
  type: number;
  nameAt: number;
  at: number;
  after: number;
}

/** @throws RangeError when the bytes are no BSON */
function* elementsOf(bytes: Uint8Array, start: number, end: number): Generator<Element> {
  let place = start + 4;
  while (place < end - 1) {
    const type = bytes[place]!;
    const at = nameEnd(bytes, place + 1, end);
    const after = at < 0 ? -1 : valueEnd(bytes, type, at, end);
    if (after < 0) throw new RangeError('the document is not valid BSON');
    yield { type, nameAt: place + 1, at, after };
    place = after;
  }
}

function addNumber(sum: ExactSum, bytes: Uint8Array, type: number, at: number): void {
  switch (type) {
    case BSONType.int:
      sum.add(int32At(bytes, at));
      break;
    case BSONType.double:
      sum.add(new DataView(bytes.buffer, bytes.byteOffset + at, 8).getFloat64(0, true));
      break;
    case BSONType.long:
      addLong(sum, new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigInt64(0, true));
      break;
    case BSONType.decimal:
      sum.addText(new Decimal128(bytes.slice(at, at + 16)).toString());
      break;
  }
}

function addLong(sum: ExactSum, value: bigint): void {
  if (BigInt.asIntN(53, value) === value) sum.add(Number(value));
  else sum.addText(value.toString());
}
