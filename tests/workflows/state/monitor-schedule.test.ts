import { describe, expect, test } from '@jest/globals';
import { dueAt, lastRound, newSchedule, nextRound, withEvery } from '../../../workflows/monitoring/schedule.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-25T03:17:00Z');
const day = newSchedule(START, 10 * MINUTE, 24 * 60 * MINUTE);

describe('the schedule of a day with rounds every ten minutes', () => {
  test('has round 0 at its start and round 144 at its end', () => {
    expect(lastRound(day)).toBe(144);
    expect([dueAt(day, 0), dueAt(day, 144)]).toEqual([START, START + 24 * 60 * MINUTE]);
  });

  test('does not drift, however long a round takes and however late a timer is', () => {
    let now = START;
    let done = -1;
    const begun: number[] = [];
    for (let due = nextRound(day, done, now); due !== null; due = nextRound(day, done, now)) {
      expect(due).toEqual({ round: done + 1, at: START + (done + 1) * 10 * MINUTE, from: done + 1 });
      // A timer is late by up to three seconds, and a round takes up to nine minutes.
      now = Math.max(now, due.at) + ((due.round * 997) % 3_000);
      begun.push(now - due.at);
      now += (due.round * 7_919) % (9 * MINUTE);
      done = due.round;
    }
    expect(done).toBe(144);
    expect(begun).toHaveLength(145);
    expect(Math.max(...begun)).toBeLessThan(3_000);
  });

  test('leaves out rounds for which it is too late, and tells which', () => {
    expect(nextRound(day, 4, START + 83 * MINUTE)).toEqual({ round: 8, at: START + 80 * MINUTE, from: 5 });
    expect(nextRound(day, 8, START + 84 * MINUTE)).toEqual({ round: 9, at: START + 90 * MINUTE, from: 9 });
  });

  test('ends with its last round even when everybody was away until long afterwards', () => {
    expect(nextRound(day, 100, START + 100 * 60 * MINUTE)).toEqual({ round: 144, at: dueAt(day, 144), from: 101 });
    expect(nextRound(day, 144, START + 100 * 60 * MINUTE)).toBeNull();
  });

  test('goes on from the last round in another interval, with its numbers and its end', () => {
    const hourly = withEvery(day, 6, 60 * MINUTE);
    expect(nextRound(hourly, 6, START + 61 * MINUTE)).toEqual({ round: 7, at: START + 120 * MINUTE, from: 7 });
    expect(lastRound(hourly)).toBe(6 + 23);
    expect(hourly.endsAt).toBe(day.endsAt);
    expect(dueAt(withEvery(day, -1, MINUTE), 1)).toBe(START + MINUTE);
  });

  test('which is shorter than its interval has one round', () => {
    const short = newSchedule(START, 10 * MINUTE, MINUTE);
    expect(nextRound(short, -1, START)).toEqual({ round: 0, at: START, from: 0 });
    expect(nextRound(short, 0, START)).toBeNull();
  });
});
