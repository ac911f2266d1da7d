import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, readManifest } from './manifest.ts';

/** The backups of a folder that were finished, the newest first. */
export async function backupsIn(backupsFolder: string): Promise<{ folder: string; manifest: Manifest }[]> {
  const entries = await readdir(backupsFolder, { withFileTypes: true }).catch(() => []);
  const backups: { folder: string; manifest: Manifest }[] = [];
  for (const entry of entries.filter((one) => one.isDirectory())) {
    const folder = join(backupsFolder, entry.name);
    const manifest = await readManifest(folder).catch(() => null);
    if (manifest !== null) backups.push({ folder, manifest });
  }
  return backups.sort((a, b) => Date.parse(b.manifest.madeAt) - Date.parse(a.manifest.madeAt));
}
