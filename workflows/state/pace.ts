/** Documents dealt with over time, in at most {@link MOST_POINTS} points: carried from one execution to the next. */
export interface Pace {
  readonly startedAt: number;
  /** Milliseconds that lie at least between two points but the last; more whenever there are too many. */
  spacing: number;
  /** Milliseconds since the start, and documents until then. */
  points: [after: number, documents: number][];
}

export const MOST_POINTS = 120;

export function newPace(documents: number, now: number): Pace {
  return { startedAt: now, spacing: 500, points: [[0, documents]] };
}

/** Notes how many documents are dealt with by now. Points are of what has been done in all, so fewer still add up. */
export function notePace(pace: Pace, documents: number, now: number): void {
  const { points } = pace;
  const after = now - pace.startedAt;
  const before = points.at(-2);
  if (before !== undefined && after - before[0] < pace.spacing) points.pop();
  points.push([after, documents]);
  if (points.length <= MOST_POINTS) return;
  const last = points.length - 1;
  pace.points = points.filter((_, index) => index % 2 === 0 || index === last);
  pace.spacing = Math.max(pace.spacing * 2, Math.round((2 * after) / MOST_POINTS));
}
