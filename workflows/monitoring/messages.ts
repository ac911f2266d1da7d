import { defineQuery } from '@temporalio/workflow';
import type { ComparedStage } from '../../activities/monitor/rounds.ts';
import type { RunIdentity, Waiting } from '../messages/definitions.ts';
import type { Schedule } from './schedule.ts';

/** What an operator may give to a monitoring; every field is optional. The whole of the workflow's input. */
export interface MonitorInput {
  /** How long it lasts. Default 24 (runbook, section 8). */
  hours?: number;
  /** Minutes between the rounds. Default 10. */
  every?: number;
  /** Documents of each stage that a round draws. Default 100. */
  samples?: number;
  /** The stages that are compared. Default fundingProject and payment. */
  stages?: string[];
  /** When the platform began to write into the target, ISO 8601; default: when the last stage of the run was complete. */
  switchedAt?: string;
  /** Minutes after which an alert is repeated that nobody has acknowledged. Default 60. */
  repeat?: number;
  /** What follows from damage. Default `{"rollback": "offer"}`. */
  policy?: PolicyInput;
}

export interface PolicyInput {
  /** `offer`: say which command brings the target back; `run`: bring it back after `after` damaged rounds in a row. */
  rollback: 'offer' | 'run';
  /** The backup's folder on the worker's host; `run` must have one. */
  backup?: string;
  /** Default 3. */
  after?: number;
}

/** The input with every default filled in. */
export interface MonitorOptions {
  readonly hours: number;
  readonly every: number;
  readonly samples: number;
  readonly stages: readonly string[];
  readonly switchedAt: string | null;
  readonly repeat: number;
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
  readonly event: 'new' | 'repeated' | 'resolved';
  readonly round: number;
  readonly text: string;
}

export interface RefusedMonitorMessage {
  readonly message: string;
  readonly reason: string;
  readonly at: string;
}

/** The answer of the query `progress`. */
export interface MonitorProgress {
  readonly state: MonitorPhase;
  /** What to do, while there is something to be done; or why it has ended. */
  readonly reason: string | null;
  readonly runId: string | null;
  readonly switchedAt: string | null;
  readonly options: MonitorOptions;
  /** The last round that has ended, -1 before the first; they are numbered from 0. */
  readonly round: number;
  /** The last round that there will be. */
  readonly lastRound: number;
  readonly nextAt: string | null;
  readonly endsAt: string;
  readonly stages: readonly StageStanding[];
  readonly problems: readonly Problem[];
  /** Rounds that have not taken place. */
  readonly missed: number;
  /** Alerts that no webhook has taken yet. */
  readonly undelivered: number;
  readonly refused: readonly RefusedMonitorMessage[];
  /** Folder of the report files on the worker's host, once they are written. */
  readonly reports: string | null;
  /** Missing before it has begun, and in monitorings of older builds. */
  readonly identity?: RunIdentity;
  /** Set while no worker takes its steps. */
  readonly waiting?: Waiting;
  readonly asOf: string;
}

/** What the workflow returns. */
export interface MonitorResult {
  readonly state: 'complete' | 'stopped' | 'rolledBack';
  readonly runId: string;
  readonly rounds: number;
  readonly missed: number;
  /** Problems that there ever were, and those that are not over. */
  readonly alerts: number;
  readonly open: number;
  readonly reports: string;
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

export const monitorProgressQuery = defineQuery<MonitorProgress>('progress');
