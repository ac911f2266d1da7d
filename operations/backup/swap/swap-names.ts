import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { RestoreRefused } from '../../../engine/common/errors.ts';
import { databaseInUse } from '../../../engine/messages/operations/backup.ts';
import { connectTarget } from '../../../prisma/connection/target.ts';
import { requireNoLease } from '../require-no-lease.ts';

/** PostgreSQL copies and renames a database only while nobody is connected to it. */
export const IN_USE = '55006';

/** The target's database, the one that takes its place, and the name that the first is kept under. */
interface Swapped {
  readonly name: string;
  readonly beside: string;
  readonly replaced: string;
}

/**
 * Lets two databases change names in one transaction. Its first statement locks the target's database, so that nobody can
 * connect any more, and waits some seconds for those who are connected. One of them is a session of ours: it sees that
 * there is neither another one nor a run, and only then leaves. So no run can begin in what is swapped away.
 * @throws RestoreRefused while somebody else is connected; LeaseHeld while a run holds the target
 */
export async function swapNames(
  server: pg.Client,
  databaseUrl: string,
  schema: string,
  { name, beside, replaced }: Swapped,
): Promise<void> {
  const inside = await connectTarget(databaseUrl, schema);
  try {
    await server.query('BEGIN');
    const pid = await backendOf(server);
    const renaming = rename(server, name, replaced);
    const [left, renamed] = await Promise.allSettled([leaveLast(inside, databaseUrl, pid, renaming), renaming]);
    // A run's name says more than that somebody is connected: we are, until the renaming has failed.
    if (left.status === 'rejected') throw left.reason;
    if (renamed.status === 'rejected') throw renamed.reason;
    await rename(server, beside, name);
    await server.query('COMMIT');
  } catch (error) {
    await server.query('ROLLBACK');
    throw error;
  } finally {
    await inside.end();
  }
}

const LOOK_EVERY_MS = 20;

async function leaveLast(inside: pg.Client, databaseUrl: string, pid: string, renaming: Promise<void>): Promise<void> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  renaming.then(over, over);
  const wait = async () => {
    if (isOver) await renaming;
    await sleep(LOOK_EVERY_MS);
  };
  while (!(await holdsDatabase(inside, pid))) await wait();
  await requireNoLease(inside, databaseUrl);
  while (!(await isAlone(inside))) await wait();
  // Whoever has gone meanwhile may have begun a run before; from here on there is nobody who could.
  await requireNoLease(inside, databaseUrl);
  await inside.end();
}

async function backendOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ pid: string }>('SELECT pg_backend_pid()::text AS pid');
  return rows[0]!.pid;
}

async function holdsDatabase(inside: pg.Client, pid: string): Promise<boolean> {
  const { rowCount } = await inside.query(
    `SELECT FROM pg_locks WHERE locktype = 'object' AND classid = 'pg_database'::regclass AND granted
       AND objid = (SELECT datid FROM pg_stat_activity WHERE pid = pg_backend_pid())
       AND mode = 'AccessExclusiveLock' AND pid = $1::int`,
    [pid],
  );
  return rowCount! > 0;
}

/** PostgreSQL itself ends an autovacuum that is in the way. */
async function isAlone(inside: pg.Client): Promise<boolean> {
  const { rowCount } = await inside.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND backend_type IS DISTINCT FROM 'autovacuum worker'`,
  );
  return rowCount === 0;
}

async function rename(server: pg.Client, from: string, to: string): Promise<void> {
  try {
    await server.query(`ALTER DATABASE ${pg.escapeIdentifier(from)} RENAME TO ${pg.escapeIdentifier(to)}`);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== IN_USE) throw error;
    throw new RestoreRefused(databaseInUse({ database: from }));
  }
}
