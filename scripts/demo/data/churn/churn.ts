import { type Document, ObjectId } from 'bson';
import { Random } from '../collections/random.ts';
import { daysAfter, TODAY } from '../collections/world.ts';
import { demoDocuments } from '../demo-documents.ts';
import { COLLECTIONS, type CollectionName, type DemoOptions } from '../options.ts';
import { copyDocument, updateDocument } from './churn-documents.ts';

/** How much has happened on the platform since the demo data was made. */
export interface Churn {
  /** Part of each collection's documents, 0..1, that were inserted, updated or deleted. */
  readonly share: number;
  /** Any integer; 1 unless given. */
  readonly seed?: number;
}

/** What has become of one document. */
export interface Change {
  readonly collection: CollectionName;
  readonly id: unknown;
  readonly kind: 'inserted' | 'updated' | 'deleted';
}

interface Mix {
  readonly inserted: number;
  readonly updated: number;
}

/** Of the changed documents so many parts of 1; what is missing is deleted. Payments come in, projects get backers. */
const MIXES: Readonly<Record<CollectionName, Mix>> = {
  users: { inserted: 0.25, updated: 0.7 },
  artists: { inserted: 0, updated: 0.95 },
  projects: { inserted: 0.15, updated: 0.75 },
  fundingprojects: { inserted: 0.1, updated: 0.87 },
  payments: { inserted: 0.65, updated: 0.33 },
};

/** All of it happens within a day, long after the rest. */
const FROM = daysAfter(TODAY, 365).getTime();
const KIND = 991;

/**
 * The demo platform's documents after some more of its life: like {@link demoDocuments} of the same options, but for a
 * seeded share of them. What is inserted or updated has a later `updatedAt`; every reference still leads to a document.
 * @param onChange told of each document that is not as it was, when its place in the collection is reached
 */
export function churnedDocuments(
  options: DemoOptions,
  churn: Churn,
  onChange: (change: Change) => void = () => {},
): Readonly<Record<CollectionName, Iterable<Document>>> {
  const before = demoDocuments(options);
  let named: ReadonlySet<string> | null = null;
  const isNamed = (id: unknown) => {
    named ??= namedDocuments(before);
    return id instanceof ObjectId && named.has(id.toHexString());
  };
  const after = (collection: CollectionName): Iterable<Document> => ({
    *[Symbol.iterator]() {
      const life = new Life(collection, churn);
      const inserted: Document[] = [];
      let index = -1;
      for (const document of before[collection]) {
        index++;
        const tell = (kind: Change['kind'], id: unknown = document['_id']) => onChange({ collection, id, kind });
        const fate = life.fateOf(index);
        if (fate === 'inserted')
          inserted.push(copyDocument(collection, document, life.random(index), life.time(index)));
        if (fate === 'deleted' && !isNamed(document['_id'])) {
          tell('deleted');
          continue;
        }
        if (fate === 'updated' || fate === 'deleted') {
          updateDocument(collection, document, life.random(index), life.time(index));
          tell('updated');
        }
        yield document;
      }
      for (const document of inserted) {
        onChange({ collection, id: document['_id'], kind: 'inserted' });
        yield document;
      }
    },
  });
  return Object.fromEntries(COLLECTIONS.map((name) => [name, after(name)])) as Record<
    CollectionName,
    Iterable<Document>
  >;
}

/** What happens to a collection's documents; an insertion takes after the document at its place. */
class Life {
  readonly #key: readonly [number, number, number];
  readonly #share: number;
  readonly #mix: Mix;

  constructor(collection: CollectionName, { share, seed = 1 }: Churn) {
    this.#key = [KIND, seed, COLLECTIONS.indexOf(collection)];
    this.#share = share;
    this.#mix = MIXES[collection];
  }

  fateOf(index: number): Change['kind'] | null {
    const lot = new Random(...this.#key, index).next() / this.#share;
    if (lot >= 1) return null;
    if (lot < this.#mix.inserted) return 'inserted';
    return lot < this.#mix.inserted + this.#mix.updated ? 'updated' : 'deleted';
  }

  random(index: number): Random {
    return new Random(...this.#key, index, 1);
  }

  /** Grows with the number, so that `_id`s made of it do. */
  time(index: number): Date {
    return new Date(FROM + index * 10);
  }
}

/** The documents that others refer to, by their hex digits: they are not deleted. */
function namedDocuments(collections: Readonly<Record<CollectionName, Iterable<Document>>>): Set<string> {
  const named = new Set<string>();
  for (const name of COLLECTIONS) {
    for (const { _id, ...document } of collections[name]) nameAll(document, named);
  }
  return named;
}

function nameAll(value: unknown, named: Set<string>): void {
  if (value instanceof ObjectId) named.add(value.toHexString());
  else if (Array.isArray(value)) for (const one of value) nameAll(one, named);
  else if (value !== null && typeof value === 'object' && !('_bsontype' in value) && !(value instanceof Date)) {
    for (const one of Object.values(value)) nameAll(one, named);
  }
}
