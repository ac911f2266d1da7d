import { describe, expect, test } from '@jest/globals';
import { estimateFrom } from '../../../engine/report/rehearsals/estimate-downtime.ts';
import type { WriteTrace } from '../../../engine/source/source.ts';
import { writesBetween } from '../../../operations/maintenance/write-probe.ts';

describe('the estimated downtime', () => {
  const measured = (stages: readonly { name: string; total: number; seconds: number | null }[]) => ({
    ...{ runId: '0191', startedAt: '2026-01-05T09:00:00.000Z', dryRun: true },
    stages,
  });

  test('is each stage’s documents by the speed that was measured of it', () => {
    const run = measured([
      { name: 'user', total: 1_000, seconds: 10 },
      { name: 'payment', total: 300, seconds: 30 },
    ]);
    expect(estimateFrom(run, { user: 2_000, payment: 600 })).toEqual({
      seconds: 80,
      from: { runId: '0191', startedAt: '2026-01-05T09:00:00.000Z', dryRun: true },
      stages: [
        { stage: 'user', documents: 2_000, perSecond: 100 },
        { stage: 'payment', documents: 600, perSecond: 10 },
      ],
    });
  });

  test('takes a stage that had no documents for as fast as all others together', () => {
    const run = measured([
      { name: 'user', total: 100, seconds: 10 },
      { name: 'artist', total: 0, seconds: 0.4 },
    ]);
    expect(estimateFrom(run, { user: 0, artist: 50 })?.seconds).toBe(5);
  });

  test('is none when nothing was measured', () => {
    expect(estimateFrom(measured([{ name: 'user', total: 0, seconds: null }]), { user: 10 })).toBeNull();
  });
});

describe('writes between two traces', () => {
  const before: WriteTrace = { documents: 100, highest: 'a', updatedAt: 1_000, changed: 0 };

  test.each<[string, Partial<WriteTrace>, number]>([
    ['nothing', {}, 0],
    ['insertions', { documents: 103, highest: 'b' }, 3],
    ['deletions', { documents: 98 }, 2],
    ['changes', { updatedAt: 2_000, changed: 7 }, 7],
    ['an insertion beside a deletion', { highest: 'b' }, 1],
    ['the newest document being gone, and another there', { updatedAt: 900 }, 1],
    ['more changes than insertions', { documents: 101, updatedAt: 2_000, changed: 4 }, 4],
  ])('%s', (_, after, documents) => {
    expect(writesBetween(before, { ...before, ...after })).toBe(documents);
  });
});
