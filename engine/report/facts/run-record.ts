import { harmlessText, shortText } from '../../common/shown-text.ts';
import type { JsonValue } from '../../document/json.ts';
import type { Message } from '../../messages/message.ts';
import type { DowntimeRecord } from './downtime.ts';

/** What a run's workflow tells of its course; bounded, and handed over when the reports are written or the run ends. */
export interface RunRecord {
  readonly pace: readonly StagePace[];
  readonly timeline: readonly NotedEntry[];
  /** Earlier entries of the timeline that are not kept any more. */
  readonly forgotten: number;
  /** Missing in what older builds told. */
  readonly downtime?: DowntimeRecord;
}

/** How far one kind of work on a stage had come over time; of the attempt that stands, when there were several. */
export interface StagePace {
  readonly stage: string;
  readonly kind: 'copied' | 'verified';
  readonly startedAt: string;
  /** Milliseconds since `startedAt`, and documents dealt with until then; both only grow. */
  readonly points: readonly (readonly number[])[];
}

/** Something that happened to a run: a message to it, or another phase of the run or of one of its stages. */
export interface TimelineEntry {
  readonly at: string;
  readonly kind: 'message' | 'phase' | 'stage';
  /** The message, or the phase that was entered. */
  readonly name: string;
  /** Of a message how it came, else null. An update that is refused is answered at once and leaves no trace. */
  readonly way: 'signal' | 'update' | null;
  /** Of a message what it held, of a phase why it was entered, of a stage's phase the stage. */
  readonly detail: string | null;
  /** Why a message was refused; null when it was accepted. */
  readonly refused: string | null;
}

/** What of an entry is a sentence of this tool, as data. */
export interface EntryMessages {
  readonly detail?: Message;
  readonly refused?: Message;
}

/** An entry as the workflow notes it. */
export interface NotedEntry extends TimelineEntry {
  readonly messages?: EntryMessages;
}

/** An entry with who did it: the identity that Temporal was told by the sender; null when that is not known. */
export interface TimelineEvent extends TimelineEntry {
  readonly by: string | null;
}

/** What a report says of a run's course. */
export interface Course {
  readonly pace: readonly StagePace[];
  readonly timeline: readonly TimelineEvent[];
  readonly forgotten: number;
}

/** The key of `migration_run.facts` under which the course is kept. */
export const COURSE = 'course';

const SHOWN = 300;

/** A kept course, made fit to be shown: operators and servers may have sent any characters. Empty when none is kept. */
export function courseOf(kept: Readonly<Record<string, JsonValue>> | undefined): Course {
  if (kept === undefined) return { pace: [], timeline: [], forgotten: 0 };
  const { pace, timeline, forgotten } = kept as unknown as Course;
  const shown = <T extends string | null>(text: T) =>
    (text === null ? null : shortText(harmlessText(text), SHOWN)) as T;
  return {
    pace,
    forgotten,
    timeline: timeline.map(({ messages: _, ...entry }: TimelineEvent & NotedEntry) => ({
      ...entry,
      detail: shown(entry.detail),
      refused: shown(entry.refused),
      by: shown(entry.by),
    })),
  };
}

/** What of a kept course is sentences, entry by entry. */
export function entryMessagesOf(kept: Readonly<Record<string, JsonValue>> | undefined): (EntryMessages | null)[] {
  const { timeline = [] } = (kept ?? {}) as unknown as Partial<RunRecord>;
  return timeline.map(({ messages = null }) => messages);
}
