import { queryOf } from '../engine/client-query.ts';
import { LeaseHeld, RestoreRefused } from '../engine/errors.ts';
import { addressOf } from '../engine/identity.ts';
import { hasSideTables, leaseHolder, whereabouts } from '../engine/run.ts';
import { holdsIdentity, readTargetFacts, renewTargetIdentity } from '../engine/target-identity.ts';
import { connectTarget, describeTarget, schemaOf } from '../prisma/target.ts';
import type { PostgresBackup } from './manifest.ts';
import { proveTemplate, restoreTemplate } from './postgres-template.ts';
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
  await (backup.form === 'template' ? proveTemplate(databaseUrl, backup) : provePostgres(folder, backup));
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/\D/g, '');
  const restored = await RESTORES[backup.form](databaseUrl, folder, backup, stamp);
  await renewIdentity(databaseUrl, schema);
  return restored;
}

/** What was restored is no copy to be asked about, and no run that was begun before goes on in it. */
async function renewIdentity(databaseUrl: string, schema: string): Promise<void> {
  const client = await connectTarget(databaseUrl, schema);
  try {
    const query = queryOf(client);
    if (!(await holdsIdentity(query))) return;
    await renewTargetIdentity(query, await readTargetFacts(query, schema, addressOf(databaseUrl)));
  } finally {
    await client.end();
  }
}

const RESTORES = { copy: restoreCopy, pg_dump: restorePgDump, template: restoreTemplate } as const;

/** @throws LeaseHeld while a run holds the target: it would go on in what was restored. */
async function requireNoLease(databaseUrl: string, schema: string): Promise<void> {
  const client = await connectTarget(databaseUrl, schema);
  try {
    const query = queryOf(client);
    const holder = (await hasSideTables(query)) ? await leaseHolder(query) : null;
    if (holder === null) return;
    throw new LeaseHeld(
      `Run ${holder.id} of workflow ${holder.workflowId} holds ${describeTarget(databaseUrl)}${whereabouts(holder)}: abort it, and restore again.`,
    );
  } finally {
    await client.end();
  }
}
