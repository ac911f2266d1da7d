import type { Query } from './query.ts';
import type { Execute, Session, Target } from './target.ts';

/** These bound writers, who hold locks; a reader of big tables must be allowed to take its time, and to scan them. */
const lifting = (...names: readonly string[]) =>
  `SELECT set_config('enable_seqscan', 'on', true) AS scans, count(set_config(name, '0', true))::text AS lifted
   FROM pg_settings WHERE name IN ('${names.join("', '")}')`;
const LIFT_TIMEOUTS_OF_WORK = lifting('statement_timeout', 'transaction_timeout');
const LIFT_TIMEOUTS = lifting('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout');

/**
 * Runs reads that belong together in one read-only snapshot of the target, without the writers' timeouts: a statement
 * may take as long as PostgreSQL works on it. Server-side cursors live until the end.
 * @param signal ends the statement under way, and the transaction with it; its reason is thrown
 */
export function longRead<T>(target: Target, work: (query: Query) => Promise<T>, signal?: AbortSignal): Promise<T> {
  return readIn(target, null, work, signal);
}

/** As `longRead`, by another session, beside a long read under way and in the very snapshot of it. */
export async function readBeside<T>(
  target: Target,
  underWay: Query,
  work: (query: Query) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const [row] = await underWay('SELECT pg_export_snapshot() AS snapshot', []);
  return readIn(target, row![0]!, work, signal);
}

/** A query that may take as long as PostgreSQL works on it: for a statement that goes over whole tables. */
export function unhurried(target: Target, signal?: AbortSignal): Query {
  return (sql, params) => longRead(target, (query) => query(sql, params), signal);
}

/**
 * Writes in one transaction what goes over whole tables, without the writers' timeouts but that of a transaction in which
 * nobody does anything: the locks of a process that was stopped are gone when the next attempt comes. Its first statement
 * is fenced, as that of every write.
 */
export function longWrite<T>(target: Target, work: (execute: Execute) => Promise<T>): Promise<T> {
  return unbounded(target, ['BEGIN', LIFT_TIMEOUTS_OF_WORK], ({ execute }) => work(execute));
}

/** Does to a table what takes its time, and changes no row of it: `ANALYZE`. */
export async function maintain(target: Target, sql: string): Promise<void> {
  await unbounded(target, ['BEGIN', LIFT_TIMEOUTS], (session) => session.query(sql, []));
}

function readIn<T>(
  target: Target,
  snapshot: string | null,
  work: (query: Query) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  // Before the transaction's first query, and without parameters: PostgreSQL takes it no other way.
  const shared = snapshot === null ? [] : [`SET TRANSACTION SNAPSHOT '${snapshot}'`];
  const opening = ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', ...shared, LIFT_TIMEOUTS];
  return unbounded(target, opening, (session) => {
    const query: Query = async (sql, params) => {
      signal?.throwIfAborted();
      return session.query(sql, params);
    };
    return signal === undefined ? work(query) : abortable(target, query, work, signal);
  });
}

/**
 * One transaction in which statements may take as long as PostgreSQL works on them.
 * @param opening its statements up to the one that lifts the server's timeouts
 */
function unbounded<T>(target: Target, opening: readonly string[], work: (session: Session) => Promise<T>): Promise<T> {
  return target.session(async (session) => {
    for (const sql of opening) await session.query(sql, []);
    session.letTakeItsTime();
    const done = await work(session);
    await session.query('COMMIT', []);
    return done;
  });
}

async function abortable<T>(
  target: Target,
  query: Query,
  work: (query: Query) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const [row] = await query('SELECT pg_backend_pid()', []);
  const cancel = () => {
    // Too late, it could hit whoever has the session next: a step that is then simply tried again.
    target.query('SELECT pg_cancel_backend($1::int)', [row![0]!]).catch(() => {});
  };
  signal.addEventListener('abort', cancel);
  try {
    return await work(query);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
