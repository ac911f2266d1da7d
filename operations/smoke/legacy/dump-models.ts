import type { Document } from 'bson';
import { Query } from 'mingo';
import { type Model, mongo } from 'mongoose';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import type { Source } from '../../../engine/source/source.ts';
import { models } from '../../../stages/models/index.ts';
import type { Filter, FindOptions, LegacyDocument, LegacyModels, ModelName } from './models.ts';

/** Candidates of a sorted page are cut down to it whenever there are so many more. */
const SPARE = 1_000;

/**
 * The platform’s models over a source that no server stands before: mingo holds each document against the filter and
 * Mongoose makes of it what a query would have given. A filter on `_id` is read by its keys; everything else that is
 * asked for at the same time is found in one pass, which holds only candidates.
 */
export function dumpModels(source: Source): LegacyModels {
  const waiting = new Map<ModelName, Search[]>();
  return {
    served: false,
    async find(name, filter, options = {}) {
      const search = new Search(name, filter, options);
      if (search.ids !== null) {
        for (const { bytes } of await source.readByKeys(collectionOf(name), search.ids.map(keyOf))) {
          const document = decoded(bytes);
          if (document !== null) search.offer(document);
        }
        return search.found();
      }
      const pass = waiting.get(name) ?? [];
      if (pass.length === 0) {
        waiting.set(name, pass);
        queueMicrotask(() =>
          setImmediate(() => {
            waiting.delete(name);
            void searchAll(source, name, pass);
          }),
        );
      }
      pass.push(search);
      await search.done;
      return search.found();
    },
    close: async () => {},
  };
}

/** The collection of a model in the source. */
export function collectionOf(name: ModelName): string {
  return models[name].collection.collectionName;
}

async function searchAll(source: Source, name: ModelName, searches: readonly Search[]): Promise<void> {
  try {
    for await (const { bytes } of source.readFields(collectionOf(name), [], null)) {
      const document = decoded(bytes);
      if (document !== null) for (const search of searches) search.offer(document);
    }
    for (const search of searches) search.end(null);
  } catch (error) {
    for (const search of searches) search.end(error);
  }
}

/** One question to a collection, and what has been found of its answer. */
class Search {
  readonly done: Promise<void>;
  /** The `_id`s that the filter names, when nothing else can match. */
  readonly ids: readonly unknown[] | null;
  end: (error: unknown) => void = () => {};
  readonly #name: ModelName;
  readonly #query: Query;
  readonly #options: FindOptions;
  #candidates: Document[] = [];

  constructor(name: ModelName, filter: Filter, options: FindOptions) {
    this.#name = name;
    this.#options = options;
    // As a server gets it: the ids in it are then of the same copy of the library as those of the documents.
    const sent = mongo.BSON.deserialize(mongo.BSON.serialize(castFilter(name, filter)));
    this.#query = new Query(sent);
    this.ids = idsOf(sent['_id']);
    this.done = new Promise((resolve, reject) => {
      this.end = (error) => (error === null ? resolve() : reject(error));
    });
  }

  offer(document: Document): void {
    if (!this.#matches(document)) return;
    this.#candidates.push(document);
    const { skip = 0, limit } = this.#options;
    if (limit !== undefined && this.#candidates.length > skip + limit + SPARE) {
      this.#candidates = this.#sorted().slice(0, skip + limit);
    }
  }

  /** A value that cannot be held against the filter is none that it names. */
  #matches(document: Document): boolean {
    try {
      return this.#query.test(document);
    } catch {
      return false;
    }
  }

  #sorted(): Document[] {
    const { sort } = this.#options;
    return sort === undefined ? this.#candidates : new Query({}).find<Document>(this.#candidates).sort(sort).all();
  }

  found(): LegacyDocument[] {
    const { skip = 0, limit, select } = this.#options;
    const page = this.#sorted().slice(skip, limit === undefined ? undefined : skip + limit);
    return page.map((document) => hydrated(this.#name, document, select));
  }
}

function idsOf(condition: unknown): readonly unknown[] | null {
  if (condition === undefined || condition === null) return null;
  const { $eq, $in, _bsontype } = condition as { $eq?: unknown; $in?: unknown; _bsontype?: string };
  if (typeof condition !== 'object' || _bsontype !== undefined) return [condition];
  if (Array.isArray($in)) return $in;
  return $eq === undefined ? null : [$eq];
}

/** A filter as Mongoose sends it: values cast to the fields’ types and through their setters. @throws CastError */
export function castFilter(name: ModelName, filter: Filter): Document {
  const model = models[name] as unknown as Model<unknown>;
  return model.find().cast(model as never, { ...filter }) as Document;
}

/** A document as Mongoose’s driver decodes it; null for damaged BSON, which lies in quarantine. */
export function decoded(bytes: Uint8Array): Document | null {
  try {
    return mongo.BSON.deserialize(bytes, { validation: { utf8: false } });
  } catch {
    return null;
  }
}

/** MongoDB documents a limit of 100 levels; a server accepts 200 and never sends more. */
const DEEPEST = 200;

/**
 * A document as Mongoose gives it, of only some fields where only those were asked for. Fields that are nested deeper than
 * a server would send are left out: Mongoose takes minutes for one of 3,000 levels, or its stack ends.
 */
export function hydrated(name: ModelName, document: Document, select?: readonly string[]): LegacyDocument {
  const model = models[name] as unknown as {
    hydrate(document: Document, projection?: Readonly<Record<string, 1>>): LegacyDocument;
  };
  const isWanted = (field: string) => select === undefined || field === '_id' || select.includes(field);
  const kept = Object.entries(document).filter(([field, value]) => isWanted(field) && !isTooDeep(value));
  const given = Object.fromEntries(kept);
  return select === undefined
    ? model.hydrate(given)
    : model.hydrate(given, Object.fromEntries(select.map((field) => [field, 1 as const])));
}

function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((one) => (isContainer(one) ? Object.values(one) : []));
  }
  return false;
}

/** An object or array of a document, and no value of the library's: those have a prototype of their own. */
function isContainer(value: unknown): value is object {
  if (value === null || typeof value !== 'object') return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
