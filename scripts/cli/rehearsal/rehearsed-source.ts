import { access, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BackupUnfit, ConfigurationError } from '../../../engine/common/errors.ts';
import { noBackupThere, noMongodbInBackup } from '../../../engine/messages/commands/databases.ts';
import { backupNeedsMongodb, sourceIsNoBackup } from '../../../engine/messages/commands/options.ts';
import { noManifest } from '../../../engine/messages/operations/backup.ts';
import { makeBackup, proveBackup } from '../../../operations/backup/make-backup.ts';
import { MANIFEST_FILE, type Manifest, readManifest } from '../../../operations/backup/manifest.ts';
import { plan } from '../../../stages/plan.ts';
import type { Configuration } from '../../../worker/configuration.ts';

/** What a rehearsal migrates. */
export interface RehearsedSource {
  /** `dump:…` */
  readonly uri: string;
  /** The backup that it is part of, proved a moment ago; null for a dump that is none. */
  readonly backup: { readonly folder: string; readonly manifest: Manifest } | null;
}

/**
 * Chooses what is rehearsed: the newest backup in `BACKUPS_FOLDER` that holds the source; one that is named; one that is
 * made now; or a plain dump. A backup is proved before it is used.
 * @throws BackupUnfit, ConfigurationError, SourceUnavailable, TargetUnavailable
 */
export async function rehearsedSource(
  configuration: Configuration,
  { source, backup }: { readonly source?: string; readonly backup?: boolean },
): Promise<RehearsedSource> {
  const { backupsFolder, databaseUrl } = configuration;
  if (backup) return ofBackup(await made(configuration), databaseUrl);
  if (source === undefined) return ofBackup(await newestIn(backupsFolder), databaseUrl);
  const isDump = source.startsWith('dump:');
  if (!isDump && /^[a-z+]+:\/\//.test(source)) {
    throw new ConfigurationError([sourceIsNoBackup()]);
  }
  const folder = resolve(isDump ? source.slice('dump:'.length) : source);
  if (await exists(join(folder, MANIFEST_FILE))) return ofBackup(folder, databaseUrl);
  if (!isDump) throw new BackupUnfit(noManifest({ folder, file: MANIFEST_FILE }));
  return { uri: source, backup: null };
}

async function made({ sourceUri, databaseUrl, backupsFolder }: Configuration): Promise<string> {
  if (sourceUri === null || sourceUri.startsWith('dump:')) {
    throw new ConfigurationError([backupNeedsMongodb()]);
  }
  const collections = plan.stages.map(({ collection }) => collection);
  return (await makeBackup({ sourceUri, databaseUrl }, backupsFolder, { collections })).folder;
}

/** Folders are named by their time. */
async function newestIn(backupsFolder: string): Promise<string> {
  const names = (await readdir(backupsFolder).catch(() => [])).sort().reverse();
  for (const name of names) {
    const folder = join(backupsFolder, name);
    const manifest = await readManifest(folder).catch(() => null);
    if (manifest !== null && manifest.mongodb !== null) return folder;
  }
  throw new BackupUnfit(noBackupThere({ folder: backupsFolder }));
}

/** @throws BackupUnfit when it holds no MongoDB, or is damaged */
async function ofBackup(folder: string, databaseUrl: string | null): Promise<RehearsedSource> {
  const manifest = await readManifest(folder);
  if (manifest.mongodb === null) throw new BackupUnfit(noMongodbInBackup({ folder }));
  await proveBackup(folder, manifest, databaseUrl);
  const { file, database } = manifest.mongodb;
  return { uri: `dump:${join(folder, file.name)}?db=${encodeURIComponent(database)}`, backup: { folder, manifest } };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
