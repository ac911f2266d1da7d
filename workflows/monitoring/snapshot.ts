import type { Begun } from '../../activities/monitor/begun.ts';
import type {
  AlertLine,
  AlertMessage,
  Missed,
  MonitorOptions,
  MonitorPhase,
  Problem,
  Round,
  Schedule,
  StageStanding,
} from '../../activities/monitor/course.ts';
import type { RunIdentity } from '../../activities/run/identity.ts';
import type { Waiting } from '../messages/definitions.ts';
import type { RefusedMonitorMessage } from './messages.ts';
import { newSchedule } from './schedule.ts';

/** How the flow is cut into steps; nothing that people are asked. */
export interface MonitorTuning {
  readonly historyEvents: number;
  readonly heartbeatSeconds: number;
  /** A minute of the schedule, in milliseconds: tests let a day pass in less. */
  readonly minuteMs: number;
}

export const MONITOR_TUNING: MonitorTuning = { historyEvents: 1_500, heartbeatSeconds: 30, minuteMs: 60_000 };

/** What of it the progress tells of its source and target, and of its worker. */
export function placeOf({ begun, waitingSince }: MonitorSnapshot): { identity?: RunIdentity; waiting?: Waiting } {
  const identity = begun?.identity;
  if (identity === undefined) return {};
  const { source, target } = identity;
  return { identity, ...(waitingSince && { waiting: { since: waitingSince, source, target } }) };
}

/** An open problem with what its next alerts and rounds need. */
export interface OpenProblem extends Omit<Problem, 'text'> {
  /** Root rows that are looked at again in every round until it is over. */
  readonly recheck: readonly string[];
  /** When it was told last, in milliseconds since 1970. */
  readonly toldAt: number;
}

/** Everything of a monitoring that outlives an execution: carried over continue-as-new as it is. */
export interface MonitorSnapshot {
  phase: MonitorPhase;
  reason: string | null;
  options: MonitorOptions;
  startedAt: number;
  schedule: Schedule;
  begun: Begun | null;
  /** The last round that was dealt with. */
  done: number;
  isPaused: boolean;
  /** Since the last round; missing in what older builds carried over. */
  wasPaused?: boolean;
  isStopped: boolean;
  rounds: Round[];
  missed: Missed[];
  stages: StageStanding[];
  problems: OpenProblem[];
  /** Rounds in a row in which each check has failed. */
  streaks: Record<string, number>;
  damagedInARow: number;
  alerts: AlertLine[];
  outbox: AlertMessage[];
  numbered: number;
  refused: RefusedMonitorMessage[];
  reports: string | null;
  /** Since when no worker takes a step. */
  waitingSince?: string;
  tuning: MonitorTuning;
}

/** A monitoring that has not begun. @param startedAt in milliseconds since 1970 */
export function newMonitorSnapshot(
  options: MonitorOptions,
  startedAt: number,
  tuning: MonitorTuning = MONITOR_TUNING,
): MonitorSnapshot {
  const { minuteMs } = tuning;
  return {
    phase: 'starting',
    reason: null,
    options,
    startedAt,
    schedule: newSchedule(startedAt, options.every * minuteMs, options.hours * 60 * minuteMs),
    begun: null,
    done: -1,
    isPaused: false,
    isStopped: false,
    rounds: [],
    missed: [],
    stages: [],
    problems: [],
    streaks: {},
    damagedInARow: 0,
    alerts: [],
    outbox: [],
    numbered: 0,
    refused: [],
    reports: null,
    tuning,
  };
}
