import type pg from 'pg';
import { readDatabaseUrl, withDatabase } from '../../../prisma/connection/database-url.ts';
import { connectTarget, schemaOf, targetError } from '../../../prisma/connection/target.ts';

/** A database that a rehearsal migrates into. */
export interface ScratchDatabase {
  readonly name: string;
  readonly url: string;
}

const PART = '_rehearsal_';
/** PostgreSQL cuts names after so many bytes. */
const LONGEST_NAME = 63;
/** `20261125_002134_000` */
const STAMP_LENGTH = 19;

/**
 * Makes a new database `<database>_rehearsal_<stamp>` on the target's server.
 * @param stamp `20261125_002134_000`; a longer database’s name is cut short before it
 * @throws TargetUnavailable; TargetUnfit when the user may not make databases
 */
export async function createScratchDatabase(databaseUrl: string, stamp: string): Promise<ScratchDatabase> {
  const name = `${prefixOf(databaseUrl)}${stamp}`;
  await onServer(databaseUrl, (client) => client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`));
  return { name, url: withDatabase(databaseUrl, name) };
}

/** Drops a rehearsal's database, with whatever is connected to it still. @throws TargetUnavailable, TargetUnfit */
export async function dropScratchDatabase(databaseUrl: string, name: string): Promise<void> {
  await onServer(databaseUrl, (client) =>
    client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`),
  );
}

/** Databases of earlier rehearsals of this target that nobody is connected to: crashed ones, and those that were kept. */
export async function leftScratchDatabases(databaseUrl: string): Promise<string[]> {
  const { rows } = await onServer(databaseUrl, (client) =>
    client.query<{ name: string }>(
      `SELECT datname AS name FROM pg_database
       WHERE starts_with(datname, $1) AND NOT EXISTS (SELECT FROM pg_stat_activity AS s WHERE s.datname = pg_database.datname)
       ORDER BY datname`,
      [prefixOf(databaseUrl)],
    ),
  );
  return rows.map(({ name }) => name);
}

/** The stamp in a rehearsal's database's name. */
export function stampOfScratch(name: string): string {
  return name.slice(name.lastIndexOf(PART) + PART.length);
}

function prefixOf(databaseUrl: string): string {
  return `${readDatabaseUrl(databaseUrl).database.slice(0, LONGEST_NAME - PART.length - STAMP_LENGTH)}${PART}`;
}

async function onServer<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connectTarget(databaseUrl, schemaOf(databaseUrl));
  try {
    return await work(client);
  } catch (error) {
    throw targetError(databaseUrl, error);
  } finally {
    await client.end();
  }
}
