import { LeaseHeld, RestoreRefused } from '../engine/errors.ts';
import { connectTarget, describeTarget, schemaOf } from '../prisma/target.ts';
import type { PostgresBackup } from './manifest.ts';
import { provePostgres } from './prove-postgres.ts';
import { type Restored, restoreCopy } from './restore-copy.ts';
import { restorePgDump } from './restore-pg-dump.ts';

/**
 * Brings the target back to a backup (runbook, section 5.2): the backup is proved, restored beside the target, compared
 * with what PostgreSQL saw when it was made, and put in the target's place. What stood there is kept under another name.
 * @throws BackupUnfit, RestoreRefused, LeaseHeld, TargetUnavailable; the target is then as it was
 */
export async function restoreBackup(databaseUrl: string, folder: string, backup: PostgresBackup): Promise<Restored> {
  const schema = schemaOf(databaseUrl);
  if (schema !== backup.schema) {
    throw new RestoreRefused(`The backup is of schema ${backup.schema}, and DATABASE_URL names ${schema}.`);
  }
  await requireNoLease(databaseUrl, schema);
  await provePostgres(folder, backup);
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/\D/g, '');
  const restore = backup.form === 'copy' ? restoreCopy : restorePgDump;
  return restore(databaseUrl, folder, backup, stamp);
}

/** @throws LeaseHeld while a run holds the target: it would go on in what was restored. */
async function requireNoLease(databaseUrl: string, schema: string): Promise<void> {
  const client = await connectTarget(databaseUrl, schema);
  try {
    const { rows: known } = await client.query<{ there: boolean }>(
      `SELECT to_regclass('migration_run') IS NOT NULL AS there`,
    );
    if (!known[0]!.there) return;
    const { rows } = await client.query<{ id: string; workflow: string }>(
      'SELECT id, workflow_id AS workflow FROM migration_run WHERE lease IS NOT NULL',
    );
    if (rows[0] === undefined) return;
    throw new LeaseHeld(
      `Run ${rows[0].id} of workflow ${rows[0].workflow} holds ${describeTarget(databaseUrl)}: abort it, and restore again.`,
    );
  } finally {
    await client.end();
  }
}
