import pg from 'pg';
import { until } from '../scripts.ts';

/** Where in the database a worker is to be met. */
export interface TrapPlace {
  readonly event: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly table: string;
  /** Condition on OLD and NEW. */
  readonly when?: string;
  /** Not at the statement but at the COMMIT of its transaction. */
  readonly atCommit?: boolean;
  readonly schema?: string;
}

/** A place where every session that comes along stands still, its statement and its transaction open, until it is opened. */
export interface Trap {
  /** Waits until a session stands in it, and answers its pid and the application's name. */
  sprung(): Promise<Session>;
  /** Lets through whoever stands in it, and everybody after. */
  open(): Promise<void>;
}

let made = 0;

type Session = { readonly pid: number; readonly application: string };

async function watch(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'trap' });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/**
 * Waits until a session of this database waits for what the given one holds. Keys of advisory locks and, in clones of one
 * template, the oids of tables too are the same in every database of the server.
 */
async function untilWaiting(client: pg.Client, lock: string): Promise<Session> {
  let session: Session | undefined;
  await until(async () => {
    // Whoever holds a lock is in a transaction, in which the list of sessions would stay as it was first seen.
    await client.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await client.query<Session>(
      `SELECT pid, application_name AS application FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE NOT granted AND datname = current_database() AND ${lock}`,
    );
    session = rows[0];
    return session !== undefined;
  }, 60_000);
  return session as Session;
}

/** Keeps everybody, readers too, from a table until it is opened. */
export async function lockTable(databaseUrl: string, table: string): Promise<Trap> {
  const client = await watch(databaseUrl);
  await client.query(`BEGIN; LOCK TABLE "${table}" IN ACCESS EXCLUSIVE MODE`);
  return {
    sprung: () => untilWaiting(client, `locktype = 'relation' AND relation = '"${table}"'::regclass`),
    open: () => client.end(),
  };
}

/** Sets a trap: a trigger that waits for an advisory lock, which a session of the test's own holds. */
export async function setTrap(databaseUrl: string, place: TrapPlace): Promise<Trap> {
  made += 1;
  const key = made;
  const name = `trap_${key}`;
  const schema = place.schema ?? 'public';
  const client = await watch(databaseUrl);
  await client.query(`SELECT pg_advisory_lock(${key})`);
  await client.query(`CREATE FUNCTION "${schema}".${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_lock_shared(${key}); PERFORM pg_advisory_unlock_shared(${key}); RETURN NULL; END $$`);
  const when = place.when === undefined ? '' : `WHEN (${place.when})`;
  const [kind, deferred] = place.atCommit ? ['CONSTRAINT TRIGGER', 'DEFERRABLE INITIALLY DEFERRED'] : ['TRIGGER', ''];
  await client.query(`CREATE ${kind} ${name} AFTER ${place.event} ON "${schema}"."${place.table}" ${deferred}
    FOR EACH ROW ${when} EXECUTE FUNCTION "${schema}".${name}()`);
  return {
    sprung: () => untilWaiting(client, `locktype = 'advisory' AND objid = ${key}`),
    // What holds the lock is the session.
    open: () => client.end(),
  };
}
