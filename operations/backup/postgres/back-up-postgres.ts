import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { connectTarget, describeTarget, schemaOf, targetError } from '../../../prisma/connection/target.ts';
import { describeFile, packInto } from '../backup-file.ts';
import { copiedColumns, fileOfTable, STRUCTURE_FILE } from '../copy-files.ts';
import type { BackupFile, PostgresBackup } from '../manifest.ts';
import type { BackupOptions } from '../mongodb/back-up-mongodb.ts';
import { tableFacts } from '../table-facts.ts';
import { pgDump, usablePgDump } from './pg-dump.ts';
import { readStructure } from './postgres-structure.ts';
import { provePostgres } from './prove-postgres.ts';

const LIFT_TIMEOUTS = `SELECT set_config(name, '0', false) FROM pg_settings
  WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout')`;

/**
 * Backs up the target's schema into the folder (runbook, section 5.1): by pg_dump where one of the server's version or
 * a later one is on PATH, and else by COPY of every table. Either way in one snapshot, in which PostgreSQL also computes
 * rows and checksum of each table: what a restore has to give back.
 * @throws TargetUnavailable; BackupUnfit when the files do not hold what they should
 */
export async function backUpPostgres(
  databaseUrl: string,
  folder: string,
  options: BackupOptions = {},
): Promise<PostgresBackup> {
  const schema = schemaOf(databaseUrl);
  const client = await connectTarget(databaseUrl, schema);
  try {
    await client.query(LIFT_TIMEOUTS);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const serverVersion = await only(client, 'SHOW server_version');
    const version = options.ownOnly ? null : await usablePgDump(serverVersion);
    const tables = await tableNames(client, schema);
    const made =
      version === null
        ? await copyAll(client, schema, folder, options)
        : await dump(client, databaseUrl, folder, options);
    const backup: PostgresBackup = {
      by: version === null ? 'mongo-to-prisma' : `pg_dump ${version}`,
      form: version === null ? 'copy' : 'pg_dump',
      ...{ target: describeTarget(databaseUrl), schema, serverVersion, files: made },
      tables: await tableFacts(client, tables),
    };
    await client.query('COMMIT');
    await provePostgres(folder, backup);
    return backup;
  } catch (error) {
    throw error instanceof pg.DatabaseError ? targetError(databaseUrl, error) : error;
  } finally {
    await client.end();
  }
}

/** The only value that a statement answers. */
export async function only(client: pg.Client, sql: string): Promise<string> {
  const { rows } = await client.query<string[]>({ text: sql, rowMode: 'array' });
  return rows[0]![0]!;
}

/** The names of a schema's tables; partitions belong to theirs. */
export async function tableNames(client: pg.Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
    [schema],
  );
  return rows.map(({ name }) => name);
}

/** pg_dump reads in this transaction's snapshot. */
async function dump(
  client: pg.Client,
  databaseUrl: string,
  folder: string,
  { signal }: BackupOptions,
): Promise<BackupFile[]> {
  const snapshot = await only(client, 'SELECT pg_export_snapshot()');
  return [await pgDump(databaseUrl, folder, snapshot, signal)];
}

async function copyAll(
  client: pg.Client,
  schema: string,
  folder: string,
  { onProgress = () => {}, signal }: BackupOptions,
): Promise<BackupFile[]> {
  const structure = await readStructure(client, schema);
  const files: BackupFile[] = [];
  for (const [done, table] of structure.tables.entries()) {
    signal?.throwIfAborted();
    onProgress('tables', done, structure.tables.length);
    const columns = await copiedColumns(client, schema, table);
    const rows = client.query(copyTo(`COPY ${pg.escapeIdentifier(table)} ${columns} TO STDOUT`)) as unknown as Readable;
    files.push(await packInto(folder, fileOfTable(table), rows));
  }
  await writeFile(join(folder, STRUCTURE_FILE), JSON.stringify(structure, null, 2), { mode: 0o600, flag: 'wx' });
  files.push(await describeFile(folder, STRUCTURE_FILE));
  return files;
}
