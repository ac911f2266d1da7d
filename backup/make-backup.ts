import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stampOf } from '../engine/report/private-file.ts';
import { type BackupOptions, backUpMongodb } from './back-up-mongodb.ts';
import { backUpPostgres } from './back-up-postgres.ts';
import { type Manifest, writeManifest } from './manifest.ts';
import { proveMongodb } from './prove-mongodb.ts';
import { provePostgres } from './prove-postgres.ts';

/** What is backed up; null is left out. */
export interface BackedUp {
  /** A live MongoDB: a dump is a backup already. */
  readonly sourceUri: string | null;
  readonly databaseUrl: string | null;
}

/**
 * Makes a backup in a new folder. It is one only once its manifest is there, which is written when everything in it has
 * been proved.
 * @param options.onFolder told where it is going to be, before anything is written there
 * @returns the folder, and what it says of itself
 * @throws SourceUnavailable, TargetUnavailable, BackupUnfit; the folder then holds no manifest
 */
export async function makeBackup(
  { sourceUri, databaseUrl }: BackedUp,
  backupsFolder: string,
  { onFolder, ...options }: BackupOptions & { readonly onFolder?: (folder: string) => void } = {},
): Promise<{ folder: string; manifest: Manifest }> {
  const now = new Date();
  const folder = join(backupsFolder, stampOf(now));
  onFolder?.(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const manifest: Manifest = {
    format: 1,
    madeAt: now.toISOString(),
    mongodb: sourceUri === null ? null : await backUpMongodb(sourceUri, folder, options),
    postgres: databaseUrl === null ? null : await backUpPostgres(databaseUrl, folder, options),
  };
  await writeManifest(folder, manifest);
  return { folder, manifest };
}

/** Proves everything in a backup anew. @throws BackupUnfit */
export async function proveBackup(folder: string, { mongodb, postgres }: Manifest): Promise<void> {
  if (mongodb !== null) await proveMongodb(folder, mongodb);
  if (postgres !== null) await provePostgres(folder, postgres);
}
