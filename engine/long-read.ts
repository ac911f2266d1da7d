import type { Query } from './stage.ts';
import type { Target } from './target.ts';

/** Longest a reading transaction may take, in milliseconds: a day. */
const LONGEST = 24 * 60 * 60 * 1000;

/** These bound writers, who hold locks; a reader of big tables must be allowed to take its time. */
const LIFT_TIMEOUTS = `SELECT count(set_config(name, '0', true))::text AS lifted FROM pg_settings
  WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')`;

/**
 * Runs reads that belong together in one read-only snapshot of the target, without the writers' timeouts. Statements
 * must name their columns apart and select text (`count(*)::text AS rows`); server-side cursors live until the end.
 */
export function longRead<T>(target: Target, work: (query: Query) => Promise<T>): Promise<T> {
  return target.prisma.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe('SET TRANSACTION READ ONLY');
      const query: Query = async (sql, params) =>
        ((await tx.$queryRawUnsafe(sql, ...params)) as Record<string, unknown>[]).map(texts);
      await query(LIFT_TIMEOUTS, []);
      return work(query);
    },
    { isolationLevel: 'RepeatableRead', maxWait: 60_000, timeout: LONGEST },
  );
}

function texts(row: Record<string, unknown>): (string | null)[] {
  return Object.entries(row).map(([name, value]) => {
    if (value !== null && typeof value !== 'string') throw new TypeError(`column ${name} was not selected as text`);
    return value;
  });
}
