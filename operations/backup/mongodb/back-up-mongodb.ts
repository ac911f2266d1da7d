import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { mongo } from 'mongoose';
import { BackupUnfit } from '../../../engine/common/errors.ts';
import { countsMoved } from '../../../engine/messages/operations/backup.ts';
import { toSourceUnavailable } from '../../../engine/source/mongodb/errors.ts';
import { openMongoSource } from '../../../engine/source/mongodb/source.ts';
import { describeFile, packInto } from '../backup-file.ts';
import type { BackupFile, MongodbBackup } from '../manifest.ts';
import { runProgram, versionOf } from '../programs/programs.ts';
import { growthOf } from '../programs/sign-of-life.ts';
import { archiveOf, listCollections } from './mongodb-archive.ts';
import { documentsInArchive } from './prove-mongodb.ts';

const ARCHIVE = 'mongodb.archive.gz';

/** How a backup is made, and who is told how far it has come. */
export interface BackupOptions {
  /** Do without the databases' own programs, even where they are on PATH. */
  readonly ownOnly?: boolean;
  /** Copy the target into another database of its server, by `CREATE DATABASE … TEMPLATE`. */
  readonly asTemplate?: boolean;
  /** The plan's collections, by which runs recognise the source. */
  readonly collections?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/**
 * Backs up the source's whole database into the folder, as `mongodump --archive --gzip` does (runbook, section 5.1): by
 * mongodump where it is on PATH, and else by a writer of the same format. Proved before it counts: the archive is read
 * to its end, and what it holds of each collection lies between what the server counted before and afterwards.
 * @throws SourceUnavailable; BackupUnfit when the archive does not hold what it should
 */
export async function backUpMongodb(uri: string, folder: string, options: BackupOptions = {}): Promise<MongodbBackup> {
  const source = openMongoSource(uri, options.collections ?? []);
  const client = new mongo.MongoClient(uri, { appName: 'mongo-to-prisma', serverSelectionTimeoutMS: 8_000 });
  try {
    const database = client.db();
    const before = await countsOf(database);
    const tools = options.ownOnly ? null : await versionOf('mongodump');
    const file =
      tools === null
        ? await writeOwn(database, folder, before, options)
        : await byMongodump(uri, folder, options.signal);
    const after = await countsOf(database);
    const documents = await documentsInArchive(folder, file, database.databaseName);
    return {
      by: tools === null ? 'mongo-to-prisma' : `mongodump ${tools}`,
      source: source.label,
      fingerprint: await source.fingerprint(),
      database: database.databaseName,
      file,
      collections: agreed(before, documents, after),
    };
  } catch (error) {
    throw toSourceUnavailable(error, source.label);
  } finally {
    await Promise.all([client.close(), source.close()]);
  }
}

type Counts = Readonly<Record<string, number>>;

async function countsOf(database: mongo.Db): Promise<Counts> {
  const counts: Record<string, number> = {};
  for (const { name, type } of await listCollections(database)) {
    if (type !== 'view') counts[name] = await database.collection(name).countDocuments();
  }
  return counts;
}

async function writeOwn(
  database: mongo.Db,
  folder: string,
  counts: Counts,
  { onProgress = () => {}, signal }: BackupOptions,
): Promise<BackupFile> {
  const { version } = (await database.admin().command({ buildInfo: 1 })) as { version?: string };
  const done: Record<string, number> = {};
  const archive = archiveOf(database, version ?? '', (collection, documents) => {
    signal?.throwIfAborted();
    done[collection] = (done[collection] ?? 0) + documents;
    onProgress(collection, done[collection], counts[collection] ?? 0);
  });
  return packInto(folder, ARCHIVE, Readable.from(archive, { objectMode: false }));
}

/** The URI goes by a file: other users of the host can read a program's arguments. */
async function byMongodump(uri: string, folder: string, signal: AbortSignal | undefined): Promise<BackupFile> {
  const secret = await mkdtemp(join(tmpdir(), 'mongo-to-prisma-'));
  try {
    const config = join(secret, 'mongodump.yaml');
    await writeFile(config, `uri: ${JSON.stringify(uri)}\n`, { mode: 0o600 });
    const file = join(folder, ARCHIVE);
    const signOfLife = growthOf(file);
    await runProgram('mongodump', [`--config=${config}`, `--archive=${file}`, '--gzip'], { signal, signOfLife });
    return await describeFile(folder, ARCHIVE);
  } finally {
    await rm(secret, { recursive: true, force: true });
  }
}

/** @throws BackupUnfit when a collection's documents are fewer or more than can be */
function agreed(before: Counts, documents: Counts, after: Counts): MongodbBackup['collections'] {
  const collections: Record<string, { before: number; documents: number; after: number }> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(documents)])) {
    const [was, held, is] = [before[name] ?? 0, documents[name] ?? 0, after[name] ?? 0];
    if (held < Math.min(was, is) || held > Math.max(was, is)) {
      throw new BackupUnfit(countsMoved({ documents: held, collection: name, before: was, after: is }));
    }
    collections[name] = { before: was, documents: held, after: is };
  }
  return collections;
}
