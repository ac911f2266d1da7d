import { join } from 'node:path';
import type { PostgresBackup } from './manifest.ts';
import { libpqOf } from './pg-dump.ts';
import { runProgram } from './programs.ts';
import type { Restored } from './restore-copy.ts';
import { restoreBeside } from './swap-databases.ts';

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
      return runProgram('pg_restore', args, { environment: libpqOf(databaseUrl, database) });
    },
  });
}
