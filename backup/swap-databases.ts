import pg from 'pg';
import { RestoreRefused } from '../engine/errors.ts';
import { readDatabaseUrl, withDatabase } from '../prisma/database-url.ts';
import { connectTarget, targetError } from '../prisma/target.ts';
import type { PostgresBackup } from './manifest.ts';
import type { Restored } from './restore-copy.ts';
import { differencesOf, refuseDifferences, tableFacts } from './table-facts.ts';

/** A session beside the target, for statements that make, rename and drop databases. @throws TargetUnavailable */
export function connectBeside(databaseUrl: string): Promise<pg.Client> {
  return connectTarget(withDatabase(databaseUrl, 'postgres'), 'public');
}

/**
 * Makes a database beside the target's, compares it with what the backup says, and lets the two change names. Until then
 * the target is as it was; for the change itself nobody may be connected.
 * @param template what the database is begun as
 * @param fill brings the backup into it
 * @param stamp makes the names of both databases unique
 * @throws BackupUnfit when what was restored is not equal; RestoreRefused when somebody is connected to the target
 */
export async function restoreBeside(
  databaseUrl: string,
  { schema, tables }: PostgresBackup,
  stamp: string,
  { template, fill }: { readonly template: string; readonly fill: (database: string) => Promise<void> },
): Promise<Restored> {
  const name = readDatabaseUrl(databaseUrl).database;
  const [beside, replaced] = [`${name}_restored_${stamp}`, `${name}_replaced_${stamp}`];
  const server = await connectBeside(databaseUrl);
  try {
    await server.query(`CREATE DATABASE ${pg.escapeIdentifier(beside)} TEMPLATE ${pg.escapeIdentifier(template)}`);
    try {
      await fill(beside);
      const differences = differencesOf(tables, await factsOf(databaseUrl, beside, schema, Object.keys(tables)));
      refuseDifferences(differences);
      await swap(server, name, beside, replaced);
    } catch (error) {
      await server.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(beside)} WITH (FORCE)`);
      throw error;
    }
  } catch (error) {
    throw error instanceof pg.DatabaseError ? targetError(databaseUrl, error) : error;
  } finally {
    await server.end();
  }
  return { replaced, kind: 'database' };
}

/** Rows and checksums of tables in another database of the target's server. */
export async function factsOf(
  databaseUrl: string,
  database: string,
  schema: string,
  tables: readonly string[],
): Promise<PostgresBackup['tables']> {
  const client = await connectTarget(withDatabase(databaseUrl, database), schema);
  try {
    return await tableFacts(client, tables);
  } finally {
    await client.end();
  }
}

/** PostgreSQL copies and renames a database only while nobody is connected to it. */
export const IN_USE = '55006';

async function swap(server: pg.Client, name: string, beside: string, replaced: string): Promise<void> {
  const [target, other, old] = [name, beside, replaced].map((one) => pg.escapeIdentifier(one));
  await rename(server, name, `ALTER DATABASE ${target} RENAME TO ${old}`);
  try {
    await rename(server, beside, `ALTER DATABASE ${other} RENAME TO ${target}`);
  } catch (error) {
    await server.query(`ALTER DATABASE ${old} RENAME TO ${target}`);
    throw error;
  }
}

async function rename(server: pg.Client, name: string, sql: string): Promise<void> {
  try {
    await server.query(sql);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== IN_USE) throw error;
    throw new RestoreRefused(
      `Somebody is connected to database ${name}: end those sessions, and restore again. Nothing was changed.`,
    );
  }
}
