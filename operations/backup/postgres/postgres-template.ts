import pg from 'pg';
import { BackupUnfit } from '../../../engine/common/errors.ts';
import {
  backupOfOther,
  connectedMeanwhile,
  copyDiffers,
  copyGone,
  sessionsConnected,
  sessionsOf,
} from '../../../engine/messages/operations/backup.ts';
import { readDatabaseUrl } from '../../../prisma/connection/database-url.ts';
import { connectTarget, describeTarget, schemaOf, targetError } from '../../../prisma/connection/target.ts';
import { dropCopies, freeNames, holdRestore, leftoversOf } from '../leftovers.ts';
import type { PostgresBackup } from '../manifest.ts';
import type { Restored } from '../swap/restored.ts';
import { connectBeside, factsOf, restoreBeside } from '../swap/swap-databases.ts';
import { IN_USE } from '../swap/swap-names.ts';
import { differencesOf, tableFacts } from '../table-facts.ts';
import { tellNameless } from '../tell-nameless.ts';
import { only, tableNames } from './back-up-postgres.ts';

/**
 * Backs up the target as another database of the same server, by `CREATE DATABASE … TEMPLATE`: as fast as its files can
 * be copied, and lost with the server. PostgreSQL does that only while nobody is connected. Proved by rows and checksums
 * of each table, computed in the target before and in the copy afterwards.
 * Until then the copy has another name, by which the next backup or restore knows and drops what an ended one has left.
 * @param how.backupsFolder whose manifests name the backups that there are
 * @param how.tell is given a line for everything that ended backups and restores have left
 * @throws TargetUnavailable; BackupUnfit when somebody is connected, or has written meanwhile: there is no copy then;
 *   RestoreRefused while a restore of the target is under way
 */
export async function backUpByTemplate(
  databaseUrl: string,
  stamp: string,
  { backupsFolder, tell = () => {} }: { readonly backupsFolder: string; readonly tell?: (line: string) => void },
): Promise<PostgresBackup> {
  const schema = schemaOf(databaseUrl);
  const { database: name } = readDatabaseUrl(databaseUrl);
  const server = await connectBeside(databaseUrl);
  try {
    await holdRestore(server, name);
    await dropCopies(server, 'database', await leftoversOf(server, 'database', name), tell);
    await tellNameless(server, name, backupsFolder, tell);
    const { unproved, backup: database } = await freeNames(server, 'database', name, stamp);
    await requireNobody(server, name);
    const { tables, serverVersion } = await lookAt(databaseUrl, schema);
    await copy(server, name, unproved);
    const backup: PostgresBackup = {
      ...{ by: 'CREATE DATABASE', form: 'template', database, files: [] },
      ...{ target: describeTarget(databaseUrl), schema, serverVersion, tables },
    };
    try {
      await proveTemplate(databaseUrl, { ...backup, database: unproved });
      await server.query(`ALTER DATABASE ${pg.escapeIdentifier(unproved)} RENAME TO ${pg.escapeIdentifier(database)}`);
    } catch (error) {
      await server.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(unproved)} WITH (FORCE)`);
      throw error;
    }
    return backup;
  } catch (error) {
    throw error instanceof pg.DatabaseError ? targetError(databaseUrl, error) : error;
  } finally {
    await server.end();
  }
}

/** Compares the copy with what it was made of. @throws BackupUnfit when it is gone, elsewhere, or holds something else */
export async function proveTemplate(databaseUrl: string, backup: PostgresBackup): Promise<void> {
  const { target, database, schema, tables } = backup;
  if (describeTarget(databaseUrl) !== target) {
    throw new BackupUnfit(backupOfOther({ backup: target, target: describeTarget(databaseUrl) }));
  }
  await requireCopy(databaseUrl, database!);
  const found = await factsOf(databaseUrl, database!, schema, Object.keys(tables));
  const [first] = differencesOf(tables, found);
  if (first === undefined) return;
  throw new BackupUnfit(copyDiffers({ database: database!, difference: first }));
}

/** Restores a copy of the copy beside the target, so that the backup stays: see {@link restoreBeside}. */
export function restoreTemplate(
  databaseUrl: string,
  _folder: string,
  backup: PostgresBackup,
  stamp: string,
): Promise<Restored> {
  return restoreBeside(databaseUrl, backup, stamp, { template: backup.database!, fill: async () => {} });
}

/** The target's tables, seen by a session that is gone afterwards. */
async function lookAt(databaseUrl: string, schema: string) {
  const client = await connectTarget(databaseUrl, schema);
  try {
    const serverVersion = await only(client, 'SHOW server_version');
    return { serverVersion, tables: await tableFacts(client, await tableNames(client, schema)) };
  } finally {
    await client.end();
  }
}

async function copy(server: pg.Client, name: string, database: string): Promise<void> {
  try {
    await server.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} TEMPLATE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== IN_USE) throw error;
    await requireNobody(server, name);
    throw new BackupUnfit(connectedMeanwhile({ database: name }));
  }
}

/** @throws BackupUnfit telling how many sessions of which applications are connected */
async function requireNobody(server: pg.Client, name: string): Promise<void> {
  const { rows } = await server.query<{ application: string; sessions: number }>(
    `SELECT coalesce(nullif(application_name, ''), 'no name') AS application, count(*)::int AS sessions
     FROM pg_stat_activity WHERE datname = $1 AND backend_type <> 'autovacuum worker'
     GROUP BY 1 ORDER BY 2 DESC, 1`,
    [name],
  );
  if (rows.length === 0) return;
  const all = rows.reduce((sum, { sessions }) => sum + sessions, 0);
  throw new BackupUnfit(sessionsConnected({ database: name, sessions: all, applications: rows.map(sessionsOf) }));
}

async function requireCopy(databaseUrl: string, database: string): Promise<void> {
  const server = await connectBeside(databaseUrl);
  try {
    const { rows } = await server.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rows.length === 0) throw new BackupUnfit(copyGone({ database }));
  } finally {
    await server.end();
  }
}
