import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { RestoreRefused } from '../../../engine/common/errors.ts';
import { lineMissing, runTableInUse, schemaInUse } from '../../../engine/messages/operations/backup.ts';
import { hasSideTables } from '../../../engine/state/run/run.ts';
import { queryOf } from '../../../engine/target/client-query.ts';
import { namesBeside } from '../../../prisma/connection/names-beside.ts';
import { connectTarget } from '../../../prisma/connection/target.ts';
import { unpack } from '../backup-file.ts';
import { copiedColumns, fileOfTable, STRUCTURE_FILE } from '../copy-files.ts';
import type { PostgresBackup } from '../manifest.ts';
import { readStructure, type Structure } from '../postgres/postgres-structure.ts';
import { requireNoLease } from '../require-no-lease.ts';
import type { Restored } from '../swap/restored.ts';
import { differencesOf, refuseDifferences, tableFacts } from '../table-facts.ts';

/**
 * Restores a backup by COPY into a schema beside the target's, compares it with what the backup says, and lets the two
 * change names in one transaction. Until then the target is as it was, and readable.
 * @param stamp makes the names of both schemas unique
 * @throws BackupUnfit when what was restored is not equal; RestoreRefused when somebody is at work in the target;
 * LeaseHeld when a run has begun in it meanwhile
 */
export async function restoreCopy(
  databaseUrl: string,
  folder: string,
  { schema, tables }: PostgresBackup,
  stamp: string,
): Promise<Restored> {
  const { beside, replaced } = namesBeside(schema, stamp);
  const structure = JSON.parse(await readFile(join(folder, STRUCTURE_FILE), 'utf8')) as Structure;
  const client = await connectTarget(databaseUrl, beside);
  try {
    await client.query(`CREATE SCHEMA ${pg.escapeIdentifier(beside)}`);
    try {
      for (const statement of structure.before) await client.query(statement);
      for (const table of structure.tables) await loadTable(client, beside, folder, table);
      for (const statement of structure.after) await client.query(statement);
      await requireEqual(client, beside, structure, tables);
      await swap(client, databaseUrl, schema, beside, replaced);
    } catch (error) {
      await client.query(`ROLLBACK; DROP SCHEMA IF EXISTS ${pg.escapeIdentifier(beside)} CASCADE`);
      throw error;
    }
  } finally {
    await client.end();
  }
  return { replaced, kind: 'schema' };
}

async function loadTable(client: pg.Client, schema: string, folder: string, table: string): Promise<void> {
  const columns = await copiedColumns(client, schema, table);
  const rows = client.query(copyFrom(`COPY ${pg.escapeIdentifier(table)} ${columns} FROM STDIN`));
  await pipeline(unpack(folder, fileOfTable(table)), rows);
}

/** @throws BackupUnfit naming the first differences */
async function requireEqual(
  client: pg.Client,
  schema: string,
  due: Structure,
  tables: PostgresBackup['tables'],
): Promise<void> {
  const found = await readStructure(client, schema);
  const structure = [...due.before, ...due.after].filter((line) => ![...found.before, ...found.after].includes(line));
  const differences = [
    ...structure.map((line) => lineMissing({ line })),
    ...differencesOf(tables, await tableFacts(client, due.tables)),
  ];
  refuseDifferences(differences);
}

const SCHEMA_GRANTS = `
  SELECT format('GRANT %s ON SCHEMA %I TO %s', string_agg(acl.privilege_type, ', '), $2::text,
    CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END) AS line
  FROM pg_namespace n, aclexplode(n.nspacl) AS acl WHERE n.nspname = $1 AND acl.grantee <> n.nspowner GROUP BY acl.grantee`;

async function swap(
  client: pg.Client,
  databaseUrl: string,
  schema: string,
  beside: string,
  replaced: string,
): Promise<void> {
  const [target, other, old] = [schema, beside, replaced].map((name) => pg.escapeIdentifier(name));
  await client.query(`BEGIN; SET LOCAL lock_timeout = '10s'; SET LOCAL search_path = ${target}`);
  // A run that wants to begin waits from here on, and then begins in what was restored.
  await lockRuns(client);
  await requireNoLease(client, databaseUrl);
  const { rows } = await client.query<{ line: string }>(SCHEMA_GRANTS, [schema, beside]);
  for (const { line } of rows) await client.query(line);
  await requireNobody(client, schema);
  await client.query(`ALTER SCHEMA ${target} RENAME TO ${old}`);
  await client.query(`ALTER SCHEMA ${other} RENAME TO ${target}`);
  await client.query('COMMIT');
}

const LOCK_NOT_AVAILABLE = '55P03';

async function lockRuns(client: pg.Client): Promise<void> {
  if (!(await hasSideTables(queryOf(client)))) return;
  try {
    await client.query('LOCK TABLE migration_run IN SHARE ROW EXCLUSIVE MODE');
  } catch (error) {
    if ((error as pg.DatabaseError).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new RestoreRefused(runTableInUse());
  }
}

/** Sessions with a transaction in one of its tables would go on writing into what was replaced. */
async function requireNobody(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ sessions: string }>(
    `SELECT count(DISTINCT l.pid)::text AS sessions FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND l.pid <> pg_backend_pid() AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [schema],
  );
  const sessions = Number(rows[0]!.sessions);
  if (sessions === 0) return;
  throw new RestoreRefused(schemaInUse({ sessions, schema }));
}
