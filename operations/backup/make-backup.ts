import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupUnfit } from '../../engine/common/errors.ts';
import { stampOf } from '../../engine/common/private-file.ts';
import { backupNeedsServer } from '../../engine/messages/operations/backup.ts';
import { type Manifest, writeManifest } from './manifest.ts';
import { type BackupOptions, backUpMongodb } from './mongodb/back-up-mongodb.ts';
import { proveMongodb } from './mongodb/prove-mongodb.ts';
import { backUpPostgres } from './postgres/back-up-postgres.ts';
import { backUpByTemplate, proveTemplate } from './postgres/postgres-template.ts';
import { provePostgres } from './postgres/prove-postgres.ts';

/** What is backed up; null is left out. */
export interface BackedUp {
  /** A live MongoDB: a dump is a backup already. */
  readonly sourceUri: string | null;
  readonly databaseUrl: string | null;
}

interface MakeOptions extends BackupOptions {
  readonly onFolder?: (folder: string) => void;
  readonly tell?: ((line: string) => void) | undefined;
}

/**
 * Makes a backup in a new folder. It is one only once its manifest is there, which is written when everything in it has
 * been proved.
 * @param options.onFolder told where it is going to be, before anything is written there
 * @param options.tell is given a line for everything that ended backups have left beside the target
 * @returns the folder, and what it says of itself
 * @throws SourceUnavailable, TargetUnavailable, BackupUnfit; the folder then holds no manifest
 */
export async function makeBackup(
  { sourceUri, databaseUrl }: BackedUp,
  backupsFolder: string,
  { onFolder, tell, ...options }: MakeOptions = {},
): Promise<{ folder: string; manifest: Manifest }> {
  const now = new Date();
  const folder = join(backupsFolder, stampOf(now));
  onFolder?.(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const manifest: Manifest = {
    format: 1,
    madeAt: now.toISOString(),
    mongodb: sourceUri === null ? null : await backUpMongodb(sourceUri, folder, options),
    postgres: databaseUrl === null ? null : await backUpTarget(databaseUrl, folder, now, { tell, ...options }),
  };
  await writeManifest(folder, manifest);
  return { folder, manifest };
}

function backUpTarget(databaseUrl: string, folder: string, now: Date, { tell, ...options }: MakeOptions) {
  if (!options.asTemplate) return backUpPostgres(databaseUrl, folder, options);
  const stamp = now.toISOString().slice(0, 19).replaceAll(/\D/g, '');
  return backUpByTemplate(databaseUrl, stamp, { backupsFolder: dirname(folder), ...(tell && { tell }) });
}

/**
 * Proves everything in a backup anew.
 * @param databaseUrl where the target is; null when that is not known, and a backup in another database cannot be proved
 * @throws BackupUnfit
 */
export async function proveBackup(
  folder: string,
  { mongodb, postgres }: Manifest,
  databaseUrl: string | null,
): Promise<void> {
  if (mongodb !== null) await proveMongodb(folder, mongodb);
  if (postgres === null) return;
  if (postgres.form !== 'template') return provePostgres(folder, postgres);
  if (databaseUrl === null) throw new BackupUnfit(backupNeedsServer());
  await proveTemplate(databaseUrl, postgres);
}
