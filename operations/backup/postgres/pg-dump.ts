import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { readDatabaseUrl } from '../../../prisma/connection/database-url.ts';
import { describeFile } from '../backup-file.ts';
import type { BackupFile } from '../manifest.ts';
import { runProgram, versionOf } from '../programs/programs.ts';
import { anyOf, growthOf, sessionName, workOf } from '../programs/sign-of-life.ts';

const DUMP = 'postgres.dump';

/** The version of a pg_dump that can dump such a server, and has its pg_restore beside it; null when there is none. */
export async function usablePgDump(serverVersion: string): Promise<string | null> {
  const [dump, restore] = await Promise.all([versionOf('pg_dump'), versionOf('pg_restore')]);
  return dump !== null && restore !== null && major(dump) >= major(serverVersion) ? dump : null;
}

function major(version: string): number {
  return Number.parseInt(version, 10);
}

/** Dumps the database in its custom format, as it is in a snapshot that another session has exported. */
export async function pgDump(
  databaseUrl: string,
  folder: string,
  snapshot: string,
  signal?: AbortSignal,
): Promise<BackupFile> {
  const file = join(folder, DUMP);
  const options = ['--format=custom', '--compress=1', `--snapshot=${snapshot}`];
  const name = sessionName();
  await runProgram('pg_dump', [...options, `--file=${file}`, '--no-password'], {
    environment: { ...readDatabaseUrl(databaseUrl).environment, PGAPPNAME: name },
    signal,
    signOfLife: anyOf(growthOf(file), workOf(databaseUrl, name)),
  });
  await chmod(file, 0o600);
  return describeFile(folder, DUMP);
}
