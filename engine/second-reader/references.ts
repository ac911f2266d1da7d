import { isKept } from './altered.ts';
import type { Value } from './cursor.ts';
import { type Ask, type Lookup, readReferences } from './held.ts';
import { isLeftover, type Subject } from './judge-column.ts';
import type { KeyHex, Meant } from './key.ts';
import type { Leaf } from './shape.ts';

/** A reference of a document whose column is to be held against the ID map. */
export interface Reference {
  readonly leaf: Leaf;
  readonly value: Value;
  /** With places of array elements. */
  readonly path: string;
  readonly found: string | null;
  readonly rowId: string;
  readonly legacyId: string;
  readonly subject: Subject;
  /** What it is looked up by, candidate by candidate; null for a value that cannot refer. */
  readonly candidates: readonly (readonly Lookup[])[] | null;
  readonly meant: Meant | null;
  /** Where it leads inside the document itself, candidate by candidate; null where the ID map is asked. */
  readonly inside: readonly (string | undefined)[] | null;
}

/** The lookups of a reference to root documents. @param source collection of those in the source */
export function lookupsOf(meant: Meant | null, to: string, source: string | null): Reference['candidates'] {
  if (meant === null) return null;
  if (meant.named !== null && source !== null && meant.named.collection !== source) return [];
  return meant.keys.map((key) => [{ collection: to, parent: '', key }]);
}

/** The lookups of a reference to sub-documents of what another reference names. */
export function lookupsWithin(meant: Meant | null, roots: readonly KeyHex[], to: string): Reference['candidates'] {
  if (meant === null) return null;
  return meant.keys.map((key) => roots.map((parent) => ({ collection: to, parent, key })));
}

/** @returns the references that do not lead where their columns do, and where they lead */
export async function misled(
  ask: Ask,
  references: readonly Reference[],
): Promise<{ reference: Reference; expected: string | null }[]> {
  const lookups = new Map<string, Lookup>();
  const nameOf = ({ collection, parent, key }: Lookup) => `${collection} ${parent} ${key}`;
  for (const { candidates } of references)
    for (const candidate of candidates ?? []) for (const one of candidate) lookups.set(nameOf(one), one);
  const found = await readReferences(ask, [...lookups.values()]);
  const ids = new Map([...lookups.keys()].map((name, index) => [name, found.get(index)]));
  const wrong: { reference: Reference; expected: string | null }[] = [];
  for (const reference of references) {
    const all =
      reference.inside ??
      reference.candidates?.map((candidate) =>
        candidate.map((one) => ids.get(nameOf(one))).find((id) => id !== undefined),
      );
    const place = all?.findIndex((id) => id !== undefined) ?? -1;
    const expected = place < 0 ? null : all![place]!;
    if (!isRight(reference, place, expected)) wrong.push({ reference, expected });
  }
  return wrong;
}

function isRight(reference: Reference, place: number, expected: string | null): boolean {
  const { found, meant } = reference;
  if (found !== null) return found === expected && ((place === 0 && !meant!.isWrapped) || isTold(reference, FORM));
  // Of a DBRef into another database this reader does not know which one is meant.
  if (expected !== null && meant?.named?.inDatabase !== true) return isTold(reference, NULLED);
  return (
    isTold(reference, NULLED) ||
    (isTold(reference, NOWHERE) && isLeftover(reference.subject, reference.path, reference.value))
  );
}

const FORM = /^referenceForm$/;
const NOWHERE = /^(dangling|referenceType|referenceElsewhere)$/;
const NULLED = /=null$/;

function isTold({ subject: { notes }, path, value }: Reference, codes: RegExp): boolean {
  return notes?.findings.get(path)?.some(({ code, old }) => codes.test(code) && isKept(old, value)) ?? false;
}
