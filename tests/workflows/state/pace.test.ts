import { describe, expect, test } from '@jest/globals';
import { MOST_POINTS, newPace, notePace } from '../../../workflows/state/pace.ts';

const total = 100_000;

/** A pace after so many notes, ten seconds and ten documents apart. */
function paceAfter(notes: number) {
  const pace = newPace(0, 1_000);
  for (let i = 1; i <= notes; i++) notePace(pace, i * 10, 1_000 + i * 10_000);
  return pace;
}

describe('a pace', () => {
  test('keeps every point while there are few', () => {
    expect(JSON.stringify(paceAfter(3).points)).toBe('[[0,0],[10000,10],[20000,20],[30000,30]]');
  });

  test('stays bounded however long a stage takes, from its first moment to its last', () => {
    for (const notes of [MOST_POINTS - 1, MOST_POINTS, 1_000, total]) {
      const { points } = paceAfter(notes);
      expect(points.length).toBeLessThanOrEqual(MOST_POINTS);
      expect(points.length).toBeGreaterThan(Math.min(notes, MOST_POINTS / 3));
      expect(points[0]).toEqual([0, 0]);
      expect(points.at(-1)).toEqual([notes * 10_000, notes * 10]);
    }
  });

  test('keeps about the same time between its points, so that no part of it is told more coarsely', () => {
    const { points } = paceAfter(5_000);
    const gaps = points.slice(1, -1).map(([after], i) => after - points[i]![0]);
    expect(Math.max(...gaps) / Math.min(...gaps)).toBeLessThanOrEqual(3);
  });

  test('takes many notes of one moment for one point', () => {
    const pace = newPace(0, 0);
    for (let i = 1; i <= 500; i++) notePace(pace, i, i);
    expect(JSON.stringify(pace.points)).toBe('[[0,0],[499,499],[500,500]]');
  });
});
