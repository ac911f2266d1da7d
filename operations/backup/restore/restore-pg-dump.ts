import { join } from 'node:path';
import { readDatabaseUrl, withDatabase } from '../../../prisma/connection/database-url.ts';
import type { PostgresBackup } from '../manifest.ts';
import { runProgram } from '../programs/programs.ts';
import { sessionName, workOf } from '../programs/sign-of-life.ts';
import type { Restored } from '../swap/restored.ts';
import { restoreBeside } from '../swap/swap-databases.ts';

/** Restores pg_dump's archive beside the target: see {@link restoreBeside}. */
export function restorePgDump(
  databaseUrl: string,
  folder: string,
  backup: PostgresBackup,
  stamp: string,
): Promise<Restored> {
  return restoreBeside(databaseUrl, backup, stamp, {
    template: 'template0',
    fill: (database) => {
      const archive = join(folder, backup.files[0]!.name);
      const args = [`--dbname=${database}`, '--exit-on-error', '--no-password', archive];
      const { environment } = readDatabaseUrl(withDatabase(databaseUrl, database));
      const PGAPPNAME = sessionName();
      return runProgram('pg_restore', args, {
        environment: { ...environment, PGAPPNAME },
        signOfLife: workOf(databaseUrl, PGAPPNAME),
      });
    },
  });
}
