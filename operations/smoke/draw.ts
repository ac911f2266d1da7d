import { keyName, type LegacyKey } from '../../engine/document/legacy-key.ts';
import type { Source } from '../../engine/source/source.ts';
import { bytesOfBytea } from '../../engine/target/bytea.ts';
import { isRoot } from '../../engine/target/indexed-key.ts';
import type { Query } from '../../engine/target/query.ts';
import { isObjectId } from './left-out.ts';
import { collectionOf, decoded, hydrated } from './legacy/dump-models.ts';
import type { LegacyDocument, ModelName } from './legacy/models.ts';

/** Documents at random, the same ones for the same seed. */
export interface Draw {
  /** Up to `n` documents as Mongoose reads them. */
  readonly documents: (model: ModelName, n: number) => Promise<LegacyDocument[]>;
  /** A whole number from 0 up to but not including `below`, another at each call. */
  readonly number: (below: number) => number;
}

/** @param limited the run moves only some documents: inputs are drawn from those */
export function drawFrom(
  source: Source,
  query: Query,
  { seed, most, limited }: { readonly seed: number; readonly most: number; readonly limited: boolean },
): Draw {
  const drawn = new Map<ModelName, Promise<LegacyKey[]>>();
  const keysOf = (model: ModelName) => {
    const known = drawn.get(model);
    if (known !== undefined) return known;
    const keys = lowest(limited ? movedKeys(query, model) : source.scanKeys(collectionOf(model)), seed, most);
    drawn.set(model, keys);
    return keys;
  };
  let state = seed;
  return {
    documents: async (model, n) => {
      const keys = (await keysOf(model)).slice(0, n);
      const bytes = new Map(
        (await source.readByKeys(collectionOf(model), keys)).map((one) => [keyName(one.key), one.bytes]),
      );
      return keys.flatMap((key) => {
        const found = bytes.get(keyName(key));
        const document = found === undefined ? null : decoded(found);
        return document === null ? [] : [hydrated(model, document)];
      });
    },
    number: (below) => {
      state = mixed(state + 0x9e3779b9);
      return state % below;
    },
  };
}

/** Every ObjectId has the same chance, wherever it comes in the scan: those with the lowest hashes are kept. */
async function lowest(keys: AsyncIterable<LegacyKey>, seed: number, most: number): Promise<LegacyKey[]> {
  let kept: { key: LegacyKey; hash: number }[] = [];
  const cut = () => {
    kept = kept.sort((a, b) => a.hash - b.hash || a.key.compare(b.key)).slice(0, most);
  };
  for await (const key of keys) {
    if (!isObjectId(key)) continue;
    kept.push({ key, hash: hashOf(key, seed) });
    if (kept.length > most * 2 + 1_000) cut();
  }
  cut();
  return kept.map(({ key }) => key);
}

/** FNV-1a, mixed so that neighbouring keys lie far apart. */
function hashOf(key: LegacyKey, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193);
  return mixed(hash);
}

/** The last steps of MurmurHash3. */
function mixed(number: number): number {
  let hash = number | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

async function* movedKeys(query: Query, model: ModelName): AsyncGenerator<LegacyKey> {
  const rows = await query(`SELECT legacy_key FROM migration_id_map WHERE collection = $1 AND ${isRoot()}`, [model]);
  for (const [key] of rows) yield bytesOfBytea(key!);
}

/** The seed that stands for a run: the last 32 bits of its id. */
export function seedOf(runId: string): number {
  return Number.parseInt(runId.replaceAll('-', '').slice(-8), 16);
}
