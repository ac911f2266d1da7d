import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupUnfit, SourceUnavailable } from '../../../engine/common/errors.ts';
import { backupDocuments } from '../../../engine/messages/operations/backup.ts';
import { readArchive } from '../../../engine/source/dump/archive.ts';
import { requireFile } from '../backup-file.ts';
import type { BackupFile, MongodbBackup } from '../manifest.ts';

/**
 * Reads an archive to its end, every checksum in it included, and counts the documents of each collection.
 * @throws BackupUnfit when it is damaged
 */
export async function documentsInArchive(
  folder: string,
  file: BackupFile,
  database: string,
): Promise<Record<string, number>> {
  const path = join(folder, file.name);
  await chmod(path, 0o600);
  const counts: Record<string, number> = {};
  try {
    await readArchive(
      { path, name: path, gzip: true },
      {
        contents(collections) {
          for (const one of collections) {
            if (one.database === database && one.kind === 'collection') counts[one.name] = 0;
          }
        },
        sink: (db, name) =>
          db !== database
            ? null
            : {
                document: () => {
                  counts[name] = (counts[name] ?? 0) + 1;
                },
                bytes: () => {},
              },
        stored: () => Promise.resolve(),
      },
    );
  } catch (error) {
    if (error instanceof SourceUnavailable) throw new BackupUnfit(error.said, { cause: error });
    throw error;
  }
  return counts;
}

/** Proves a kept backup of the source again. @throws BackupUnfit */
export async function proveMongodb(folder: string, { file, database, collections }: MongodbBackup): Promise<void> {
  await requireFile(folder, file);
  const counts = await documentsInArchive(folder, file, database);
  for (const [name, { documents }] of Object.entries(collections)) {
    if (counts[name] !== documents) {
      throw new BackupUnfit(
        backupDocuments({ file: file.name, documents: counts[name] ?? 0, collection: name, expected: documents }),
      );
    }
  }
}
