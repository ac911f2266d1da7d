import { defineQuery } from '@temporalio/workflow';
import type { MonitorOptions, MonitorPhase, Problem, StageStanding } from '../../activities/monitor/course.ts';
import type { RunIdentity } from '../../activities/run/identity.ts';
import type { Waiting } from '../messages/definitions.ts';

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

export const monitorProgressQuery = defineQuery<MonitorProgress>('progress');
