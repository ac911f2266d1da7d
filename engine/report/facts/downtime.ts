import { secondsOf } from '../../common/figures.ts';
import { harmlessText, shortText } from '../../common/shown-text.ts';
import type { JsonValue } from '../../document/json.ts';
import type { DowntimeEstimate, WritesSeen } from './downtime-estimate.ts';

/** What a run goes through as far as it matters to a platform that waits for it; `over` is the end of the downtime. */
export type PhaseName =
  | 'copying'
  | 'verification'
  | 'catchingUp'
  | 'maintenanceOn'
  | 'lastPass'
  | 'smokeTests'
  | 'switch'
  | 'maintenanceOff'
  | 'over';

/** A phase and when it began; it lasts until the next one. */
export interface Phase {
  readonly name: PhaseName;
  readonly at: string;
}

/** A maintenance action that was carried out; its outcome holds neither a body nor a secret. */
export interface DoneAction {
  readonly direction: 'on' | 'off';
  readonly name: string;
  readonly kind: string;
  readonly outcome: string;
  readonly milliseconds: number;
  readonly at: string;
}

/** What a run's workflow tells of its downtime. */
export interface DowntimeRecord {
  readonly mode: 'none' | 'throughout' | 'switch';
  /** When the first action began; null when there was no maintenance. */
  readonly onSince: string | null;
  /** When the last action had ended that took the platform out of it. */
  readonly offAt: string | null;
  readonly phases: readonly Phase[];
  readonly actions: readonly DoneAction[];
  /** Whether writes would have been noticed: not in a dump, which nobody can write to; null when nobody looked. */
  readonly probed: boolean | null;
  /** Writes that reached the source during maintenance. */
  readonly writes: readonly { readonly at: string; readonly collections: readonly WritesSeen[] }[];
  readonly estimate: DowntimeEstimate | null;
}

/** What a report says of a run's downtime. */
export interface DowntimeFacts extends Omit<DowntimeRecord, 'phases'> {
  /** From the first action until maintenance was off; null when there was none, or it is not over. */
  readonly seconds: number | null;
  /** The same for people, such as `45m 03s`. */
  readonly duration: string | null;
  readonly phases: readonly {
    readonly name: PhaseName;
    readonly at: string;
    /** Null for the last one. */
    readonly seconds: number | null;
  }[];
}

/** The key of `migration_run.facts` under which the record is kept. */
export const DOWNTIME = 'downtime';

const NONE: DowntimeRecord = {
  mode: 'none',
  onSince: null,
  offAt: null,
  phases: [],
  actions: [],
  probed: null,
  writes: [],
  estimate: null,
};

const SHOWN = 300;

/** A kept record with how long everything took. */
export function downtimeFacts(kept: Readonly<Record<string, JsonValue>> | undefined): DowntimeFacts {
  const record = kept === undefined ? NONE : (kept as unknown as DowntimeRecord);
  const { onSince, offAt, phases } = record;
  const seconds = onSince === null || offAt === null ? null : secondsBetween(onSince, offAt);
  return {
    ...record,
    // Names are an operator's own, of a file.
    actions: record.actions.map((action) => ({ ...action, name: shortText(harmlessText(action.name), SHOWN) })),
    phases: phases.map(({ name, at }, i) => {
      const next = phases[i + 1];
      return { name, at, seconds: next === undefined ? null : secondsBetween(at, next.at) };
    }),
    seconds,
    duration: seconds === null ? null : durationText(seconds),
  };
}

function secondsBetween(from: string, to: string): number {
  return secondsOf(Date.parse(to) - Date.parse(from));
}

/** 45s, 3m 20s, 2h 05m */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`;
}
