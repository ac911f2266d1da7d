import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, QueryNotRegisteredError, WorkflowFailedError } from '@temporalio/client';
import { TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import {
  approveAndRestart,
  fixAndResume,
  gateWaitsFor,
  isBlocked,
  refusedSince,
  resumeWith,
  workflowFailed,
  workflowTerminated,
  workflowTerminatedBy,
  workflowTimedOut,
} from '../../../engine/messages/commands/screen.ts';
import { noWorkerAnswers, temporalSilent } from '../../../engine/messages/commands/watching.ts';
import { TemporalUnavailable } from '../../../worker/temporal/connect.ts';
import type { MigrationResult, Progress } from '../../../workflows/messages/definitions.ts';
import type { Outcome } from '../screen/outcome.ts';
import type { Screen } from '../screen/screen-type.ts';
import { approveCommand, identityLine, standingOf, waitingLine } from '../screen/standing.ts';
import { isTemporalTrouble } from './temporal-trouble.ts';

const LIVE_POLL_MS = 400;
const PLAIN_POLL_MS = 1_000;
const QUERY_WITHIN_MS = 5_000;
/** A silence longer than this is told. */
const SILENCE_MS = 15_000;
/** Temporal itself may be away for so long; it might be restarted. */
const GONE_MS = 60_000;

export interface WatchOptions {
  readonly screen: Screen;
  /** Ends the watching; the migration goes on. */
  readonly signal: AbortSignal;
  /** Ends the watching as `signal` does. */
  readonly isOver?: (progress: Progress) => boolean;
}

/**
 * Shows a migration's progress until it ends. A blocked one is watched on where a person looks on; elsewhere the
 * watching ends with it.
 * @throws TemporalUnavailable when Temporal stays away; the client's WorkflowNotFoundError for an unknown workflow
 */
export async function watchMigration(client: Client, workflowId: string, options: WatchOptions): Promise<Outcome> {
  const { screen, signal } = options;
  const teller = new Teller(screen);
  let last: Progress | null = null;
  let heardAt = Date.now();
  let reachedAt = Date.now();
  let toldSilence = false;
  while (!signal.aborted) {
    try {
      const { status } = await client.workflow.getHandle(workflowId).describe();
      reachedAt = Date.now();
      const progress = await queryProgress(client, workflowId);
      if (progress !== null) {
        [last, heardAt, toldSilence] = [progress, Date.now(), false];
        screen.show(progress);
        teller.tell(progress);
      } else if (!toldSilence && Date.now() - heardAt > SILENCE_MS) {
        toldSilence = true;
        screen.say(noWorkerAnswers().text);
      }
      if (status.name !== 'RUNNING' && status.name !== 'PAUSED') return await outcomeOf(client, workflowId, last);
      if (progress !== null && options.isOver?.(progress)) break;
      if (progress?.state === 'blocked' && !screen.isLive) return blocked(workflowId, progress);
    } catch (error) {
      if (!isTemporalTrouble(error)) throw error;
      if (Date.now() - reachedAt > GONE_MS) {
        throw new TemporalUnavailable(temporalSilent());
      }
    }
    await sleep(screen.isLive ? LIVE_POLL_MS : PLAIN_POLL_MS, undefined, { signal }).catch(() => {});
  }
  return { ...standing(workflowId, last), state: 'detached', reason: null };
}

/** The run's progress, or null when no worker answers for the moment. */
export async function queryProgress(client: Client, workflowId: string): Promise<Progress | null> {
  try {
    return await client.withDeadline(Date.now() + QUERY_WITHIN_MS, () =>
      client.workflow.getHandle(workflowId).query<Progress>('progress'),
    );
  } catch (error) {
    // The workflow's first step has not been taken yet.
    if (error instanceof QueryNotRegisteredError) return null;
    if (isTemporalTrouble(error)) return null;
    throw error;
  }
}

/** States of a run that are told when it comes to them. */
const TOLD: readonly Progress['state'][] = ['pausing', 'paused', 'blocked', 'rollingBack', 'aborting'];

/** Tells what a person must know beside the numbers, once each. */
class Teller {
  readonly #screen: Screen;
  #state = '';
  #refused = '';
  #identity = '';
  #waiting = '';

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  tell(progress: Progress): void {
    this.#tellPlace(progress);
    const { state, reason, gate, refused } = progress;
    const now = `${state}\n${reason}\n${gate}`;
    if (now !== this.#state) {
      if (TOLD.includes(state)) this.#screen.say(`${capital(standingOf({ state, reason }))}.`);
      if (gate !== null) this.#screen.say(gateWaitsFor({ gate, command: approveCommand(gate) }).text);
      else if (state === 'paused') this.#screen.say(resumeWith().text);
      this.#state = now;
    }
    const newest = refused.at(-1);
    const mark = newest === undefined ? '' : `${newest.at} ${newest.message}`;
    if (mark !== this.#refused && newest !== undefined) {
      this.#screen.say(refusedSince({ message: newest.message, reason: newest.reason }).text);
    }
    this.#refused = mark;
  }

  #tellPlace(progress: Progress): void {
    const [identity, waiting] = [identityLine(progress) ?? '', waitingLine(progress) ?? ''];
    if (identity !== this.#identity) this.#screen.say(identity);
    if (waiting !== this.#waiting && waiting !== '') this.#screen.say(waiting);
    this.#identity = identity;
    this.#waiting = waiting;
  }
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function standing(workflowId: string, progress: Progress | null): Omit<Outcome, 'state' | 'reason'> {
  const stages = progress?.stages ?? [];
  return {
    workflowId,
    runId: progress?.runId ?? null,
    dryRun: progress?.dryRun ?? false,
    quarantined: stages.reduce((sum, { quarantined }) => sum + quarantined, 0),
    verdict: progress?.verdict ?? null,
    stages,
    reports: progress?.reports ?? null,
  };
}

function blocked(workflowId: string, progress: Progress): Outcome {
  const go = progress.gate === null ? fixAndResume() : approveAndRestart({ command: approveCommand(progress.gate) });
  return { ...standing(workflowId, progress), state: 'blocked', reason: `${sentence(progress.reason)} ${go.text}` };
}

function sentence(reason: string | null): string {
  const text = reason ?? isBlocked().text;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** How a closed workflow has ended, by its own result. */
export async function outcomeOf(client: Client, workflowId: string, last: Progress | null): Promise<Outcome> {
  const base = standing(workflowId, last);
  try {
    const result: MigrationResult = await client.workflow.getHandle(workflowId).result();
    const { runId, dryRun, quarantined, stages, reports, verdict = null } = result;
    return { workflowId, runId, dryRun, quarantined, verdict, stages, reports, state: 'complete', reason: null };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { type, message } = innermost(error);
    const isAborted = last?.state === 'aborted' || /abort|cancel/i.test(type);
    return { ...base, state: isAborted ? 'aborted' : 'failed', reason: message };
  }
}

/** The sentence that an activity or the workflow failed with, below Temporal's own words. */
function innermost(error: WorkflowFailedError): { readonly type: string; readonly message: string } {
  let cause: unknown = error.cause;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  if (cause instanceof TerminatedFailure) {
    const said = cause.message ? workflowTerminatedBy({ why: cause.message }) : workflowTerminated();
    return { type: 'Terminated', message: said.text };
  }
  if (cause instanceof TimeoutFailure) return { type: 'Timeout', message: workflowTimedOut().text };
  const type = (cause as { type?: string | null } | undefined)?.type ?? (cause as Error | undefined)?.name ?? '';
  return { type, message: (cause as Error | undefined)?.message ?? workflowFailed().text };
}
