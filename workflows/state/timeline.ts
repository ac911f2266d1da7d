import type { EntryMessages, TimelineEntry } from '../../activities/run/run-record.ts';
import { asMessage, type Message, PLAIN } from '../../engine/messages/message.ts';

/** What happened to a run, the oldest first; carried from one execution to the next. */
export interface Timeline {
  entries: Entry[];
  /** Older entries that were dropped. */
  forgotten: number;
}

/** An entry whose outcome is not known yet when it is noted. */
type Entry = TimelineEntry & { refused: string | null; messages?: EntryMessages };

/** A run that needs more has been paused and resumed all day: its last hours are what is asked for. */
const MOST_ENTRIES = 300;
/** Characters of what a message held. */
const MOST_DETAIL = 200;
/** Of a sentence as data: a longer one is kept in English only. */
const MOST_MESSAGE = 2_000;

export function newTimeline(): Timeline {
  return { entries: [], forgotten: 0 };
}

export function noteEntry(
  timeline: Timeline,
  now: number,
  entry: Pick<TimelineEntry, 'kind' | 'name'> &
    Partial<Pick<TimelineEntry, 'way'>> & { detail?: Message | string | null },
): Entry {
  const { entries } = timeline;
  const said = entry.detail == null ? null : asMessage(entry.detail);
  const detail = said?.text.slice(0, MOST_DETAIL) ?? null;
  const messages = said !== null && isKept(said) ? { messages: { detail: said } } : {};
  const noted: Entry = { way: null, refused: null, ...entry, detail, ...messages, at: new Date(now).toISOString() };
  entries.push(noted);
  const over = Math.max(0, entries.length - MOST_ENTRIES);
  entries.splice(0, over);
  timeline.forgotten += over;
  return noted;
}

/** Notes why a message was refused. */
export function noteRefusal(entry: Entry, refusal: Message): void {
  entry.refused = refusal.text;
  if (isKept(refusal)) entry.messages = { ...entry.messages, refused: refusal };
}

const isKept = (said: Message) => said.code !== PLAIN && JSON.stringify(said).length <= MOST_MESSAGE;

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
