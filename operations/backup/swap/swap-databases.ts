import pg from 'pg';
import { readDatabaseUrl, withDatabase } from '../../../prisma/connection/database-url.ts';
import { connectTarget, targetError } from '../../../prisma/connection/target.ts';
import { freeNames } from '../leftovers.ts';
import type { PostgresBackup } from '../manifest.ts';
import { differencesOf, refuseDifferences, tableFacts } from '../table-facts.ts';
import type { Restored } from './restored.ts';
import { swapNames } from './swap-names.ts';

/** A session beside the target, for statements that make, rename and drop databases. @throws TargetUnavailable */
export function connectBeside(databaseUrl: string): Promise<pg.Client> {
  return connectTarget(withDatabase(databaseUrl, 'postgres'), 'public');
}

/**
 * Makes a database beside the target's, compares it with what the backup says, and lets the two change names in one
 * transaction. Until then the target is as it was; for the change itself nobody may be connected.
 * @param template what the database is begun as
 * @param fill brings the backup into it
 * @param stamp makes the names of both databases unique
 * @throws BackupUnfit when what was restored is not equal; RestoreRefused when somebody is connected to the target;
 * LeaseHeld when a run has begun in it meanwhile
 */
export async function restoreBeside(
  databaseUrl: string,
  { schema, tables }: PostgresBackup,
  stamp: string,
  { template, fill }: { readonly template: string; readonly fill: (database: string) => Promise<void> },
): Promise<Restored> {
  const name = readDatabaseUrl(databaseUrl).database;
  const server = await connectBeside(databaseUrl);
  try {
    const { beside, replaced } = await freeNames(server, 'database', name, stamp);
    await server.query(`CREATE DATABASE ${pg.escapeIdentifier(beside)} TEMPLATE ${pg.escapeIdentifier(template)}`);
    try {
      await fill(beside);
      const differences = differencesOf(tables, await factsOf(databaseUrl, beside, schema, Object.keys(tables)));
      refuseDifferences(differences);
      await swapNames(server, databaseUrl, schema, { name, beside, replaced });
    } catch (error) {
      await server.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(beside)} WITH (FORCE)`);
      throw error;
    }
    return { replaced, kind: 'database' };
  } catch (error) {
    throw error instanceof pg.DatabaseError ? targetError(databaseUrl, error) : error;
  } finally {
    await server.end();
  }
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
