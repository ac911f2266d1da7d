import type { TimelineEntry } from '../activities/run-record.ts';

/** What happened to a run, the oldest first; carried from one execution to the next. */
export interface Timeline {
  entries: TimelineEntry[];
  /** Older entries that were dropped. */
  forgotten: number;
}

/** A run that needs more has been paused and resumed all day: its last hours are what is asked for. */
const MOST_ENTRIES = 300;
/** Characters of what a message held. */
const MOST_DETAIL = 200;

export function newTimeline(): Timeline {
  return { entries: [], forgotten: 0 };
}

export function noteEntry(
  timeline: Timeline,
  now: number,
  entry: Pick<TimelineEntry, 'kind' | 'name'> & Partial<TimelineEntry>,
): void {
  const { entries } = timeline;
  const detail = entry.detail?.slice(0, MOST_DETAIL) ?? null;
  entries.push({ way: null, refused: null, ...entry, detail, at: new Date(now).toISOString() });
  const over = Math.max(0, entries.length - MOST_ENTRIES);
  entries.splice(0, over);
  timeline.forgotten += over;
}

/** What a message held, as the timeline tells it: a text as it is, anything else as JSON, null for nothing. */
export function detailOf(message: unknown): string | null {
  if (message === undefined || message === null) return null;
  return typeof message === 'string' ? message : (JSON.stringify(message) ?? null);
}
