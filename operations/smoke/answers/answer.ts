import type { Document } from 'mongoose';
import { NO_PARENT } from '../../../engine/document/id-map-entry.ts';
import { keyOf, type LegacyKey, placeKey, valueOfKey } from '../../../engine/document/legacy-key.ts';

/** A legacy `_id` in an answer of Mongoose's side: equal to the id of the row that the ID map names for it. */
export class Reference {
  readonly kind = 'reference';
  readonly collection: string;
  readonly key: LegacyKey;
  /** The root that a sub-document stands in; empty for root documents. */
  readonly parent: LegacyKey;

  constructor(collection: string, key: LegacyKey, parent: LegacyKey = NO_PARENT) {
    this.collection = collection;
    this.key = key;
    this.parent = parent;
  }

  /** The `_id` itself, for a query. */
  get id(): unknown {
    return valueOfKey(this.key);
  }
}

/** A time that Mongoose takes from its clock since the document has none: equal to any time. */
export const ANY_TIME = Symbol.for('mongo-to-prisma: any time');

/** One thing of an answer with its `_id` (legacy) or `id` (Prisma) as `_id`, and its fields by their paths in the source. */
export type Answered = { readonly _id: unknown } & Readonly<Record<string, unknown>>;

/** Things without an order: each is compared with the one of the same id. */
export class ById {
  readonly kind = 'byId';
  readonly records: readonly Answered[];
  constructor(records: readonly Answered[]) {
    this.records = records;
  }
}

/** A list in the order of one of its fields; those that are equal there may come in any order. */
export class Ranked {
  readonly kind = 'ranked';
  readonly records: readonly Answered[];
  readonly by: string;
  /** Whether the list may go on: then any of the last place’s equals may be its last. */
  readonly cut: boolean;

  constructor(records: readonly Answered[], by: string, cut: boolean) {
    this.records = records;
    this.by = by;
    this.cut = cut;
  }
}

// Known by their kind: a file of a user's own may have loaded this module a second time, with classes of its own.
const isOfKind = (value: unknown, kind: string) => (value as { kind?: unknown } | null | undefined)?.kind === kind;

export const isReference = (value: unknown): value is Reference => isOfKind(value, 'reference');
export const isById = (value: unknown): value is ById => isOfKind(value, 'byId');
export const isRanked = (value: unknown): value is Ranked => isOfKind(value, 'ranked');

/** A reference to a root document; null where there is none. @param collection of the ID map, such as `user` */
export function reference(collection: string, id: unknown): Reference | null {
  return id === null || id === undefined ? null : new Reference(collection, keyOf(id));
}

/** A reference to a sub-document by its own `_id`, within the root that holds it. */
export function referenceWithin(collection: string, root: unknown, id: unknown): Reference | null {
  return id === null || id === undefined ? null : new Reference(collection, keyOf(id), keyOf(root));
}

/** The elements of an array with their references; an element that has no `_id` of its own is known by its place. */
export function elementsOf(
  collection: string,
  document: Document,
  path: string,
): readonly { readonly _id: Reference; readonly element: Document }[] {
  const root = keyOf(document._id);
  const elements = [...((document.get(path) ?? []) as Iterable<Document | null>)];
  return elements.flatMap((element, index) => {
    if (element === null || element === undefined) return [];
    const key = element.$isDefault('_id') ? placeKey(root, path, index) : keyOf(element._id);
    return [{ _id: new Reference(collection, key, root), element }];
  });
}

/** Fields of a document as Mongoose gives them. */
export function fieldsOf(document: Document, names: readonly string[]): Record<string, unknown> {
  const timestamps = document.schema.get('timestamps') === true;
  return Object.fromEntries(
    names.map((name) => {
      const value: unknown = document.get(name);
      const stamp = timestamps && (name === 'createdAt' || name === 'updatedAt');
      const ofClock = value instanceof Date && document.$isDefault(name);
      return [name, ofClock || (stamp && (value ?? null) === null) ? ANY_TIME : value];
    }),
  );
}

/** Columns of a row under their own names. */
export function columnsOf<Row, Name extends keyof Row>(row: Row, names: readonly Name[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}
