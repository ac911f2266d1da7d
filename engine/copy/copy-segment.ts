import type { LegacyKey } from '../document/legacy-key.ts';
import type { RawDocument, Source } from '../source/source.ts';
import { traced } from '../source/traced.ts';
import { countFindings, type FindingSample } from '../state/documents/findings.ts';
import type { Outcome } from '../state/documents/outcome.ts';
import { earlierHold } from '../state/documents/quarantine.ts';
import {
  type Checkpoint,
  type Counters,
  claimPartition,
  type Fence,
  type PartitionRef,
  readCheckpoint,
} from '../state/run/checkpoint.ts';
import { databaseRefusal } from '../target/target.ts';
import { type PrepareContext, prepareBatch } from '../transform/prepare-batch.ts';
import { requirePlaced } from '../transform/require-placed.ts';
import { landBatch } from './land-batch.ts';
import { overlap, type SegmentLimits } from './overlap.ts';
import { writeBatch } from './write-batch.ts';

/** Told after every batch: what the partition's counters are now, and what they were before it. */
export type OnBatch = (now: Counters, before: Counters) => void;

/** What a segment has done and where its partition stands. */
export interface SegmentResult {
  readonly counters: Counters;
  readonly total: number;
  readonly done: boolean;
  readonly lastKey: LegacyKey | null;
}

/**
 * Moves the documents of one partition from its checkpoint on, until the partition is done or the limits are reached.
 * Reading and transforming the next batch overlap with the one write in flight. When this returns, no transaction is
 * open and the cursor is closed.
 * @param onBatch told after every commit, for heartbeats and metrics.
 * @throws Fenced when a newer attempt has claimed the partition
 * @throws PlanIncomplete when the plan has forgotten a field
 */
export async function copySegment(
  context: PrepareContext & { readonly source: Source },
  at: PartitionRef,
  fence: Fence,
  limits: SegmentLimits,
  onBatch: OnBatch = () => {},
): Promise<SegmentResult> {
  const checkpoint = await claimPartition(context.target, at, fence);
  const triesAgain = checkpoint.isRetry || (await earlierHold(context.target.query, at.runId, at.stage));
  const segment = new Segment(context, at, fence, checkpoint, triesAgain, onBatch);
  if (checkpoint.done) return segment.result(checkpoint.total);
  const documents = context.source.read(context.stage.collection, checkpoint.selection, checkpoint.lastKey);
  const prepare = async (batch: RawDocument[]) => requirePlaced(context.stage, await prepareBatch(context, batch));
  const isWhole = await overlap(documents, limits, prepare, async (outcomes) => {
    const began = performance.now();
    await segment.land(outcomes);
    limits.throttle?.observe(performance.now() - began);
  });
  if (isWhole) await segment.finish();
  return segment.result(checkpoint.total);
}

/** The growing state of one segment: where the checkpoint stands and what has been counted. */
class Segment {
  readonly #context: PrepareContext;
  readonly #at: PartitionRef;
  readonly #fence: Fence;
  readonly #triesAgain: boolean;
  readonly #onBatch: OnBatch;
  #lastKey: LegacyKey | null;
  #counters: Counters;
  #samples: FindingSample[];
  #done: boolean;

  constructor(
    context: PrepareContext,
    at: PartitionRef,
    fence: Fence,
    checkpoint: Checkpoint,
    triesAgain: boolean,
    onBatch: OnBatch,
  ) {
    this.#context = context;
    this.#at = at;
    this.#fence = fence;
    this.#triesAgain = triesAgain;
    this.#onBatch = onBatch;
    this.#lastKey = checkpoint.lastKey;
    this.#counters = checkpoint.counters;
    this.#samples = [...(checkpoint.samples as FindingSample[])];
    this.#done = checkpoint.done;
  }

  result(total: number): SegmentResult {
    return { counters: this.#counters, total, done: this.#done, lastKey: this.#lastKey };
  }

  /** Writes a batch; one that the database refuses is split until the offending documents stand alone. */
  land(outcomes: readonly Outcome[]): Promise<void> {
    return landBatch(this.#context.stage, outcomes, (part) => this.#write(part, false));
  }

  /** Marks the partition as done. */
  async finish(): Promise<void> {
    await this.#write([], true);
  }

  async #write(outcomes: readonly Outcome[], done: boolean): Promise<void> {
    const counters = structuredClone(this.#counters);
    const samples = [...this.#samples];
    for (const outcome of outcomes) count(outcome, counters, samples);
    const lastKey = outcomes.at(-1)?.raw.key ?? this.#lastKey;
    const to = { from: this.#lastKey, lastKey, counters, samples, done };
    try {
      const { target, stage } = this.#context;
      await traced('write batch', { documents: outcomes.length }, () =>
        writeBatch(target, stage, this.#at, this.#fence, outcomes, to, this.#triesAgain),
      );
    } catch (error) {
      if (databaseRefusal(error) !== null || !(await this.#isCommitted(lastKey, done))) throw error;
    }
    const before = this.#counters;
    this.#lastKey = lastKey;
    this.#counters = counters;
    this.#samples = samples;
    this.#done = done;
    this.#onBatch(counters, before);
  }

  /** When the answer to a commit is lost, only the checkpoint in the database knows. */
  async #isCommitted(lastKey: LegacyKey | null, done: boolean): Promise<boolean> {
    const stands = await readCheckpoint(this.#context.target, this.#at);
    if (stands === null || stands.done !== done || lastKey === null || stands.lastKey === null) return false;
    return stands.lastKey.equals(lastKey);
  }
}

function count(outcome: Outcome, counters: Counters, samples: FindingSample[]): void {
  counters.read += 1;
  if (outcome.kind === 'skipped') counters.skipped += 1;
  else if (outcome.kind === 'moved') {
    counters.written += 1;
    counters.rows += outcome.rowCount;
    countFindings(outcome.raw.key, outcome.findings, counters.findings, samples);
  } else if (outcome.code === 'contested') counters.contested += 1;
  else counters.quarantined += 1;
}
