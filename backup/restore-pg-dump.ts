import { join } from 'node:path';
import pg from 'pg';
import { RestoreRefused } from '../engine/errors.ts';
import { connectTarget, targetError } from '../prisma/target.ts';
import type { PostgresBackup } from './manifest.ts';
import { libpqOf } from './pg-dump.ts';
import { runProgram } from './programs.ts';
import type { Restored } from './restore-copy.ts';
import { differencesOf, refuseDifferences, tableFacts } from './table-facts.ts';

/**
 * Restores pg_dump's archive into a database beside the target's, compares it with what the backup says, and lets the
 * two change names. Until then the target is as it was; for the change itself nobody may be connected.
 * @param stamp makes the names of both databases unique
 * @throws BackupUnfit when what was restored is not equal; RestoreRefused when somebody is connected to the target
 */
export async function restorePgDump(
  databaseUrl: string,
  folder: string,
  { schema, tables, files }: PostgresBackup,
  stamp: string,
): Promise<Restored> {
  const { database } = new pg.Client({ connectionString: databaseUrl });
  const name = database!;
  const [beside, replaced] = [`${name}_restored_${stamp}`, `${name}_replaced_${stamp}`];
  const server = await connectTarget(withDatabase(databaseUrl, 'postgres'), 'public');
  try {
    await server.query(`CREATE DATABASE ${pg.escapeIdentifier(beside)} TEMPLATE template0`);
    try {
      const environment = libpqOf(databaseUrl, beside);
      const args = [`--dbname=${beside}`, '--exit-on-error', '--no-password', join(folder, files[0]!.name)];
      await runProgram('pg_restore', args, { environment });
      await requireEqual(withDatabase(databaseUrl, beside), schema, tables);
      await swap(server, name, beside, replaced);
    } catch (error) {
      await server.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(beside)} WITH (FORCE)`);
      throw error instanceof pg.DatabaseError ? targetError(databaseUrl, error) : error;
    }
  } finally {
    await server.end();
  }
  return { replaced, kind: 'database' };
}

function withDatabase(databaseUrl: string, database: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

async function requireEqual(url: string, schema: string, tables: PostgresBackup['tables']): Promise<void> {
  const client = await connectTarget(url, schema);
  try {
    const differences = differencesOf(tables, await tableFacts(client, Object.keys(tables)));
    refuseDifferences(differences);
  } finally {
    await client.end();
  }
}

/** PostgreSQL renames a database only while nobody is connected to it. */
const IN_USE = '55006';

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
