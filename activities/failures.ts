import { Context } from '@temporalio/activity';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import {
  BackupUnfit,
  ConfigurationError,
  DiskFull,
  Fenced,
  FolderUnfit,
  LeaseHeld,
  MaintenanceFailed,
  MaintenanceUnfit,
  MigrationError,
  PlanChanged,
  PlanIncomplete,
  ServerMissing,
  SourceMismatch,
  SourceUnavailable,
  SourceUnfit,
  StagesUnfit,
  TargetCopied,
  TargetMismatch,
  TargetUnavailable,
  TargetUnfit,
  Unconfirmed,
  VerdictRefused,
} from '../engine/common/errors.ts';
import { withWaits } from '../engine/common/waits.ts';
import {
  CONNECTION_LOST,
  postgresCannot,
  postgresDiskFull,
  postgresUnusable,
  SQLSTATES,
  statementRefused,
  statementRefusedBy,
  unexpected,
  workerDiskFull,
} from '../engine/messages/engine/target.ts';
import { labelled, type Message } from '../engine/messages/message.ts';
import { databaseRefusal } from '../engine/target/target.ts';

/** Waits between the tries of a step, in milliseconds: `first`, then twice as long each time, `most` at the longest. */
interface Backoff {
  readonly first: number;
  readonly most: number;
  /** After so many tries the step has failed for good, and the run is blocked. */
  readonly tries: number;
}

/** A server that restarts is back within the minute that these tries take. */
const AWAY: Backoff = { first: 500, most: 15_000, tries: 8 };
/** A worker of another configuration may pick the step up next. */
const ANOTHER_WORKER: Backoff = { first: 500, most: 2_000, tries: 4 };

/** The platform's own machinery, while everybody waits for it: somebody should look soon. */
const PLATFORM: Backoff = { first: 500, most: 15_000, tries: 5 };

/** How each kind of failure goes on: tried again with a backoff, or (`stop`) not before somebody has mended something. */
export const FAILURE_KINDS: readonly (readonly [new (...args: never[]) => MigrationError, Backoff | 'stop'])[] = [
  [SourceUnavailable, AWAY],
  [TargetUnavailable, AWAY],
  [SourceMismatch, ANOTHER_WORKER],
  [TargetMismatch, ANOTHER_WORKER],
  [TargetCopied, ANOTHER_WORKER],
  [PlanChanged, ANOTHER_WORKER],
  // The more special one comes first.
  [MaintenanceUnfit, 'stop'],
  [MaintenanceFailed, PLATFORM],
  [Unconfirmed, 'stop'],
  [Fenced, 'stop'],
  [LeaseHeld, 'stop'],
  [DiskFull, 'stop'],
  [SourceUnfit, 'stop'],
  [StagesUnfit, 'stop'],
  [PlanIncomplete, 'stop'],
  [TargetUnfit, 'stop'],
  [BackupUnfit, 'stop'],
  [FolderUnfit, 'stop'],
  [VerdictRefused, 'stop'],
  [ConfigurationError, 'stop'],
  [ServerMissing, 'stop'],
];

/** SQLSTATE classes that say the server or the connection is in trouble, not the statement. */
const PASSING = /^(08|53|57|40|55P03|25P0[34])/;
/** What the system, node-postgres and Prisma say of a connection that cannot be had or is lost. */
const UNCONNECTED =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ENOTFOUND|EAI_AGAIN|P1001|P1002|P1008|P1017|P2024|P2028)$/;
const UNCONNECTED_WORDS = /^(Connection terminated|Client has encountered a connection error|timeout e)/;

/**
 * An engine error as Temporal takes it: type named as its class, one sentence, nothing of a document.
 * @param attempt counted from 1: it decides how long the next one waits, and whether there is one
 * @param mostTries a failure is final after so many attempts, dead workers’ included
 */
export function failureOf(error: unknown, attempt = 1, mostTries = Number.POSITIVE_INFINITY): Error {
  // Failures of Temporal's own: a cancellation above all.
  if (error instanceof TemporalFailure) return error;
  const known = error instanceof MigrationError ? error : troubleOf(error);
  if (known !== null) {
    const [Kind, then] = FAILURE_KINDS.find(([One]) => known instanceof One) ?? [MigrationError, 'stop' as const];
    const gate = known instanceof Unconfirmed ? known.gate : undefined;
    return failing(Kind.name, known.said, retryOf(then, attempt, mostTries), gate);
  }
  const refusal = databaseRefusal(error);
  if (refusal !== null) {
    return failing('DatabaseRefusal', refusedBy(refusal), { nonRetryable: attempt >= mostTries });
  }
  const name = error instanceof Error ? error.name : 'Error';
  const said = unexpected({ error: `${name}${placeOf(error)}` });
  return failing(name, said, { nonRetryable: attempt >= mostTries });
}

/** A failure with what it says as data in its details, from which workflow and reports say it in any language. */
function failing(
  type: string,
  { text: message, code, params }: Message,
  retry: { readonly nonRetryable: boolean; readonly nextRetryDelay?: number },
  gate?: string,
): ApplicationFailure {
  const details = [{ code, params, ...(gate !== undefined && { gate }) }];
  return ApplicationFailure.create({ type, message, details, ...retry });
}

/** What is known of a SQLSTATE, else the SQLSTATE itself. */
function refusedBy({
  sqlstate,
  constraint,
}: {
  readonly sqlstate: string;
  readonly constraint: string | null;
}): Message {
  const known = wordsOf(sqlstate);
  if (known !== null) return known;
  return constraint ? statementRefusedBy({ sqlstate, constraint }) : statementRefused({ sqlstate });
}

function wordsOf(sqlstate: string): Message | null {
  if (!Object.hasOwn(SQLSTATES, sqlstate)) return null;
  return postgresCannot({ why: labelled(SQLSTATES[sqlstate as keyof typeof SQLSTATES]) });
}

function retryOf(
  then: Backoff | 'stop',
  attempt: number,
  mostTries: number,
): { nonRetryable: boolean; nextRetryDelay?: number } {
  if (then === 'stop' || attempt >= Math.min(then.tries, mostTries)) return { nonRetryable: true };
  return { nonRetryable: false, nextRetryDelay: Math.min(then.most, then.first * 2 ** (attempt - 1)) };
}

/** What PostgreSQL, the system or a connection says, as an error of the engine; null when it says nothing of that kind. */
function troubleOf(error: unknown): MigrationError | null {
  const refusal = databaseRefusal(error);
  if (refusal?.sqlstate === '53100') return new DiskFull(postgresDiskFull());
  if (refusal !== null && PASSING.test(refusal.sqlstate)) {
    const { sqlstate } = refusal;
    return new TargetUnavailable(wordsOf(sqlstate) ?? postgresUnusable({ code: `SQLSTATE ${sqlstate}` }));
  }
  if (refusal !== null) return null;
  if (/^(ENOSPC|EDQUOT)$/.test(String((error as { code?: unknown } | null)?.code))) {
    return new DiskFull(workerDiskFull());
  }
  const lost = connectionTrouble(error);
  return lost === null ? null : new TargetUnavailable(postgresUnusable({ code: lost }));
}

/** The source's drivers have their own errors, so what is left without a class is the target's connection. */
function connectionTrouble(error: unknown): string | Message | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && UNCONNECTED.test(code)) return code;
  return UNCONNECTED_WORDS.test(error.message) ? labelled(CONNECTION_LOST.lost) : null;
}

/**
 * Where this project's code threw. Messages of engines, drivers and of Prisma can quote values, so nothing of them is
 * passed on; a stack's frames hold none.
 */
function placeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frame = /^\s+at .*?((?:activities|engine|operations|stages|prisma|worker)\/[\w./-]+\.[jt]s:\d+)/m.exec(
    stack,
  )?.[1];
  const shownCode = typeof code === 'string' && /^\w{1,20}$/.test(code) ? ` (${code})` : '';
  return `${shownCode}${frame === undefined ? '' : ` at ${frame}`}`;
}

const HEARTBEAT_MILLISECONDS = 2_000;

/**
 * Runs an activity's work: heartbeats while it goes on or waits within a bound (a stopped process beats no more), and
 * errors mapped. The signal
 * aborts on cancellation and on the worker's shutdown; the work then ends at its next boundary and returns normally.
 * @param mostTries see {@link failureOf}
 */
export async function working<T>(
  work: (signal: AbortSignal, beat: (detail?: unknown) => void) => Promise<T>,
  mostTries?: number,
): Promise<T> {
  const context = Context.current();
  let detail: unknown;
  return withWaits(async (isOverdue) => {
    // Whoever waits beyond a bound is taken for dead, and the next attempt comes in its place.
    const timer = setInterval(() => isOverdue() || context.heartbeat(detail), HEARTBEAT_MILLISECONDS);
    try {
      return await work(context.cancellationSignal, (next) => {
        detail = next;
        context.heartbeat(next);
      });
    } catch (error) {
      throw failureOf(error, context.info.attempt, mostTries);
    } finally {
      clearInterval(timer);
    }
  });
}
