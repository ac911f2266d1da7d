import { Context } from '@temporalio/activity';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import {
  ConfigurationError,
  Fenced,
  LeaseHeld,
  type MigrationError,
  PlanChanged,
  ServerMissing,
  SourceMismatch,
  SourceUnavailable,
  SourceUnfit,
  StagesUnfit,
  TargetUnavailable,
  TargetUnfit,
} from '../engine/errors.ts';
import { databaseRefusal } from '../engine/target.ts';

/**
 * How each kind of error goes on: `retry` by the retry policy of the activity, then the run is blocked; `stop` is not
 * tried again, since trying again cannot help before somebody has mended something.
 */
export const FAILURE_KINDS: readonly (readonly [new (...args: never[]) => MigrationError, 'retry' | 'stop'])[] = [
  [SourceUnavailable, 'retry'],
  [TargetUnavailable, 'retry'],
  [SourceMismatch, 'retry'],
  [Fenced, 'stop'],
  [LeaseHeld, 'stop'],
  [PlanChanged, 'stop'],
  [SourceUnfit, 'stop'],
  [StagesUnfit, 'stop'],
  [TargetUnfit, 'stop'],
  [ConfigurationError, 'stop'],
  [ServerMissing, 'stop'],
];

/** SQLSTATE classes that say the server or the connection is in trouble, not the statement. */
const PASSING = /^(08|53|57|40|55P03|25P0[34])/;
/** What the system, node-postgres and Prisma say of a connection that cannot be had or is lost. */
const UNCONNECTED =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ENOTFOUND|EAI_AGAIN|P1001|P1002|P1008|P1017|P2024|P2028)$/;
const UNCONNECTED_WORDS = /^(Connection terminated|Client has encountered a connection error|timeout e)/;

/** An engine error as Temporal takes it: type named as its class, one sentence, nothing of a document. */
export function failureOf(error: unknown): Error {
  // Failures of Temporal's own: a cancellation above all.
  if (error instanceof TemporalFailure) return error;
  const kind = FAILURE_KINDS.find(([Kind]) => error instanceof Kind);
  if (kind !== undefined) {
    const [Kind, then] = kind;
    return ApplicationFailure.create({
      type: Kind.name,
      message: (error as Error).message,
      nonRetryable: then === 'stop',
    });
  }
  const refusal = databaseRefusal(error);
  const lost = refusal === null ? connectionTrouble(error) : null;
  if (lost !== null || (refusal !== null && PASSING.test(refusal.sqlstate))) {
    return ApplicationFailure.create({
      type: TargetUnavailable.name,
      message: `PostgreSQL cannot be used just now (${lost ?? `SQLSTATE ${refusal?.sqlstate}`}).`,
    });
  }
  if (refusal !== null) {
    return ApplicationFailure.create({
      type: 'DatabaseRefusal',
      message: `PostgreSQL refused a statement (SQLSTATE ${refusal.sqlstate}${refusal.constraint ? `, ${refusal.constraint}` : ''}).`,
    });
  }
  const name = error instanceof Error ? error.name : 'Error';
  return ApplicationFailure.create({ type: name, message: `The step failed unexpectedly: ${name}${placeOf(error)}.` });
}

/** The source's drivers have their own errors, so what is left without a class is the target's connection. */
function connectionTrouble(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && UNCONNECTED.test(code)) return code;
  return UNCONNECTED_WORDS.test(error.message) ? 'its connection was lost' : null;
}

/**
 * Where this project's code threw. Messages of engines, drivers and of Prisma can quote values, so nothing of them is
 * passed on; a stack's frames hold none.
 */
function placeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frame = /^\s+at .*?((?:activities|engine|stages|prisma|worker)\/[\w./-]+\.[jt]s:\d+)/m.exec(stack)?.[1];
  const shownCode = typeof code === 'string' && /^\w{1,20}$/.test(code) ? ` (${code})` : '';
  return `${shownCode}${frame === undefined ? '' : ` at ${frame}`}`;
}

const HEARTBEAT_MILLISECONDS = 2_000;

/**
 * Runs an activity's work: heartbeats while it lasts (a stopped process beats no more), and errors mapped. The signal
 * aborts on cancellation and on the worker's shutdown; the work then ends at its next boundary and returns normally.
 */
export async function working<T>(
  work: (signal: AbortSignal, beat: (detail?: unknown) => void) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  let detail: unknown;
  const timer = setInterval(() => context.heartbeat(detail), HEARTBEAT_MILLISECONDS);
  try {
    return await work(context.cancellationSignal, (next) => {
      detail = next;
      context.heartbeat(next);
    });
  } catch (error) {
    throw failureOf(error);
  } finally {
    clearInterval(timer);
  }
}
