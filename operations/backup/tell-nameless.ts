import type pg from 'pg';
import { namelessBackup } from '../../engine/messages/operations/backup.ts';
import { backupsIn } from './backups-in.ts';
import { dropOf, leftoversOf } from './leftovers.ts';

/**
 * Tells of backups of a database that are databases themselves and that no manifest names, as one leaves that was ended
 * before it wrote its own. They stay: another folder's manifest may name them.
 * @param server a session of the same server
 */
export async function tellNameless(
  server: pg.Client,
  name: string,
  backupsFolder: string,
  tell: (line: string) => void,
): Promise<void> {
  const { backups } = await leftoversOf(server, 'database', name);
  if (backups.length === 0) return;
  const named = (await backupsIn(backupsFolder)).map(({ manifest }) => manifest.postgres?.database);
  for (const backup of backups.filter((one) => !named.includes(one))) {
    const drop = dropOf(server, 'database', backup);
    tell(namelessBackup({ database: backup, folder: backupsFolder, drop }).text);
  }
}
