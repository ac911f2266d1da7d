import { parts } from '../common/parts.ts';
import { type KeyType, type LegacyKey, typeOfKey } from '../document/legacy-key.ts';
import type { Source } from '../source/source.ts';
import type { PlannedPartition } from '../state/run/planned.ts';

/** Smaller partitions would not be worth a cursor and an activity of their own. */
const LEAST_DOCUMENTS = 2_000;
/** Every 128th key is remembered as a possible boundary, or every 256th, 512th, … of a large collection. */
const MARK_EVERY = 128;
/** When so many are remembered, every second one is forgotten: memory stays flat however large the collection is. */
const MOST_MARKS = 65_536;
/** Partitions of explicit keys hold this many of them. */
export const KEYS_PER_PARTITION = 5_000;

/** What one sorted scan of a collection's `_id`s tells. */
interface TypeScan {
  readonly type: KeyType;
  count: number;
  every: number;
  marks: LegacyKey[];
}

/**
 * Splits a collection into `_id` ranges of about equal size, none of which spans BSON types, in one scan of its `_id`s.
 * The first range of a type is open below and the last one above, so that documents that arrive at the ends belong
 * somewhere.
 * @param most the number of partitions that a type gets at most.
 */
export async function planPartitions(
  source: Source,
  collection: string,
  most: number,
  onProgress: () => void = () => {},
): Promise<PlannedPartition[]> {
  const scans: TypeScan[] = [];
  for await (const key of source.scanKeys(collection)) {
    const type = typeOfKey(key);
    let scan = scans.at(-1);
    if (scan?.type !== type) {
      scan = { type, count: 0, every: MARK_EVERY, marks: [] };
      scans.push(scan);
    }
    scan.count += 1;
    if (scan.count % scan.every === 0) mark(scan, key);
    if (scan.count % MARK_EVERY === 0) onProgress();
  }
  return scans.flatMap((scan) => split(scan, most));
}

function mark(scan: TypeScan, key: LegacyKey): void {
  scan.marks.push(key);
  if (scan.marks.length < MOST_MARKS) return;
  scan.marks = scan.marks.filter((_, index) => index % 2 === 1);
  scan.every *= 2;
}

function split({ type, count, every, marks }: TypeScan, most: number): PlannedPartition[] {
  const wanted = Math.max(1, Math.min(most, Math.floor(count / LEAST_DOCUMENTS)));
  const partitions: PlannedPartition[] = [];
  let after: LegacyKey | null = null;
  let before = 0;
  for (let i = 1; i < wanted; i++) {
    const place = Math.floor((count * i) / wanted / every) - 1;
    const upTo = marks[place]!;
    const upToCount = (place + 1) * every;
    partitions.push({ selection: { type, after, upTo }, total: upToCount - before });
    after = upTo;
    before = upToCount;
  }
  partitions.push({ selection: { type, after, upTo: null }, total: count - before });
  return partitions;
}

/** Partitions of explicit keys, as a limit or a retry asks for. */
export function partitionsOfKeys(keys: readonly LegacyKey[]): PlannedPartition[] {
  return [...parts(keys, KEYS_PER_PARTITION)].map((part) => ({ selection: { keys: part }, total: part.length }));
}
