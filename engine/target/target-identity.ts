import { randomUUID } from 'node:crypto';
import { ofCluster, ofDatabase, ofDatabaseOid, ofSchema, ofServer } from '../messages/engine/target.ts';
import type { Message } from '../messages/message.ts';
import type { Query } from './query.ts';
import { databaseRefusal, type Execute, type Target } from './target.ts';

/** What tells a database from its copies. */
export interface TargetFacts {
  /** The cluster's system identifier, which a physical copy shares; null where it may not be read. */
  readonly system: string | null;
  readonly oid: string;
  readonly database: string;
  readonly schema: string;
  /** By which the server is reached, and which it has itself; the second is missing on a Unix socket. */
  readonly servers: readonly string[];
}

/** A target's identity as its side tables hold it: a random id, and the facts of the database that it was written in. */
export interface TargetIdentity extends TargetFacts {
  readonly id: string;
}

/** @param address host and port by which this process reaches the server, as in its URL */
export async function readTargetFacts(query: Query, schema: string, address: string): Promise<TargetFacts> {
  const [row] = await query(
    `SELECT oid::text, datname, host(inet_server_addr()) || ':' || inet_server_port()
     FROM pg_database WHERE datname = current_database()`,
    [],
  );
  const [oid, database, server] = row as [string, string, string | null];
  const servers = [address, ...(server === null ? [] : [`server ${server}`])];
  return { system: await systemIdentifier(query), oid, database, schema, servers };
}

async function systemIdentifier(query: Query): Promise<string | null> {
  try {
    const [row] = await query('SELECT system_identifier::text FROM pg_control_system()', []);
    return row![0]!;
  } catch (error) {
    // Whoever administers the server may keep the function for himself.
    if (databaseRefusal(error)?.sqlstate === '42501') return null;
    throw error;
  }
}

/** Whether the side tables are there, and not an older build's. */
export async function holdsIdentity(query: Query): Promise<boolean> {
  const [row] = await query(
    `SELECT count(*)::text FROM pg_attribute WHERE attrelid = to_regclass('migration_run') AND attname = 'target'`,
    [],
  );
  return row![0] === '1';
}

/** The identity that the runs' rows hold; null before the first run of this build. */
export async function readTargetIdentity(query: Query): Promise<TargetIdentity | null> {
  const [row] = await query('SELECT target::text FROM migration_run WHERE target IS NOT NULL LIMIT 1', []);
  return row === undefined ? null : (JSON.parse(row[0]!) as TargetIdentity);
}

/**
 * Gives rows that have none the identity that there is, or a new one, and answers the one that holds. Arriving late it
 * changes nothing: rows have theirs by then.
 */
export async function writeTargetIdentity(target: Target, facts: TargetFacts): Promise<TargetIdentity> {
  await target.transaction(async (execute) => {
    // Two that wait for the same row would each give an identity of its own to what they have seen.
    await execute(`SELECT pg_advisory_xact_lock(hashtext('mongo-to-prisma'), hashtext(current_schema()))`);
    await fillIn(execute, { id: randomUUID(), ...facts });
  });
  return (await readTargetIdentity(target.query))!;
}

async function fillIn(execute: Execute, identity: TargetIdentity): Promise<void> {
  await execute(
    `UPDATE migration_run SET target = coalesce(
       (SELECT target FROM migration_run WHERE target IS NOT NULL LIMIT 1), $1::text::jsonb) WHERE target IS NULL`,
    JSON.stringify(identity),
  );
}

/**
 * Writes the identity anew: the database is one of its own from now on.
 * @param written the identity that this was decided by; once another one stands there, nothing is changed
 */
export function renewTargetIdentity(query: Query, written: TargetIdentity, facts: TargetFacts): Promise<void> {
  return replaceTarget(query, written, { id: randomUUID(), ...facts });
}

/**
 * From now on the identity is that of the database that it was copied to.
 * @param written the identity that this was decided by; once another one stands there, nothing is changed
 */
export function confirmTargetIdentity(query: Query, written: TargetIdentity, facts: TargetFacts): Promise<void> {
  return replaceTarget(query, written, { id: written.id, ...facts });
}

async function replaceTarget(query: Query, written: TargetIdentity, by: TargetIdentity): Promise<void> {
  await query('UPDATE migration_run SET target = $2::jsonb WHERE target = $1::jsonb', [
    JSON.stringify(written),
    JSON.stringify(by),
  ]);
}

/**
 * Why a database is not the one that an identity was written in; null when it is.
 * A server is the same while one of its addresses is known.
 */
export function departureOf(written: TargetIdentity, found: TargetFacts): Message | null {
  const isOther = (a: string | null, b: string | null) => a !== null && b !== null && a !== b;
  if (isOther(written.system, found.system)) return ofCluster({ other: written.system!, own: found.system! });
  if (written.database !== found.database) return ofDatabase({ other: written.database, own: found.database });
  if (written.oid !== found.oid) return ofDatabaseOid({ database: written.database, oid: written.oid });
  if (written.schema !== found.schema) return ofSchema({ other: written.schema, own: found.schema });
  if (written.servers.some((server) => found.servers.includes(server))) return null;
  return ofServer({ other: written.servers, own: found.servers });
}
