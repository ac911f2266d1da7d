import { describe, expect, test } from '@jest/globals';
import { type Clock, Throttle, type ThrottleLimits } from '../../../engine/source/throttle.ts';

/** A clock that stands still but for waits, and for what the source is said to take for each document. */
class FakeClock implements Clock {
  time = 0;
  readonly waits: number[] = [];
  readonly now = () => this.time;
  readonly sleep = async (milliseconds: number) => {
    this.waits.push(milliseconds);
    this.time += milliseconds;
  };
  async *documents(times: readonly number[]): AsyncGenerator<number> {
    for (const [n, takes] of times.entries()) {
      this.time += takes;
      yield n;
    }
  }
}

const UNLIMITED: ThrottleLimits = { documentsPerSecond: null, maxLatency: null };

async function drain(limits: Partial<ThrottleLimits>, takes: readonly number[], aborted = false): Promise<FakeClock> {
  const clock = new FakeClock();
  const signal = aborted ? AbortSignal.abort() : new AbortController().signal;
  const seen: number[] = [];
  const throttle = new Throttle({ ...UNLIMITED, ...limits }, signal, clock);
  for await (const document of throttle.pace(clock.documents(takes))) seen.push(document);
  expect(seen).toEqual(takes.map((_, n) => n));
  return clock;
}

const instantly = (count: number) => new Array<number>(count).fill(0);

describe('documents per second', () => {
  test.each([
    [10, 20, 2_000],
    [1_000, 500, 500],
    [0.5, 3, 6_000],
  ])('at %d a second %i documents take %i ms', async (documentsPerSecond, count, milliseconds) => {
    const { time } = await drain({ documentsPerSecond }, instantly(count));
    expect(Math.abs(time - milliseconds)).toBeLessThan(5);
  });

  test('no timer is set for less than 5 ms: a high rate is kept in fewer, longer waits', async () => {
    const { waits } = await drain({ documentsPerSecond: 10_000 }, instantly(1_000));
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(5);
  });

  test('a source that is slower than the rate is never waited for', async () => {
    expect((await drain({ documentsPerSecond: 100 }, new Array(50).fill(20))).waits).toEqual([]);
  });

  test('a source that stood still for a minute is hit by the burst of one second at most', async () => {
    const { time } = await drain({ documentsPerSecond: 10 }, [60_000, ...instantly(29)]);
    expect(Math.round(time)).toBe(62_000);
  });

  test('an aborted segment waits for nothing', async () => {
    expect((await drain({ documentsPerSecond: 1 }, instantly(10), true)).waits).toEqual([]);
  });

  test('a real wait ends as soon as the segment is aborted', async () => {
    const control = new AbortController();
    const throttle = new Throttle({ documentsPerSecond: 0.1, maxLatency: null }, control.signal);
    setTimeout(() => control.abort(), 50);
    const began = performance.now();
    for await (const _ of throttle.pace(new FakeClock().documents([0])));
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('latency', () => {
  test('each further slow answer doubles the wait, up to five seconds', async () => {
    const { waits } = await drain({ maxLatency: 50 }, new Array(8).fill(200));
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  test('quick answers take the wait back by halves', async () => {
    const { waits } = await drain({ maxLatency: 50 }, [200, 200, 200, 10, 200, 10, 10, 10, 200]);
    expect(waits).toEqual([100, 200, 400, 400, 100]);
  });

  test('documents that were fetched together with a slow one are no answers', async () => {
    const { waits } = await drain({ maxLatency: 50 }, [200, ...instantly(99), 200, ...instantly(99)]);
    expect(waits).toEqual([100, 200]);
  });

  test('a slow commit slows the reading down', async () => {
    const clock = new FakeClock();
    const throttle = new Throttle({ documentsPerSecond: null, maxLatency: 50 }, new AbortController().signal, clock);
    for await (const n of throttle.pace(clock.documents(instantly(3)))) if (n === 0) throttle.observe(80);
    expect(clock.waits).toEqual([100]);
  });

  test('without a limit no answer is too slow', async () => {
    expect((await drain({}, [60_000, 60_000])).waits).toEqual([]);
  });
});
