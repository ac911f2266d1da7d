import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker';
import pino, { type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { temporalAway } from '../engine/messages/worker/log.ts';
import { currentPlace } from './activity-place.ts';
import type { LogLevel } from './configuration.ts';

export interface LogDestination {
  write(text: string): void;
}

/**
 * This process's log: lines for people where `pretty` is asked for, JSON lines elsewhere. Connection strings are the
 * only secrets a process holds, and no error of the engine carries one; keys that could are blanked all the same.
 */
export function createLog(level: LogLevel, to: { destination: LogDestination; pretty: boolean }): Logger {
  const redact = { paths: ['*.password', '*.uri', '*.url', '*.apiKey', '*.connectionString'], censor: '…' };
  const base = { level, redact, base: null, mixin: currentPlace };
  if (!to.pretty) return pino(base, to.destination);
  return pino(base, prettyStream(to.destination));
}

/** pino-pretty in this process, so that its lines can be put between progress bars. */
function prettyStream(destination: LogDestination) {
  const format = prettyFactory({ colorize: false, translateTime: 'HH:MM:ss', singleLine: true });
  return { write: (line: string) => destination.write(format(line)) };
}

let bridged: Logger | null = null;
let isInstalled = false;
let metricsAddress: string | null = null;

/**
 * Sends what Temporal's SDK has to say to the log: only warnings and errors of its native part. It holds for
 * connections made afterwards; later calls change where the lines go.
 */
export function bridgeTemporalLog(log: Logger): void {
  bridged = log;
}

/** Serves Prometheus metrics at `http://<address>/metrics` from the first connection on. @param address host:port */
export function exportMetrics(address: string): void {
  metricsAddress = address;
}

/**
 * Called before every connection: Temporal's runtime must be set up before the first one, and not much earlier, since
 * it keeps the process alive until its last connection is closed.
 */
export function installTemporalRuntime(): void {
  if (isInstalled || bridged === null) return;
  isInstalled = true;
  const metrics = metricsAddress && {
    prometheus: {
      bindAddress: metricsAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
    },
  };
  Runtime.install({
    logger: new DefaultLogger('DEBUG', pass),
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'WARN' } },
      ...(metrics && { metrics }),
    },
    // Whoever starts the worker decides what a signal does.
    shutdownSignals: [],
  });
}

/** What the native part says over and over while Temporal does not answer. */
const AWAY = /gRPC call .* retried|Error while polling|Network error while|long poll/i;
/** Said once in so long. */
const SAY_AWAY_MS = 60_000;
let awaySaidAt = Number.NEGATIVE_INFINITY;

/** The SDK's entries, cut down to what an operator can use: it says much of itself, and every failure with its stack. */
function pass({ level, message, meta = {} }: LogEntry): void {
  if (AWAY.test(message)) {
    if (Date.now() - awaySaidAt > SAY_AWAY_MS) bridged?.warn(temporalAway().text);
    awaySaidAt = Date.now();
    return;
  }
  const { workflowId, activityType, attempt, run, stage, partition, segment } = meta as Partial<
    Record<string, unknown>
  >;
  const error = (meta as { error?: unknown }).error;
  const facts = defined({
    workflowId,
    activityType,
    attempt,
    ...{ run, stage, partition, segment },
    error: error instanceof Error ? error.message : undefined,
  });
  bridged?.[levelOf(level, message, error)](facts, message);
}

/** A worker that takes only the steps of one source and target has no workflows on purpose. */
const ON_PURPOSE = /^No workflows registered/;

/** What ends a workflow is told by its outcome; a step that is tried again would otherwise be told by nobody. */
function levelOf(level: LogEntry['level'], message: string, error: unknown): 'trace' | 'debug' | 'warn' | 'error' {
  const isFinal = (error as { nonRetryable?: boolean } | undefined)?.nonRetryable === true;
  if (level === 'INFO' || ON_PURPOSE.test(message)) return 'debug';
  if (message === 'Workflow failed' || (message === 'Activity failed' && isFinal)) return 'debug';
  return level.toLowerCase() as 'trace' | 'debug' | 'warn' | 'error';
}

function defined(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
