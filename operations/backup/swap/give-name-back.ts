import type pg from 'pg';
import { nameGivenBack } from '../../../engine/messages/operations/backup.ts';
import { halfSwapped } from '../../../prisma/connection/half-swapped.ts';

/**
 * Undoes a restore that was ended between two renames, as earlier builds made them: what stood in the target's place gets
 * its name back.
 */
export async function giveNameBack(server: pg.Client, name: string, tell: (line: string) => void): Promise<void> {
  const misnamed = await halfSwapped(server, name);
  if (misnamed === null) return;
  await server.query(`ALTER DATABASE ${server.escapeIdentifier(misnamed)} RENAME TO ${server.escapeIdentifier(name)}`);
  tell(nameGivenBack({ database: name, misnamed }).text);
}
