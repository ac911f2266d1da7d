import type { LegacyKey } from '../../engine/document/legacy-key.ts';
import type { Source } from '../../engine/source/source.ts';

const SCANNED = 1_000;

/** Documents chosen at random from a collection, and how many it has. */
export interface Chosen {
  readonly keys: readonly LegacyKey[];
  readonly total: number;
}

/**
 * Chooses documents by one scan of a collection's `_id`s, each with the same chance (Vitter's algorithm R). The same
 * seed chooses the same documents of the same collection.
 * @param onProgress told how many more have been scanned
 */
export async function chooseSample(
  source: Source,
  collection: string,
  size: number,
  seed: number,
  onProgress: (scanned: number) => void,
): Promise<Chosen> {
  const random = randomOf(seed);
  const keys: LegacyKey[] = [];
  let total = 0;
  for await (const key of source.scanKeys(collection)) {
    const place = total < size ? total : Math.floor(random() * (total + 1));
    if (place < size) keys[place] = Buffer.from(key);
    total += 1;
    if (total % SCANNED === 0) onProgress(SCANNED);
  }
  return { keys, total };
}

/** Mulberry32: numbers from 0 to below 1 that follow from the seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
