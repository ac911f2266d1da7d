import { dirname } from 'node:path';
import type pg from 'pg';
import { RestoreRefused } from '../../../engine/common/errors.ts';
import { backupOfOtherSchema, replacedKept } from '../../../engine/messages/operations/backup.ts';
import { addressOf } from '../../../engine/state/run/identity.ts';
import { queryOf } from '../../../engine/target/client-query.ts';
import {
  holdsIdentity,
  readTargetFacts,
  readTargetIdentity,
  renewTargetIdentity,
} from '../../../engine/target/target-identity.ts';
import { readDatabaseUrl } from '../../../prisma/connection/database-url.ts';
import { connectTarget, schemaOf } from '../../../prisma/connection/target.ts';
import { dropCopies, dropOf, holdRestore, type Kind, leftoversOf } from '../leftovers.ts';
import type { PostgresBackup } from '../manifest.ts';
import { proveTemplate, restoreTemplate } from '../postgres/postgres-template.ts';
import { provePostgres } from '../postgres/prove-postgres.ts';
import { requireNoLease } from '../require-no-lease.ts';
import { giveNameBack } from '../swap/give-name-back.ts';
import type { Restored } from '../swap/restored.ts';
import { connectBeside } from '../swap/swap-databases.ts';
import { tellNameless } from '../tell-nameless.ts';
import { restoreCopy } from './restore-copy.ts';
import { restorePgDump } from './restore-pg-dump.ts';

/**
 * Brings the target back to a backup (runbook, section 5.2): the backup is proved, restored beside the target, compared
 * with what PostgreSQL saw when it was made, and put in the target's place. What stood there is kept under another name.
 * What an earlier restore left that was ended is cleared away before.
 * @param tell is given a line for everything that earlier restores have left
 * @throws BackupUnfit, RestoreRefused, LeaseHeld, TargetUnavailable; the target is then as it was
 */
export async function restoreBackup(
  databaseUrl: string,
  folder: string,
  backup: PostgresBackup,
  tell: (line: string) => void = () => {},
): Promise<Restored> {
  const schema = schemaOf(databaseUrl);
  if (schema !== backup.schema) {
    throw new RestoreRefused(backupOfOtherSchema({ backup: backup.schema, schema }));
  }
  const server = await holdTarget(databaseUrl, tell);
  try {
    const client = await connectTarget(databaseUrl, schema);
    try {
      await requireNoLease(client, databaseUrl);
      const name = readDatabaseUrl(databaseUrl).database;
      await tidy(client, 'database', name, tell);
      await tellNameless(client, name, dirname(folder), tell);
      await tidy(client, 'schema', schema, tell);
    } finally {
      await client.end();
    }
    await (backup.form === 'template' ? proveTemplate(databaseUrl, backup) : provePostgres(folder, backup));
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(/\D/g, '');
    const restored = await RESTORES[backup.form](databaseUrl, folder, backup, stamp);
    await renewIdentity(databaseUrl, schema);
    return restored;
  } finally {
    await server.end();
  }
}

const RESTORES = { copy: restoreCopy, pg_dump: restorePgDump, template: restoreTemplate } as const;

/**
 * Gives a target its name back that an ended restore has left without one: see {@link giveNameBack}.
 * @throws RestoreRefused while another restore of it is under way; TargetUnavailable
 */
export async function findTarget(databaseUrl: string, tell: (line: string) => void): Promise<void> {
  await (await holdTarget(databaseUrl, tell)).end();
}

/** A session that keeps other restores of the target away; the caller ends it. */
async function holdTarget(databaseUrl: string, tell: (line: string) => void): Promise<pg.Client> {
  // A user who may not connect there can bring back a schema all the same.
  const server = await connectBeside(databaseUrl).catch(() => connectTarget(databaseUrl, schemaOf(databaseUrl)));
  try {
    const name = readDatabaseUrl(databaseUrl).database;
    await holdRestore(server, name);
    await giveNameBack(server, name, tell);
    return server;
  } catch (error) {
    await server.end();
    throw error;
  }
}

/** What was restored is no copy to be asked about, and no run that was begun before goes on in it. */
async function renewIdentity(databaseUrl: string, schema: string): Promise<void> {
  const client = await connectTarget(databaseUrl, schema);
  try {
    const query = queryOf(client);
    if (!(await holdsIdentity(query))) return;
    const written = await readTargetIdentity(query);
    const facts = await readTargetFacts(query, schema, addressOf(databaseUrl));
    if (written !== null) await renewTargetIdentity(query, written, facts);
  } finally {
    await client.end();
  }
}

/** Drops what ended restores and backups have left half done, and tells what those keep that came to their end. */
async function tidy(client: pg.Client, kind: Kind, name: string, tell: (line: string) => void): Promise<void> {
  const left = await leftoversOf(client, kind, name);
  await dropCopies(client, kind, left, tell);
  for (const kept of left.replaced) {
    tell(replacedKept({ kind, name: kept, drop: dropOf(client, kind, kept) }).text);
  }
}
