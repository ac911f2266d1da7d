import type { SegmentLimits } from '../../copy/overlap.ts';
import { keyName, type LegacyKey, showKey } from '../../document/legacy-key.ts';
import { deleteChanges, noteChanges, readChanges } from '../../state/documents/changes.ts';
import { knownAmong } from '../../state/documents/known-documents.ts';
import type { Fence } from '../../state/run/checkpoint.ts';
import { commitCounters } from '../../state/run/counter-partition.ts';
import { sourceHashText } from '../../target/row-codec.ts';
import { prepareBatch } from '../../transform/prepare-batch.ts';
import type { Difference } from '../../verify/difference.ts';
import { compareBatch, compareGone } from '../../verify/rows/compare-batch.ts';
import { type ApplyContext, claimPass } from './pass.ts';

/** What one call has compared. */
export interface VerifiedChanges {
  /** Documents that agree with the source; their changes are done with. */
  readonly verified: number;
  /** Documents that have changed in the source again since they were applied: they are found anew. */
  readonly changedAgain: number;
  /** The first of the differences of each batch; their documents stay as they are until they are verified again. */
  readonly differences: readonly Difference[];
  readonly done: boolean;
}

/** Differences that are kept one by one. */
const KEPT = 100;

/**
 * Reads the documents that a pass has applied anew from the source, and compares every column of their rows, the ID map
 * and the quarantine with what they should be now. To be called when all stages have been swept.
 * @throws Fenced
 */
export async function verifyChanges(
  context: ApplyContext,
  runId: string,
  fence: Fence,
  limits: SegmentLimits,
  onBatch: (verified: number) => void = () => {},
): Promise<VerifiedChanges> {
  const { stage, target } = context;
  const pass = await claimPass(context, runId, fence);
  const deadline = Date.now() + limits.milliseconds;
  const differences: Difference[] = [];
  let verified = 0;
  let changedAgain = 0;
  let after: LegacyKey | undefined;
  for (;;) {
    const keys = await readChanges(target.query, runId, stage.name, 'applied', limits.batchSize, after);
    if (keys.length === 0) return { verified, changedAgain, differences, done: true };
    if (after !== undefined && (limits.signal.aborted || Date.now() >= deadline)) {
      return { verified, changedAgain, differences, done: false };
    }
    const { agreeing, again, found } = await compareKeys(context, runId, keys);
    await commitCounters(context.target, pass, pass.counters, async (execute) => {
      await deleteChanges(execute, runId, stage.name, agreeing);
      if (again.length > 0) await noteChanges(execute, runId, stage.name, again, 'found', 'verification');
    });
    verified += agreeing.length;
    changedAgain += again.length;
    differences.push(...found.slice(0, KEPT - differences.length));
    onBatch(verified);
    after = last(keys);
  }
}

/** The greatest in the database's order, which is that of the bytes. */
function last(keys: readonly LegacyKey[]): LegacyKey {
  return [...keys].sort(Buffer.compare).at(-1)!;
}

interface Compared {
  readonly agreeing: LegacyKey[];
  readonly again: LegacyKey[];
  readonly found: Difference[];
}

async function compareKeys(context: ApplyContext, runId: string, keys: readonly LegacyKey[]): Promise<Compared> {
  const { stage, source, target } = context;
  const raws = await source.readByKeys(stage.collection, keys);
  const rawOf = new Map(raws.map((raw) => [keyName(raw.key), raw]));
  const known = await knownAmong(target.query, stage, keys);
  const again = keys.filter((key) => {
    const raw = rawOf.get(keyName(key));
    return known.get(key.toString('hex')) !== (raw && sourceHashText(raw.bytes));
  });
  const others = new Set(keys.filter((key) => !again.includes(key)).map(keyName));
  const present = raws.filter(({ key }) => others.has(keyName(key)));
  const gone = keys.filter((key) => others.has(keyName(key)) && !rawOf.has(keyName(key)));
  const outcomes = await prepareBatch({ ...context, skipExisting: false }, present);
  const found = [...(await compareBatch(context, runId, outcomes)), ...(await compareGone(context, gone))];
  const differing = new Set(found.map(({ legacyId }) => legacyId));
  const agreeing = keys.filter((key) => others.has(keyName(key)) && !differing.has(showKey(key)));
  return { agreeing, again, found };
}
