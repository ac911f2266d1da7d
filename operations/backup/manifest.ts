import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BackupUnfit } from '../../engine/common/errors.ts';
import { writePrivately } from '../../engine/common/private-file.ts';
import { jsonOrNull } from '../../engine/common/read-json.ts';
import { manifestUnreadable, noManifest } from '../../engine/messages/operations/backup.ts';

const count = z.number().int().nonnegative();

const file = z.strictObject({
  /** Inside the backup's folder, with `/` between its parts. */
  name: z.string(),
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const mongodb = z.strictObject({
  /** The program that made it, with its version. */
  by: z.string(),
  /** The source without credentials. */
  source: z.string(),
  fingerprint: z.string(),
  database: z.string(),
  file,
  /** Documents of each collection, counted by the server before and after, and read back from the archive. */
  collections: z.record(z.string(), z.strictObject({ before: count, documents: count, after: count })),
});

const postgres = z.strictObject({
  by: z.string(),
  /**
   * `pg_dump`: its custom format; `copy`: one COPY file per table, and the schema's structure as statements; `template`:
   * another database of the same server.
   */
  form: z.enum(['pg_dump', 'copy', 'template']),
  /** The database that a `template` is. */
  database: z.string().optional(),
  target: z.string(),
  schema: z.string(),
  serverVersion: z.string(),
  files: z.array(file),
  /** Rows and checksum of each table, as PostgreSQL computed them in the snapshot that the backup holds. */
  tables: z.record(z.string(), z.strictObject({ rows: count, checksum: z.string() })),
});

const manifest = z.strictObject({
  format: z.literal(1),
  /** ISO 8601; when the PostgreSQL snapshot was taken, or else the MongoDB dump was begun. */
  madeAt: z.iso.datetime(),
  mongodb: mongodb.nullable(),
  postgres: postgres.nullable(),
});

/** A file of a backup. */
export type BackupFile = Readonly<z.infer<typeof file>>;
/** What is known of a backup of the source. */
export type MongodbBackup = Readonly<z.infer<typeof mongodb>>;
/** What is known of a backup of the target's schema. */
export type PostgresBackup = Readonly<z.infer<typeof postgres>>;
/** What a backup says of itself: `manifest.json` in its folder, written last, once everything in it was proved. */
export type Manifest = Readonly<z.infer<typeof manifest>>;

export const MANIFEST_FILE = 'manifest.json';

/** Makes a folder of files a backup. */
export function writeManifest(folder: string, contents: Manifest): Promise<void> {
  return writePrivately(join(folder, MANIFEST_FILE), (put) => put(`${JSON.stringify(contents, null, 2)}\n`));
}

/** @throws BackupUnfit when the folder is no backup, or one that was not finished */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST_FILE), 'utf8').catch(() => null);
  if (text === null) throw new BackupUnfit(noManifest({ folder, file: MANIFEST_FILE }));
  const parsed = manifest.safeParse(jsonOrNull(text));
  if (!parsed.success) throw new BackupUnfit(manifestUnreadable({ file: join(folder, MANIFEST_FILE) }));
  return parsed.data;
}
