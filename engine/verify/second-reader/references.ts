import { isKept } from './altered.ts';
import { type Ask, type Lookup, readMappings, readReferences } from './held.ts';
import { isLeftover, type Subject } from './judge-column.ts';
import type { Leaf } from './shape.ts';
import type { Value } from './values/cursor.ts';
import { areEqual, type KeyText, type Meant } from './values/key.ts';

/** A reference of a document whose column is to be held against the ID map. A document can have hundreds of thousands. */
export interface Reference {
  readonly leaf: Leaf;
  readonly rowId: string;
  readonly found: string | null;
  readonly value: Value;
  /** The two parts of its path, with places of array elements. */
  readonly prefix: string;
  readonly name: string;
  readonly subject: Subject;
  readonly legacyId: string;
  /** Null for an ObjectId as it should be, which means one key. */
  readonly meant: Meant | null;
  /** What it is looked up by, candidate by candidate: places in `Wanted`; null for a value that cannot refer. */
  readonly candidates: readonly (readonly number[])[] | null;
}

/** Lookups of many references, each of them once. */
export class Wanted {
  readonly lookups: Lookup[] = [];
  readonly #places = new Map<string, Map<KeyText, number>>();

  /** @param parent of a sub-document; empty for a root */
  placeOf(collection: string, parent: KeyText, key: KeyText): number {
    const within = parent === '' ? collection : `${collection} ${parent}`;
    let keys = this.#places.get(within);
    if (keys === undefined) {
      keys = new Map();
      this.#places.set(within, keys);
    }
    let place = keys.get(key);
    if (place === undefined) {
      place = this.lookups.push({ collection, parent, key }) - 1;
      keys.set(key, place);
    }
    return place;
  }

  /** They have been looked up. */
  clear(): void {
    this.lookups.length = 0;
    this.#places.clear();
  }
}

/** @returns the references that do not lead where their columns do, and where they lead */
export async function misled(
  ask: Ask,
  wanted: Wanted,
  references: readonly Reference[],
): Promise<{ reference: Reference; expected: string | null }[]> {
  const ids = await readReferences(ask, wanted.lookups);
  const wrong = references.flatMap((reference) => {
    const all = reference.candidates?.map((places) => firstOf(places, ids)) ?? [];
    const expected = all.find((id) => id !== undefined) ?? null;
    return isRight(reference, all.indexOf(expected ?? undefined), expected) ? [] : [{ reference, expected }];
  });
  const doubtful = wrong.flatMap(({ reference, expected }) => (expected === null ? (reference.found ?? []) : []));
  if (doubtful.length === 0) return wrong;
  const found = await readMappings(ask, doubtful);
  return wrong.filter(({ reference, expected }) => expected !== null || !isEqualForm(reference, wanted, found));
}

/**
 * Whether a column holds a row whose key MongoDB takes for equal to the one that its reference spells: numbers have more forms
 * than candidates are made of.
 */
function isEqualForm(reference: Reference, { lookups }: Wanted, found: ReadonlyMap<string, Lookup>): boolean {
  const there = found.get(reference.found ?? '');
  const own = reference.candidates?.flat().map((place) => lookups[place]!) ?? [];
  const isIts = ({ collection, parent, key }: Lookup) =>
    collection === there?.collection && parent === there.parent && areEqual(key, there.key);
  return there !== undefined && own.some(isIts) && isRight(reference, 1, reference.found);
}

function firstOf(places: readonly number[], ids: readonly (string | undefined)[]): string | undefined {
  for (const place of places) if (ids[place] !== undefined) return ids[place];
  return undefined;
}

/** What a reference is judged by. */
type Judged = Pick<Reference, 'found' | 'meant' | 'subject' | 'prefix' | 'name' | 'value'>;

/** Whether a column holds where its reference leads. @param candidate the one that led there */
export function isRight(reference: Judged, candidate: number, expected: string | null): boolean {
  const { found, meant, subject, prefix, name, value } = reference;
  if (found !== null) {
    if (found !== expected) return false;
    return (candidate === 0 && meant?.isWrapped !== true) || isTold(reference, FORM);
  }
  if (isTold(reference, NULLED)) return true;
  if (expected !== null) return false;
  return isTold(reference, NOWHERE) && isLeftover(subject, prefix + name, value);
}

const FORM = /^referenceForm$/;
const NOWHERE = /^(dangling|referenceType|referenceElsewhere)$/;
const NULLED = /=null$/;

function isTold({ subject: { notes }, prefix, name, value }: Judged, codes: RegExp): boolean {
  if (notes === null) return false;
  return notes.findings.get(prefix + name)?.some(({ code, old }) => codes.test(code) && isKept(old, value)) ?? false;
}
