import { join, resolve } from 'node:path';
import { BackupUnfit } from '../../../../engine/common/errors.ts';
import { stampOf } from '../../../../engine/common/private-file.ts';
import { noPostgresInBackup } from '../../../../engine/messages/commands/databases.ts';
import {
  askRestore,
  entriesOf,
  fileHas,
  replacedKept,
  restoredEqual,
} from '../../../../engine/messages/commands/results.ts';
import { restoredInMaintenance } from '../../../../engine/messages/operations/backup.ts';
import { exportSideTables } from '../../../../engine/report/exports/export-side-tables.ts';
import { hasSideTables } from '../../../../engine/state/run/run.ts';
import { openTarget } from '../../../../engine/target/target.ts';
import { readManifest } from '../../../../operations/backup/manifest.ts';
import { findTarget, restoreBackup } from '../../../../operations/backup/restore/restore.ts';
import { connectTarget, schemaOf } from '../../../../prisma/connection/target.ts';
import { plan } from '../../../../stages/plan.ts';
import { readConfiguration } from '../../../../worker/configuration.ts';
import { confirm } from '../../confirm.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { turn } from './maintenance.ts';

/**
 * `restore`: brings the target back to a backup. What the migration knows (ID map, quarantine, findings) is exported
 * first, since it is what a failure is analysed with (runbook, section 5.2); the reports lie in files already.
 * With a MAINTENANCE_FILE the platform is put into maintenance before, and left in it.
 * @throws BackupUnfit, RestoreRefused, LeaseHeld, TargetUnavailable, MaintenanceFailed
 */
export async function restore(
  folder: string,
  { yes, maintenance: mayStop }: { yes?: boolean; maintenance: boolean },
): Promise<number> {
  const { databaseUrl, reportsFolder, maintenance } = readConfiguration(io().environment(), { target: true });
  const { postgres, madeAt } = await readManifest(resolve(folder));
  if (postgres === null) throw new BackupUnfit(noPostgresInBackup({ folder }));
  await findTarget(databaseUrl!, tell);
  // Tells in one sentence why the server cannot be used.
  await (await connectTarget(databaseUrl!, schemaOf(databaseUrl!))).end();
  const question = askRestore({ target: postgres.target, schema: postgres.schema, at: madeAt });
  if (!yes && !(await confirm(question))) return EXIT.failed;
  const stops = mayStop && maintenance !== null;
  // The source stays as it is while the target is brought back (runbook, section 5.2).
  if (stops) await turn(maintenance, 'on');
  await exportFirst(databaseUrl!, join(reportsFolder, `restored-${stampOf(new Date())}`));
  const { replaced, kind } = await restoreBackup(databaseUrl!, resolve(folder), postgres, tell);
  const rows = Object.values(postgres.tables).reduce((sum, one) => sum + one.rows, 0);
  tell(restoredEqual({ rows, tables: Object.keys(postgres.tables).length }).text);
  const drop = `DROP ${kind.toUpperCase()} "${replaced}"${kind === 'schema' ? ' CASCADE' : ''}`;
  tell(replacedKept({ kind, name: replaced, drop }).text);
  if (stops) tell(restoredInMaintenance().text);
  return EXIT.done;
}

function tell(line: string): void {
  io().out.write(`${line}\n`);
}

async function exportFirst(databaseUrl: string, folder: string): Promise<void> {
  const target = openTarget(databaseUrl, { connections: 2 });
  try {
    if (!(await hasSideTables(target.query))) return;
    for (const { file, entries } of await exportSideTables(target, plan, folder)) {
      io().out.write(`${fileHas({ file, what: entriesOf({ entries }) }).text}\n`);
    }
  } finally {
    await target.close();
  }
}
