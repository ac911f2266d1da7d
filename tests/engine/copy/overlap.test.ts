import { describe, expect, test } from '@jest/globals';
import { overlap, type SegmentLimits } from '../../../engine/copy/overlap.ts';
import type { RawDocument } from '../../../engine/source/source.ts';

/** What happened, in order, to documents that are named by their first byte; a batch is one document. */
class Course {
  readonly steps: string[] = [];
  closed = false;
  readonly #landings = new Map<number, () => void>();

  async *documents(count: number, bytes = 1): AsyncGenerator<RawDocument> {
    try {
      for (let n = 0; n < count; n += 1) {
        this.steps.push(`read ${n}`);
        yield { key: Buffer.from([n]), bytes: Buffer.alloc(bytes, n) };
      }
    } finally {
      this.closed = true;
    }
  }

  readonly prepare = async (batch: readonly RawDocument[]) => {
    const n = batch[0]!.bytes[0]!;
    this.steps.push(`prepare ${n}`);
    this.#landings.get(n - 1)?.();
    return n;
  };

  /** Lands only once the next batch is prepared. */
  readonly landAfterNext = async (n: number) => {
    this.steps.push(`land ${n}`);
    await new Promise<void>((resolve) => this.#landings.set(n, resolve));
    this.steps.push(`landed ${n}`);
  };

  readonly landAtOnce = async (n: number) => {
    this.steps.push(`land ${n}`);
    await new Promise((resolve) => setImmediate(resolve));
    this.steps.push(`landed ${n}`);
  };
}

const limits = (some: Partial<SegmentLimits> = {}): SegmentLimits => ({
  ...{ batchSize: 1, milliseconds: 60_000, signal: new AbortController().signal },
  ...some,
});

describe('batches that overlap', () => {
  test('are read and prepared while the one before lands, one ahead, and land in order', async () => {
    const course = new Course();
    const land = (n: number) => (n < 2 ? course.landAfterNext(n) : course.landAtOnce(n));
    expect(await overlap(course.documents(3), limits(), course.prepare, land)).toBe(true);
    expect(course.steps).toEqual([
      ...['read 0', 'prepare 0', 'land 0', 'read 1', 'prepare 1', 'landed 0', 'land 1', 'read 2', 'prepare 2'],
      ...['landed 1', 'land 2', 'landed 2'],
    ]);
  });

  test('are not prepared beside another one when they are one large document', async () => {
    const course = new Course();
    await overlap(course.documents(2, 1024 * 1024), limits(), course.prepare, course.landAtOnce);
    expect(course.steps.filter((step) => !step.startsWith('read'))).toEqual([
      ...['prepare 0', 'land 0', 'landed 0', 'prepare 1', 'land 1', 'landed 1'],
    ]);
  });

  test('end after the first when the time is up, and that one lands', async () => {
    const course = new Course();
    expect(await overlap(course.documents(9), limits({ milliseconds: 0 }), course.prepare, course.landAtOnce)).toBe(
      false,
    );
    expect(course.steps.filter((step) => step.startsWith('land'))).toEqual(['land 0', 'landed 0']);
    expect(course.closed).toBe(true);
  });

  test('end at the next boundary when they are told to, and nothing is in flight then', async () => {
    const course = new Course();
    const { signal, abort } = abortable();
    const land = async (n: number) => {
      if (n === 1) abort();
      await course.landAtOnce(n);
    };
    expect(await overlap(course.documents(9), limits({ signal }), course.prepare, land)).toBe(false);
    expect(course.steps.at(-1)).toBe('landed 1');
    expect(course.closed).toBe(true);
    const early = new Course();
    expect(await overlap(early.documents(9), limits({ signal }), early.prepare, early.landAtOnce)).toBe(false);
    expect(early.steps).toEqual(['read 0']);
  });

  test.each(['prepare', 'land'])('end with what %s throws, after what is in flight', async (step) => {
    const course = new Course();
    const failing = { prepare: 1, land: 0 }[step];
    const fail = (n: number) => {
      if (n === failing) throw new Error(`${step} ${n}`);
    };
    const prepare = async (batch: readonly RawDocument[]) => {
      if (step === 'prepare') fail(batch[0]!.bytes[0]!);
      return course.prepare(batch);
    };
    const land = async (n: number) => {
      await course.landAtOnce(n);
      if (step === 'land') fail(n);
    };
    await expect(overlap(course.documents(9), limits(), prepare, land)).rejects.toThrow(`${step} ${failing}`);
    expect(course.steps.at(-1)).toBe('landed 0');
    expect(course.closed).toBe(true);
  });
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
