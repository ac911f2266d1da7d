import type { TimelineEntry } from '../../activities/run/run-record.ts';

/** What happened to a run, the oldest first; carried from one execution to the next. */
export interface Timeline {
  entries: Entry[];
  /** Older entries that were dropped. */
  forgotten: number;
}

/** An entry whose outcome is not known yet when it is noted. */
type Entry = TimelineEntry & { refused: string | null };

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
): Entry {
  const { entries } = timeline;
  const detail = entry.detail?.slice(0, MOST_DETAIL) ?? null;
  const noted = { way: null, refused: null, ...entry, detail, at: new Date(now).toISOString() };
  entries.push(noted);
  const over = Math.max(0, entries.length - MOST_ENTRIES);
  entries.splice(0, over);
  timeline.forgotten += over;
  return noted;
}

/** Notes that a stage has come to a phase; not again when a new execution of the workflow goes through its steps anew. */
export function noteStagePhase(timeline: Timeline, now: number, stage: string, phase: string): void {
  for (const { kind, name, detail } of timeline.entries.toReversed()) {
    if (kind !== 'stage' || detail !== stage) continue;
    if (name === phase) return;
    if (name === 'rollingBack') break;
  }
  noteEntry(timeline, now, { kind: 'stage', name: phase, detail: stage });
}

/** What a message held, as the timeline tells it: a text as it is, anything else as JSON, null for nothing. */
export function detailOf(message: unknown): string | null {
  if (message === undefined || message === null) return null;
  return typeof message === 'string' ? message : (JSON.stringify(message) ?? null);
}
