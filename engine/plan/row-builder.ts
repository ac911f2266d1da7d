import type { TargetModel } from '../../prisma/model/target-model.ts';
import { valueAt } from '../document/bson/members.ts';
import { TYPE } from '../document/bson/types.ts';
import type { BsonValue } from '../document/bson/value.ts';
import { Exact, type ExactNumber, toDecimalText, toInteger } from '../document/exact-number.ts';
import type { Finding, FindingCode } from '../document/findings/finding.ts';
import { type Cause, DocumentRefused } from '../document/findings/refusal.ts';
import { IdMapEntries, NO_PARENT } from '../document/id-map-entry.ts';
import { isPlace, keyName, type LegacyKey, placeKey } from '../document/legacy-key.ts';
import { rawOr } from '../document/old-value.ts';
import { childId, rootId } from '../document/prisma-id.ts';
import { noSuchMember } from '../messages/labels/refusals.ts';
import type { Findings } from './check-context.ts';
import type { CheckedChild, CheckedDocument, Reference } from './checked-document.ts';
import { decimals, fitted, INTEGERS } from './policy/fit-number.ts';
import { actionFor, type Policies } from './policy/policies.ts';
import { leadsElsewhere } from './reference-candidates.ts';
import type { ModelTypes, RowOf } from './row-types.ts';

/** Where a reference leads: a row, a document in quarantine, or nowhere. */
export type Resolution = { readonly id: string } | { readonly cause: Cause } | null;
export type Resolve = (document: CheckedDocument, reference: Reference) => Resolved;
/** A resolution by one of a reference's candidates, or why there is none. */
export interface Resolved {
  readonly resolution: Resolution;
  readonly candidate: number;
  /** The reference is a DBRef that names another collection or database. */
  readonly elsewhere?: boolean;
}

/** Who gets a document's rows. */
export type TakeRow = (table: string, row: Readonly<Record<string, unknown>>) => void;

/** A sub-document with the id of its row and its place in the source. */
export type Child<T> = T & { readonly rowId: string; readonly at: string };

/** What of a stage its rows and their ids are made by. */
export interface RowScope {
  readonly name: string;
  readonly collection: string;
  readonly idCollection: string;
  readonly collectionNumber: number;
  readonly children: readonly { readonly path: string; readonly collection: string }[];
  readonly policies: Policies;
}

/** Collects the rows and ID map entries of one document while its stage's transform runs. */
export class RowBuilder<M extends ModelTypes = ModelTypes> {
  /** The id of the root's row. */
  readonly id: string;
  /** What the stage's `prepare` found for this batch. */
  readonly found: unknown;
  readonly idMap = new IdMapEntries();
  readonly #stage: RowScope;
  readonly #document: CheckedDocument;
  readonly #resolve: Resolve;
  readonly #take: TakeRow;
  /** The rows' ids of the children of a path by their keys, for references inside the document. */
  readonly #byKey = new Map<string, ReadonlyMap<string, string>>();

  /** @param take gets each row as soon as it is made: of a document with very many none is kept twice */
  constructor(stage: RowScope, document: CheckedDocument, resolve: Resolve, found: unknown, take: TakeRow) {
    this.#stage = stage;
    this.#document = document;
    this.#resolve = resolve;
    this.#take = take;
    this.found = found;
    this.id = rootId(stage.idCollection, stage.collectionNumber, document.key);
    this.#map(stage.idCollection, NO_PARENT, document.key, '', 0, this.id);
  }

  row<T extends keyof M & string>(table: T, row: RowOf<M, T>): void {
    this.#take(table, row as Readonly<Record<string, unknown>>);
  }

  /** Tells something about the document that does not keep it from moving. */
  finding(path: string, code: FindingCode, note?: string): void {
    this.#document.findings.push(note === undefined ? { path, code } : { path, code, note });
  }

  /** Goes once through the sub-documents of an array, and gives each of them its id and its entry in the ID map. */
  *children<T extends CheckedChild>(path: string, elements: Iterable<T>): Generator<Child<T>> {
    const seen = new Map<string, number>();
    for (const element of elements) {
      const at = `${path}.${element.index}`;
      const key = element.key ?? placeKey(this.#document.key, path, element.index);
      const occurrence = element.key === null ? 0 : occurrenceIn(seen, element.key);
      if (element.key === null) this.finding(at, 'withoutId');
      else if (occurrence > 0) this.finding(at, 'repeatedId');
      const id = this.#child(path, key, occurrence);
      yield Object.assign(element, { rowId: id, at });
    }
  }

  /** The id of a single sub-document that has no `_id`, such as `executionPlan`. */
  single(path: string): string {
    return this.#child(path, placeKey(this.#document.key, path), 0);
  }

  #child(path: string, key: LegacyKey, occurrence: number): string {
    const collection = this.#collectionAt(path);
    const id = childId(this.#stage.idCollection, this.#document.key, path, key, occurrence);
    this.#map(collection, this.#document.key, key, path, occurrence, id);
    return id;
  }

  #collectionAt(path: string): string {
    const collection = this.#stage.children.find((children) => children.path === path)?.collection;
    if (collection === undefined) throw new TypeError(`stage ${this.#stage.name} declares no children at ${path}`);
    return collection;
  }

  #map(collection: string, parent: LegacyKey, key: LegacyKey, path: string, occurrence: number, id: string): void {
    this.idMap.push({ collection, parent, key, path, occurrence, id });
  }

  /**
   * The id that a required reference leads to.
   * @throws DocumentRefused `dangling`, `referenceElsewhere`, `cascade`
   */
  required(reference: Reference): string {
    const resolved = this.#resolve(this.#document, reference);
    const id = this.#follow(reference, resolved);
    if (id === null) throw new DocumentRefused(whyNot(reference, resolved), reference.path);
    return id;
  }

  /**
   * The id that an optional reference leads to; null, a finding and a leftover when it leads nowhere.
   * @throws DocumentRefused `cascade` when it leads to a document in quarantine: nulling it would lose the link
   */
  optional(reference: Reference | null): string | null {
    if (reference === null) return null;
    const resolved = this.#resolve(this.#document, reference);
    return this.#follow(reference, resolved) ?? this.#dangles(reference, whyNot(reference, resolved));
  }

  #follow(reference: Reference, { resolution, candidate }: Resolved): string | null {
    if (resolution === null) return null;
    if ('cause' in resolution) throw new DocumentRefused('cascade', reference.path, resolution.cause);
    this.#normalised(reference, candidate);
    return resolution.id;
  }

  #normalised(reference: Reference, candidate: number): void {
    const plain = candidate === 0 && (reference.whole || !isWrapped(reference.raw));
    if (!plain) this.#document.findings.push({ path: reference.path, code: 'referenceForm', oldValue: reference.raw });
  }

  #dangles(reference: Reference, code: Unresolved): null {
    this.#document.findings.push({ path: reference.path, code, oldValue: reference.raw });
    this.#document.leftovers.push({ path: reference.path, value: reference.raw });
    return null;
  }

  /**
   * The id of the sub-document of this same document that a reference names; dangling ones become null.
   * @param path of its array, which has been gone through
   */
  inside(reference: Reference | null, path: string): string | null {
    if (reference === null) return null;
    if (leadsElsewhere(reference.named, this.#stage.collection, this.#document.database)) {
      return this.#dangles(reference, 'referenceElsewhere');
    }
    const byKey = this.#keysOf(path);
    for (const [index, candidate] of reference.candidates.entries()) {
      const found = byKey.get(keyName(candidate));
      if (found === undefined) continue;
      this.#normalised(reference, index);
      return found;
    }
    return this.#dangles(reference, whyNot(reference, {}));
  }

  /** Of children with one key the first; a place is no key of theirs. */
  #keysOf(path: string): ReadonlyMap<string, string> {
    const known = this.#byKey.get(path);
    if (known !== undefined) return known;
    const collection = this.#collectionAt(path);
    const byKey = new Map<string, string>();
    for (const entry of this.idMap) {
      if (entry.collection !== collection || entry.path !== path || entry.occurrence > 0 || isPlace(entry.key))
        continue;
      byKey.set(keyName(entry.key), entry.id);
    }
    this.#byKey.set(path, byKey);
    return byKey;
  }

  /** A `numeric(precision, scale)` value as text. @throws DocumentRefused */
  decimal(value: ExactNumber, path: string, precision: number, scale: number): string;
  decimal(value: ExactNumber | null, path: string, precision: number, scale: number): string | null;
  decimal(value: ExactNumber | null, path: string, precision: number, scale: number): string | null {
    if (value === null) return null;
    for (let number = value; ; ) {
      try {
        const { text, noise } = toDecimalText(number, precision, scale, path);
        if (noise) this.#altered({ path, code: 'floatNoise', oldValue: number, note: text });
        return text;
      } catch (error) {
        number = fitted(error, number, path, decimals(precision, scale), this.#asFindings());
      }
    }
  }

  /** An amount of money, `numeric(18,2)`. */
  money(value: ExactNumber, path: string): string {
    return this.decimal(value, path, 18, 2);
  }

  /** A rating or progress, `numeric(5,2)`. */
  percentage(value: ExactNumber, path: string): string {
    return this.decimal(value, path, 5, 2);
  }

  /** A rate, `numeric(9,6)`. */
  rate(value: ExactNumber, path: string): string {
    return this.decimal(value, path, 9, 6);
  }

  /** A number of a `Float` column. @throws DocumentRefused `inexact` when no double is that number */
  float(value: ExactNumber, path: string): number;
  float(value: ExactNumber | null, path: string): number | null;
  float(value: ExactNumber | null, path: string): number | null {
    if (value === null || typeof value === 'number') return value;
    const nearest = Number(value.toString());
    if (!Number.isFinite(nearest) || !new Exact(value.toString()).eq(nearest))
      throw new DocumentRefused('inexact', path);
    return nearest;
  }

  integer(value: ExactNumber, path: string): number {
    return Number(this.#integer(value, 'integer', path));
  }

  counter(value: ExactNumber, path: string): bigint;
  counter(value: ExactNumber | null, path: string): bigint | null;
  counter(value: ExactNumber | null, path: string): bigint | null {
    return value === null ? null : BigInt(this.#integer(value, 'bigint', path));
  }

  #integer(value: ExactNumber, kind: 'integer' | 'bigint', path: string): number | bigint {
    for (let number = value; ; ) {
      try {
        return toInteger(number, kind, path);
      } catch (error) {
        number = fitted(error, number, path, INTEGERS[kind], this.#asFindings());
      }
    }
  }

  /** A finding about a number as it came out of the check: its old value is the source's own where that is the same number. */
  #altered(finding: Finding): void {
    const raw = valueAt(this.#document.raw, finding.path);
    this.#document.findings.push({ ...finding, oldValue: rawOr(raw, finding.oldValue!) });
  }

  #asFindings(): Findings {
    return {
      finding: (finding) => this.#altered(finding),
      actionFor: (code, path) => actionFor(this.#stage.policies, code, path),
    };
  }
}

type Unresolved = 'dangling' | 'referenceType' | 'referenceElsewhere';

function whyNot({ whole }: Reference, { elsewhere }: Pick<Resolved, 'elsewhere'>): Unresolved {
  if (elsewhere) return 'referenceElsewhere';
  return whole ? 'referenceType' : 'dangling';
}

/** A DBRef or a populated object, where the plain `_id` was expected. */
function isWrapped({ type }: BsonValue): boolean {
  return type === TYPE.object || type === TYPE.dbPointer;
}

/**
 * Prisma's members for the values that the source stores, by the enum's name; the check has already held them against the
 * model's own list.
 * @example const member = membersOf(enums); member('UserRole', 'artist') // 'ARTIST'
 */
export function membersOf<Enums extends TargetModel['enums']>(enums: Enums) {
  const members = new Map(
    Object.entries(enums).map(([name, { labels }]) => [
      name,
      new Map(Object.entries(labels).map(([member, label]) => [label, member])),
    ]),
  );
  /** @throws DocumentRefused `enum` */
  return <E extends keyof Enums & string>(name: E, label: string): keyof Enums[E]['labels'] => {
    const found = members.get(name)?.get(label);
    if (found === undefined) throw new DocumentRefused('enum', null, null, noSuchMember({ name }).text);
    return found as keyof Enums[E]['labels'];
  };
}

/** How many of this key came before; those of places never repeat. */
function occurrenceIn(seen: Map<string, number>, key: LegacyKey): number {
  const name = keyName(key);
  const occurrence = seen.get(name) ?? 0;
  seen.set(name, occurrence + 1);
  return occurrence;
}
