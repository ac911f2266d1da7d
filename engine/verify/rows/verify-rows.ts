import type { OnBatch, SegmentResult } from '../../copy/copy-segment.ts';
import { overlap, type SegmentLimits } from '../../copy/overlap.ts';
import { keyName, type LegacyKey, showKey } from '../../document/legacy-key.ts';
import type { RawDocument, Source } from '../../source/source.ts';
import { noteChanges } from '../../state/documents/changes.ts';
import type { Outcome } from '../../state/documents/outcome.ts';
import {
  advance,
  type Counters,
  claimPartition,
  type Fence,
  type PartitionRef,
  RETRY,
  readCheckpoints,
} from '../../state/run/checkpoint.ts';
import { verificationOf } from '../../state/run/checkpoint-names.ts';
import { savePlanned } from '../../state/run/planned.ts';
import { holdRun, type Writer } from '../../state/run/run-writer.ts';
import type { Target } from '../../target/target.ts';
import { type PrepareContext, prepareBatch } from '../../transform/prepare-batch.ts';
import { Census } from '../census.ts';
import type { Difference } from '../difference.ts';
import { changedSinceMoved } from './changed-since-moved.ts';
import { compareOutcomes, quarantinedKeys } from './compare-batch.ts';

/** Differences that are kept one by one, per partition; all of them are counted. */
const KEPT = 100;

type Context = PrepareContext & {
  readonly source: Source;
  /** The source may be written to meanwhile: differences of documents that were are none, and are noted as changes. */
  readonly live?: boolean;
};

/** Plans the verification of a stage over the same partitions as its copy; harmless when it is planned already. */
export async function planVerification(target: Target, writer: Writer, stage: string): Promise<number> {
  const copied = await readCheckpoints(target, writer.runId, stage);
  // Those of a retry were planned with it.
  const first = copied.filter(({ isRetry }) => !isRetry);
  await savePlanned(target, writer, verificationOf(stage), first);
  return copied.length;
}

/**
 * Sets a stage's verification back to its start, so that rows that were mended are compared again. The documents of a
 * retry belong to other partitions, too, and count once.
 */
export async function restartVerification(target: Target, writer: Writer, stage: string): Promise<void> {
  await target.transaction(async (execute) => {
    await holdRun(execute, writer, `planned.${verificationOf(stage)}`);
    await execute(
      `UPDATE migration_partition SET last_key = NULL, done = false, findings = '{}', samples = '[]', paths = '{}',
         read = CASE key_type WHEN '${RETRY}' THEN -cardinality(keys) ELSE 0 END
       WHERE run_id = $1::text::uuid AND stage = $2`,
      ...[writer.runId, verificationOf(stage)],
    );
  });
}

/** What a segment of a verification has done, and what it has found. */
export interface VerifiedSegment extends SegmentResult {
  /** The first differences of the partition, at most 100. */
  readonly differences: readonly Difference[];
}

/** A verification writes nothing but its checkpoint: what an interruption makes it compare once more costs little. */
const SAVE_EVERY_MS = 1_000;

/**
 * Reads the documents of a partition anew, derives their rows anew, and compares every column of every row, and the
 * ID map, with what PostgreSQL gives back; takes their census on the way. The next batch is read and derived while the
 * rows of this one are read. Resumable: its checkpoint is a partition row of its own.
 * @throws Fenced
 */
export async function verifySegment(
  context: Context,
  at: PartitionRef,
  fence: Fence,
  limits: SegmentLimits,
  onBatch: OnBatch = () => {},
): Promise<VerifiedSegment> {
  const { target, stage, source } = context;
  const start = await claimPartition(target, at, fence);
  const { selection, total } = start;
  let { lastKey, counters } = start;
  const samples = [...(start.samples as Difference[])];
  if (start.done) return { counters, total, done: true, lastKey, differences: samples };
  const census = new Census(stage.fields, start.census);
  let changed: LegacyKey[] = [];
  let saved = lastKey;
  let due = Date.now() + SAVE_EVERY_MS;
  const save = async (done: boolean) => {
    const to = { from: saved, lastKey, counters, samples, done, census: census.record() };
    await target.transaction(async (execute) => {
      await advance(execute, at, fence, to);
      if (changed.length > 0) await noteChanges(execute, at.runId, stage.name, changed, 'found', 'verification');
    });
    saved = lastKey;
    changed = [];
    due = Date.now() + SAVE_EVERY_MS;
  };
  const compare = async (outcomes: Outcome[]) => {
    const held = await quarantinedKeys(context, at.runId, outcomes);
    takeCensus(census, outcomes, held);
    const read = outcomes.map(({ raw }) => ({ raw }));
    const compared = await compareOutcomes(context, at.runId, rowsOf(outcomes), held);
    const since = context.live ? await changedSinceMoved(context, at.runId, read, compared) : [];
    const differences = without(compared, since);
    changed.push(...since);
    const before = counters;
    counters = tally(before, read.length, differences);
    samples.push(...differences.slice(0, KEPT - samples.length));
    lastKey = read.at(-1)!.raw.key;
    if (Date.now() >= due) await save(false);
    onBatch(counters, before);
  };
  const derive = (batch: RawDocument[]) => prepareBatch({ ...context, skipExisting: false }, batch);
  const done = await overlap(source.read(stage.collection, selection, lastKey), limits, derive, compare);
  if (done || lastKey !== saved) await save(done);
  return { counters, total, done, lastKey, differences: samples };
}

function without(differences: Difference[], keys: readonly LegacyKey[]): Difference[] {
  if (keys.length === 0) return differences;
  const left = new Set(keys.map(showKey));
  return differences.filter(({ legacyId }) => !left.has(legacyId));
}

/** A loop of its own: one in a function that waits keeps its last outcome for as long, however large. */
function takeCensus(census: Census, outcomes: readonly Outcome[], held: ReadonlySet<string>): void {
  for (const outcome of outcomes) {
    census.count(outcome.raw.bytes);
    if (outcome.kind === 'refused') census.refuse(outcome.path, outcome.code);
    else if (outcome.kind === 'moved' && !held.has(keyName(outcome.raw.key))) census.note(outcome.findings);
  }
}

/** Takes them out of their array, without what is told of them: a document can have hundreds of thousands of findings. */
function rowsOf(outcomes: Outcome[]): Outcome[] {
  return outcomes.splice(0).map((one) => (one.kind === 'moved' ? { ...one, findings: [], leftovers: [] } : one));
}

function tally(counters: Counters, read: number, differences: readonly Difference[]): Counters {
  const findings = { ...counters.findings };
  for (const { kind } of differences) findings[kind] = (findings[kind] ?? 0) + 1;
  return { ...counters, read: counters.read + read, findings };
}
