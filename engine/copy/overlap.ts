import { batches, isLarge } from '../source/batches.ts';
import type { RawDocument } from '../source/source.ts';
import type { Throttle } from '../source/throttle.ts';
import { tracedWaits } from '../source/traced.ts';

/** How long and how wide one segment is. */
export interface SegmentLimits {
  /** Documents in one target transaction. */
  readonly batchSize: number;
  /** The segment ends at the first batch boundary after this many milliseconds. */
  readonly milliseconds: number;
  /** Ends the segment at the next batch boundary: pause, cancellation, shutdown. */
  readonly signal: AbortSignal;
  /** Absent: as fast as it goes. */
  readonly throttle?: Throttle;
}

/**
 * Takes documents through two steps, batch by batch and in order: while one batch lands, the next one is read and
 * prepared. When this returns or throws, nothing is in flight and the cursor is closed.
 * @param prepare may run ahead of `land` by one batch, but not beside a large document
 * @param land one at a time; what it throws is thrown here
 * @returns false when the limits ended it before the documents did; the first batch always lands unless the signal has
 * aborted, since a source that is slow to open its cursor must still get on
 * @example const isWhole = await overlap(documents, limits, (batch) => prepareBatch(context, batch), write);
 */
export async function overlap<Prepared>(
  documents: AsyncIterable<RawDocument>,
  { batchSize, milliseconds, signal, throttle }: SegmentLimits,
  prepare: (batch: RawDocument[]) => Promise<Prepared>,
  land: (prepared: Prepared) => Promise<void>,
): Promise<boolean> {
  let deadline = Number.POSITIVE_INFINITY;
  const isOver = () => signal.aborted || Date.now() >= deadline;
  let landing: Promise<void> = Promise.resolve();
  try {
    const paced = throttle?.pace(documents) ?? documents;
    for await (const batch of tracedWaits('read documents', batches(paced, batchSize))) {
      if (isLarge(batch)) await landing;
      if (isOver()) return false;
      const prepared = await prepare(batch);
      await landing;
      if (isOver()) return false;
      if (deadline === Number.POSITIVE_INFINITY) deadline = Date.now() + milliseconds;
      landing = land(prepared);
      // Awaited above or below; until then a failure must not count as unhandled.
      landing.catch(() => {});
    }
  } finally {
    await landing;
  }
  return true;
}
