import { NO_PARENT } from '../../engine/document/id-map-entry.ts';
import { keyName, keyOf, type LegacyKey, typeOfKey } from '../../engine/document/legacy-key.ts';
import type { Source } from '../../engine/source/source.ts';
import { lookupName, resolveMapping } from '../../engine/state/documents/id-map.ts';
import { byteaText, bytesOfBytea } from '../../engine/target/bytea.ts';
import { indexed } from '../../engine/target/indexed-key.ts';
import type { Query } from '../../engine/target/query.ts';
import { castFilter, collectionOf, decoded, hydrated } from './legacy/dump-models.ts';
import type { LegacyDocument, ModelName } from './legacy/models.ts';

/** Documents of which the two sides rightly say different things, counted by why. */
export interface LeftOut {
  /** In quarantine: Mongoose has them and the target has not. */
  quarantined: number;
  /** Not chosen by the run, which moves only some documents. */
  notMoved: number;
  /** What the question looks for, or the `_id`, is stored as something else than the model reads, and was moved as it is meant. */
  restated: number;
}

/** Leaves out what the two sides rightly say different things of. */
export class Leaver {
  readonly count: LeftOut = { quarantined: 0, notMoved: 0, restated: 0 };
  readonly #source: Source;
  readonly #query: Query;
  readonly #limited: boolean;

  /** @param limited the run moves only some documents: one that is not in the ID map is none of its */
  constructor(source: Source, query: Query, limited: boolean) {
    this.#source = source;
    this.#query = query;
    this.#limited = limited;
  }

  /** Those documents that the target should have. @param reads paths that the question looks for or sorts by */
  async due(
    model: ModelName,
    documents: readonly LegacyDocument[],
    reads: readonly string[],
  ): Promise<LegacyDocument[]> {
    const keys = documents.map(({ _id }) => keyOf(_id ?? null));
    const moved = await movedOf(this.#query, model, keys);
    const others = keys.filter((key) => !moved.has(keyName(key)));
    const held = await heldOf(this.#query, model, others);
    const restated = await this.#restatedOf(model, keys, reads);
    // A key that no document has: Mongoose has made an ObjectId of an `_id` that is none.
    const there = await this.#source.readByKeys(collectionOf(model), others);
    const real = new Set(there.map(({ key }) => keyName(key)));
    for (const key of others) if (!real.has(keyName(key))) restated.add(keyName(key));
    return documents.filter((_, i) => {
      const name = keyName(keys[i]!);
      const why = held.has(name)
        ? 'quarantined'
        : this.#limited && !moved.has(name)
          ? 'notMoved'
          : restated.has(name)
            ? 'restated'
            : null;
      if (why !== null) this.count[why] += 1;
      return why === null;
    });
  }

  /** Those rows that Mongoose would find by the same paths. */
  async dueRows<Row extends { readonly id: string }>(
    model: ModelName,
    rows: readonly Row[],
    reads: readonly string[],
  ): Promise<Row[]> {
    const keys = await keysOfRows(
      this.#query,
      rows.map(({ id }) => id),
    );
    const restated = await this.#restatedOf(model, [...keys.values()], reads);
    return rows.filter(({ id }) => {
      const key = keys.get(id);
      return key === undefined || (isObjectId(key) && !restated.has(keyName(key)));
    });
  }

  async #restatedOf(model: ModelName, keys: readonly LegacyKey[], reads: readonly string[]): Promise<Set<string>> {
    const restated = new Set<string>();
    if (reads.length === 0) return restated;
    for (const { key, bytes } of await this.#source.readByKeys(collectionOf(model), keys)) {
      const raw = decoded(bytes);
      if (raw === null) continue;
      // Mongoose takes the object over: it gets one of its own.
      const read = hydrated(model, decoded(bytes) ?? {});
      if (reads.some((path) => !isStoredAs(raw[path], read.get(path)) || !isFoundBy(model, path, raw[path])))
        restated.add(keyName(key));
    }
    return restated;
  }
}

/** The models’ `_id`s are ObjectIds: Mongoose reads no other. */
export const isObjectId = (key: LegacyKey) => typeOfKey(key) === 'objectId';

/** Whether a query for a stored value looks for that very value: the setters of the model may make another one of it. */
function isFoundBy(model: ModelName, path: string, raw: unknown): boolean {
  try {
    return isStoredAs(raw, castFilter(model, { [path]: raw })[path]);
  } catch {
    return false;
  }
}

/**
 * Whether a top-level value is stored as the model reads it, so that a query for the one finds the other; one that is
 * nested too deep to be compared is not.
 */
function isStoredAs(raw: unknown, read: unknown): boolean {
  if (raw === undefined || raw === null || read === undefined || read === null) return (raw ?? null) === (read ?? null);
  if (typeof raw !== 'object') return raw === read;
  if ((raw as object).constructor.name !== (read as object).constructor.name) return false;
  try {
    return keyOf(raw).equals(keyOf(read));
  } catch {
    return false;
  }
}

async function movedOf(query: Query, collection: string, keys: readonly LegacyKey[]): Promise<Set<string>> {
  const lookups = keys.map((key) => ({ collection, parent: NO_PARENT, key }));
  const found = await resolveMapping(query, lookups);
  return new Set(lookups.filter((lookup) => found.has(lookupName(lookup))).map(({ key }) => keyName(key)));
}

async function heldOf(query: Query, stage: string, keys: readonly LegacyKey[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await query(
    `SELECT DISTINCT legacy_key FROM migration_quarantine
     WHERE stage = $1 AND state <> 'resolved' AND ${indexed('legacy_key')} IN (SELECT ${indexed('key::bytea')} FROM unnest($2::text[]) AS key)`,
    [stage, keys.map(byteaText)],
  );
  return new Set(rows.map(([key]) => keyName(bytesOfBytea(key!))));
}

/** The legacy keys of root rows by their ids. */
export async function keysOfRows(query: Query, ids: readonly string[]): Promise<Map<string, LegacyKey>> {
  const rows = await query(`SELECT prisma_id, legacy_key FROM migration_id_map WHERE prisma_id = ANY($1::uuid[])`, [
    [...ids],
  ]);
  return new Map(rows.map(([id, key]) => [id!, bytesOfBytea(key!)]));
}
