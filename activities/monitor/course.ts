import type { ComparedStage } from './rounds.ts';

/** When rounds are due; times are milliseconds since 1970. Rounds are numbered from 0, which is due at the start. */
export interface Schedule {
  readonly everyMs: number;
  /** No round is due after this. */
  readonly endsAt: number;
  /** A round and when it was due: the others are counted from it, so that no round is late because another was. */
  readonly anchor: { readonly round: number; readonly at: number };
}

/** The input with every default filled in. */
export interface MonitorOptions {
  readonly hours: number;
  readonly every: number;
  readonly samples: number;
  readonly stages: readonly string[];
  readonly switchedAt: string | null;
  /** Minutes until an alert is repeated: in monitorings that an older build began, until their next execution. */
  readonly repeat?: number;
  readonly policy: { readonly rollback: 'offer' | 'run'; readonly backup: string | null; readonly after: number };
}

/** Where a monitoring stands. */
export type MonitorPhase =
  | 'starting'
  | 'watching'
  | 'alerting'
  | 'paused'
  | 'restoring'
  | 'complete'
  | 'stopped'
  | 'rolledBack'
  | 'failed';
/** Something that is wrong now. Documents are named, never shown. */
export interface Problem {
  /** A kind of damage, or `check`, `unreachable`, `restoreFailed`. */
  readonly kind: string;
  readonly stage: string | null;
  /** `Table.column`, `Table`, a path of the source, or a check's name. */
  readonly where: string;
  readonly count: number;
  /** Some of them: `_id` (ObjectIds only), and the id of the root row. */
  readonly documents: readonly { readonly legacyId: string | null; readonly rootId: string | null }[];
  /** What a check or a step says; null for damage, whose kind says it. */
  readonly says: string | null;
  readonly since: string;
  /** The round that has found it first. */
  readonly round: number;
  readonly acknowledged: boolean;
  /** All of it in one sentence. */
  readonly text: string;
}

/** What the last round found of a stage; documents, then rows. */
export type StageStanding = Omit<ComparedStage, 'found'>;

/** One round as the report lists it; sums over its stages. */
export interface Round {
  readonly round: number;
  readonly at: string;
  readonly seconds: number;
  /** Null when nothing could be compared. */
  readonly compared: number | null;
  readonly written: number;
  readonly changed: number;
  readonly deleted: number;
  readonly added: number;
  readonly damages: number;
  readonly failedChecks: number;
}

/** Rounds that have not taken place. */
export interface Missed {
  readonly from: number;
  readonly to: number;
  /** `paused`, or `away`: no worker, or no Temporal, was there in time. */
  readonly because: 'paused' | 'away';
}

/** One alert as the report lists it. */
export interface AlertLine {
  readonly at: string;
  /** `repeated`: by a monitoring that an older build began. */
  readonly event: 'new' | 'repeated' | 'resolved';
  readonly round: number;
  readonly text: string;
}

/** What the report says, as `reports/<run>/monitoring.json` has it beside the terms of the money columns. */
export interface Course {
  readonly state: MonitorPhase;
  readonly reason: string | null;
  readonly runId: string;
  readonly switchedAt: string;
  readonly options: MonitorOptions;
  readonly schedule: Schedule;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly rounds: readonly Round[];
  readonly missed: readonly Missed[];
  readonly alerts: readonly AlertLine[];
  readonly problems: readonly Problem[];
  readonly stages: readonly StageStanding[];
}

/** An alert that waits for its delivery. */
export interface AlertMessage extends AlertLine {
  readonly id: number;
  readonly problem: Problem;
}
