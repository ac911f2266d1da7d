import type { Schedule } from '../../activities/monitor/course.ts';

/** A round that is due, or will be, and those before it for which it is too late. */
export interface Due {
  readonly round: number;
  readonly at: number;
  /** The first of those that are left out; equal to `round` when there are none. */
  readonly from: number;
}

export function newSchedule(startedAt: number, everyMs: number, lastsMs: number): Schedule {
  return { everyMs, endsAt: startedAt + lastsMs, anchor: { round: 0, at: startedAt } };
}

export const dueAt = ({ anchor, everyMs }: Schedule, round: number): number =>
  anchor.at + (round - anchor.round) * everyMs;

export const lastRound = ({ anchor, everyMs, endsAt }: Schedule): number =>
  anchor.round + Math.floor((endsAt - anchor.at) / everyMs);

/**
 * The round after those that are done: the newest one that is due, else the next.
 * @param done the last round that was dealt with; -1 when none was
 * @returns null when there is none any more
 */
export function nextRound(schedule: Schedule, done: number, now: number): Due | null {
  const last = lastRound(schedule);
  if (done >= last) return null;
  const newest = schedule.anchor.round + Math.floor((now - schedule.anchor.at) / schedule.everyMs);
  const round = Math.min(Math.max(newest, done + 1), last);
  return { round, at: dueAt(schedule, round), from: done + 1 };
}

/** Rounds come in another interval from the last one that was dealt with; their numbers go on. */
export function withEvery(schedule: Schedule, done: number, everyMs: number): Schedule {
  const round = Math.max(0, done);
  return { ...schedule, everyMs, anchor: { round, at: dueAt(schedule, round) } };
}
