import { landBatch } from '../../copy/land-batch.ts';
import type { SegmentLimits } from '../../copy/overlap.ts';
import { isMoved, isRefused } from '../../copy/write-batch.ts';
import { keyName, type LegacyKey } from '../../document/legacy-key.ts';
import { noteChanges, readChanges } from '../../state/documents/changes.ts';
import type { Outcome } from '../../state/documents/outcome.ts';
import { insertQuarantine, noteTried } from '../../state/documents/quarantine.ts';
import type { Fence } from '../../state/run/checkpoint.ts';
import { commitCounters } from '../../state/run/counter-partition.ts';
import { keepSource } from '../../state/run/run-source.ts';
import type { Execute } from '../../target/target.ts';
import { prepareBatch } from '../../transform/prepare-batch.ts';
import { requirePlaced } from '../../transform/require-placed.ts';
import { release } from './depart.ts';
import { type HeldDocuments, readHeld } from './held-documents.ts';
import { type ApplyContext, claimPass, type Pass } from './pass.ts';
import { leaveQuarantine, replaceDocuments, rowsOf, withdrawDocuments } from './replace-documents.ts';
import { noteRetried } from './retried.ts';
import { settleChanged } from './settle-changed.ts';
import { tallied } from './tally.ts';

/** What one call has done. */
export interface AppliedChanges {
  /** Changes that this call has applied. */
  readonly applied: number;
  /** False when it stopped at a batch boundary and has to be called again. */
  readonly done: boolean;
}

/**
 * Brings a stage's changed documents to what the source holds now, in batches of one transaction each, and then decides
 * who has the unique values that several want. What is left to be done is told by `migration_change` alone, so that a
 * call that was ended, by whatever, is simply repeated. Stages must be gone through in the plan's order: what a stage
 * changes can change documents of later ones, which are noted in the same transaction.
 * @param onBatch told after every batch how many changes this call has applied
 * @throws Fenced when a newer attempt has claimed the stage; TargetUnfit when somebody else's rows are in the way
 */
export async function applyChanges(
  context: ApplyContext,
  runId: string,
  fence: Fence,
  limits: SegmentLimits,
  onBatch: (applied: number) => void = () => {},
): Promise<AppliedChanges> {
  const pass = await claimPass(context, runId, fence);
  await noteRetried(context.target, context.plan, context.stage, runId);
  const deadline = Date.now() + limits.milliseconds;
  let applied = 0;
  for (;;) {
    const keys = await readChanges(context.target.query, runId, context.stage.name, 'found', limits.batchSize);
    if (keys.length === 0) {
      if (await settleChanged(context, pass, limits.signal)) return { applied, done: true };
      continue;
    }
    if (applied > 0 && (limits.signal.aborted || Date.now() >= deadline)) return { applied, done: false };
    if (applied === 0) await keepSource(context.target, { runId, ...fence });
    await applyBatch(context, pass, keys);
    applied += keys.length;
    onBatch(applied);
  }
}

async function applyBatch(context: ApplyContext, pass: Pass, keys: readonly LegacyKey[]): Promise<void> {
  const { stage, source, target } = context;
  const raws = await source.readByKeys(stage.collection, keys);
  const outcomes = requirePlaced(stage, await prepareBatch({ ...context, skipExisting: false }, raws));
  const held = await readHeld(target.query, stage, pass.at.runId, keys);
  const there = new Set(raws.map(({ key }) => keyName(key)));
  const gone = keys.filter((key) => !there.has(keyName(key)));
  if (gone.length > 0) await applyGone(context, pass, gone, held);
  if (outcomes.length === 0) return;
  await landBatch(stage, outcomes, (part) => applyOutcomes(context, pass, part, held));
}

/** Documents that have left the source. */
function applyGone(context: ApplyContext, pass: Pass, gone: readonly LegacyKey[], held: HeldDocuments): Promise<void> {
  const { runId } = pass.at;
  return commitCounters(context.target, pass, tallied(pass.counters, held, [], gone), async (execute) => {
    await withdrawDocuments(execute, context, runId, gone, held);
    await leaveQuarantine(execute, context, runId, gone);
    await told(execute, context, runId, gone, true);
  });
}

/** Documents that are in the source: they move, or cannot, or want a unique value that another holds. */
function applyOutcomes(
  context: ApplyContext,
  pass: Pass,
  outcomes: readonly Outcome[],
  held: HeldDocuments,
): Promise<void> {
  const { runId } = pass.at;
  const moved = outcomes.filter(isMoved);
  const refused = outcomes.filter(isRefused);
  const movedKeys = moved.map(({ raw }) => raw.key);
  const keysOf = (contested: boolean) =>
    refused.filter(({ code }) => (code === 'contested') === contested).map(({ raw }) => raw.key);
  return commitCounters(context.target, pass, tallied(pass.counters, held, outcomes), async (execute) => {
    await withdrawDocuments(execute, context, runId, keysOf(false), held);
    // Until the stage's end decides, it keeps its rows, so that whoever refers to them can go on doing so.
    await release(execute, context, rowsOf(keysOf(true), held));
    await replaceDocuments(execute, context, runId, moved, held);
    await leaveQuarantine(execute, context, runId, movedKeys);
    if (refused.length > 0) await insertQuarantine(execute, runId, context.stage.name, refused);
    await told(execute, context, runId, movedKeys, true);
    await told(
      execute,
      context,
      runId,
      refused.map(({ raw }) => raw.key),
      false,
    );
  });
}

/** Earlier runs' quarantine learns what has become of the documents, and the changes are applied. */
async function told(
  execute: Execute,
  { stage }: ApplyContext,
  runId: string,
  keys: readonly LegacyKey[],
  moved: boolean,
): Promise<void> {
  if (keys.length === 0) return;
  await noteTried(
    execute,
    runId,
    stage.name,
    keys.map((key) => ({ key, moved })),
  );
  await noteChanges(execute, runId, stage.name, keys, 'applied', 'retry');
}
