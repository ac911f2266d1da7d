import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ConfigurationError, MigrationError } from '../../../../engine/common/errors.ts';
import {
  beingStopped,
  monitoringContinues,
  monitoringEnded,
  monitoringRuns,
  monitoringStands,
  monitoringTaken,
  nextRoundAt,
  problemAcknowledged,
  roundOf,
  roundOfStanding,
  seeMonitorStatus,
  stageWatched,
  startedMonitoring,
} from '../../../../engine/messages/commands/monitoring.ts';
import { asOfTime, refusedThen } from '../../../../engine/messages/commands/screen.ts';
import {
  monitoringFailed,
  monitoringWithoutWorker,
  noSuchMonitoring,
} from '../../../../engine/messages/commands/watching.ts';
import { sentences } from '../../../../engine/messages/lines.ts';
import type { Message } from '../../../../engine/messages/message.ts';
import { MONITOR_WORKFLOW_TYPE, TASK_QUEUE } from '../../../../worker/settings.ts';
import type { MonitorInput, MonitorProgress, MonitorResult } from '../../../../workflows/monitoring/messages.ts';
import { parseMonitorOptions } from '../../../../workflows/monitoring/options.ts';
import { withTemporal } from '../../connect/with-temporal.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { standingOf } from '../../screen/standing.ts';
import { heedSignals } from '../../signals.ts';
import { sendUpdate } from '../control/control.ts';

export interface MonitorFlags {
  readonly workflowId: string;
  readonly hours?: number;
  /** In minutes. */
  readonly every?: number;
  readonly samples?: number;
  readonly stages?: string[];
  readonly switchedAt?: string;
  readonly rollback?: 'offer' | 'run';
  readonly backup?: string;
  readonly after?: number;
  readonly follow?: boolean;
  readonly json?: boolean;
}

const POLL_MS = 1_000;
const QUERY_WITHIN_MS = 5_000;

/**
 * `monitor`: starts the monitoring, or finds the one that is under way, and with `--follow` tells what happens to its end.
 * @returns 1 when something is wrong at its end
 */
export async function monitor(flags: MonitorFlags): Promise<number> {
  const input = inputOf(flags);
  return withTemporal(async ({ client }) => {
    const { workflowId } = flags;
    try {
      const options = { taskQueue: TASK_QUEUE, workflowId, args: [input] };
      await client.workflow.start(MONITOR_WORKFLOW_TYPE, options);
      say(startedMonitoring({ monitoring: workflowId }));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      say(monitoringRuns({ monitoring: workflowId }));
    }
    if (flags.follow) return follow(client, workflowId);
    say(seeMonitorStatus());
    return EXIT.done;
  });
}

/** @throws ConfigurationError with everything that the workflow itself would refuse */
function inputOf(flags: MonitorFlags): MonitorInput {
  const asked = askedBy(flags);
  const parsed = parseMonitorOptions(asked);
  if ('problems' in parsed) throw new ConfigurationError(parsed.problems);
  return asked;
}

function askedBy(flags: MonitorFlags): MonitorInput {
  const { hours, every, samples, stages, switchedAt, rollback, backup, after } = flags;
  const policy = rollback !== undefined || backup !== undefined || after !== undefined;
  return {
    ...(hours !== undefined && { hours }),
    ...(every !== undefined && { every }),
    ...(samples !== undefined && { samples }),
    ...(stages !== undefined && { stages }),
    ...(switchedAt !== undefined && { switchedAt }),
    ...(policy && {
      policy: {
        rollback: rollback ?? 'offer',
        ...(backup !== undefined && { backup }),
        ...(after !== undefined && { after }),
      },
    }),
  };
}

/** Tells rounds and problems as they come, until the monitoring ends or Ctrl-C. */
async function follow(client: Client, workflowId: string): Promise<number> {
  const leaving = heedSignals(() => {});
  let told = new Set<string>();
  let standing = '';
  try {
    while (!leaving.signal.aborted) {
      if (!(await isOpen(client, workflowId))) return tellEnd(client, workflowId);
      const progress = await progressOf(client, workflowId);
      if (progress !== null) {
        const { round, lastRound } = progress;
        const line = roundOfStanding({ standing: standingOf(progress), round, last: lastRound }).text;
        if (line !== standing) say(line);
        standing = line;
        for (const { text } of progress.problems) if (!told.has(text)) say(`  ${text}`);
        told = new Set(progress.problems.map(({ text }) => text));
      }
      await sleep(POLL_MS, undefined, { signal: leaving.signal }).catch(() => {});
    }
    say(monitoringContinues({ monitoring: workflowId }));
    return EXIT.interrupted;
  } finally {
    leaving.release();
  }
}

/**
 * `monitor status`: where it stands, or how it has ended. Needs no database.
 * @returns 1 while something is wrong that nobody has acknowledged
 */
export function monitorStatus({ workflowId, json }: MonitorFlags): Promise<number> {
  return withTemporal(async ({ client }) => {
    if (!(await isOpen(client, workflowId))) return tellEnd(client, workflowId, json);
    const progress = await progressOf(client, workflowId);
    if (progress === null) throw new MigrationError(monitoringWithoutWorker({ monitoring: workflowId }));
    say(json ? JSON.stringify({ workflowId, ...progress }) : render(workflowId, progress));
    return progress.problems.every(({ acknowledged }) => acknowledged) ? EXIT.done : EXIT.failed;
  });
}

/** `monitor acknowledge`, `stop`, `pause`, `resume`, `every`. @throws MigrationError with the reason when it is refused */
export function monitorControl(workflowId: string, message: string, args: unknown[] = []): Promise<number> {
  return withTemporal(async ({ client }) => {
    const progress = await sendUpdate<MonitorProgress>(client, workflowId, message, args, { what: 'monitoring' });
    const standing = message === 'stop' ? beingStopped() : standingOf(progress);
    say(monitoringTaken({ monitoring: workflowId, standing }));
    return EXIT.done;
  });
}

/** @throws MigrationError when there is no such monitoring */
async function isOpen(client: Client, workflowId: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new MigrationError(noSuchMonitoring({ monitoring: workflowId }));
    throw error;
  }
}

/** Null when no worker answers. */
async function progressOf(client: Client, workflowId: string): Promise<MonitorProgress | null> {
  return client
    .withDeadline(Date.now() + QUERY_WITHIN_MS, () =>
      client.workflow.getHandle(workflowId).query<MonitorProgress>('progress'),
    )
    .catch(() => null);
}

async function tellEnd(client: Client, workflowId: string, json = false): Promise<number> {
  try {
    const result = (await client.workflow.getHandle(workflowId).result()) as MonitorResult;
    const { state, rounds, missed, alerts, open, reports } = result;
    say(
      json
        ? JSON.stringify({ workflowId, ...result })
        : monitoringEnded({
            monitoring: workflowId,
            state,
            rounds,
            skipped: missed,
            problems: alerts,
            open,
            reports: reports ?? '–',
          }),
    );
    return open > 0 || state === 'rolledBack' ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw new MigrationError(
      monitoringFailed({ monitoring: workflowId, reason: error.cause?.message ?? error.message }),
    );
  }
}

function render(workflowId: string, progress: MonitorProgress): string {
  const { round, lastRound, nextAt, stages, problems, missed, refused, asOf } = progress;
  return [
    monitoringStands({ monitoring: workflowId, standing: standingOf(progress) }).text,
    sentences({
      all: [
        roundOf({ round, last: lastRound, skipped: missed }),
        ...(nextAt === null ? [] : [nextRoundAt({ at: nextAt })]),
      ],
    }).text,
    ...problems.map(
      ({ text, acknowledged }) => `  ${acknowledged ? problemAcknowledged({ problem: text }).text : text}`,
    ),
    ...stages.map(
      ({ stage, compared, written, changed, added, deleted, damages }) =>
        stageWatched({ stage, compared, written, changed, added, deleted, damages }).text,
    ),
    ...refused.slice(-3).map(({ message, reason, at }) => refusedThen({ at, message, reason }).text),
    asOfTime({ at: asOf }).text,
  ].join('\n');
}

function say(line: Message | string): void {
  io().out.write(`${typeof line === 'string' ? line : line.text}\n`);
}
