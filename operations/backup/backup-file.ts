import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { BackupUnfit } from '../../engine/common/errors.ts';
import { backupFileChanged, backupFileLength, backupFileMissing } from '../../engine/messages/operations/backup.ts';
import type { BackupFile } from './manifest.ts';

/** Level 1 packs documents nearly as well as the default, at a third of the time. */
const GZIP = { level: 1 };

/** Packs a stream into a file that only its owner may read, flushed to the disk. */
export async function packInto(folder: string, name: string, contents: Readable): Promise<BackupFile> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let bytes = 0;
  const tally = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline(contents, createGzip(GZIP), tally, file);
  return { name, bytes, sha256: hash.digest('hex') };
}

/** What a file that another program wrote holds. */
export async function describeFile(folder: string, name: string): Promise<BackupFile> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { name, bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

/** @throws BackupUnfit when a file is missing or is not the one that was written */
export async function requireFile(folder: string, file: BackupFile): Promise<void> {
  const path = join(folder, file.name);
  const size = (await stat(path).catch(() => null))?.size;
  if (size === undefined) throw new BackupUnfit(backupFileMissing({ file: path }));
  if (size !== file.bytes) throw new BackupUnfit(backupFileLength({ file: path, bytes: size, expected: file.bytes }));
  const { sha256 } = await describeFile(folder, file.name);
  if (sha256 !== file.sha256) throw new BackupUnfit(backupFileChanged({ file: path }));
}

/** A packed file's contents. */
export function unpack(folder: string, name: string): Readable {
  const packed = createReadStream(join(folder, name));
  const contents = createGunzip();
  packed.on('error', (error) => contents.destroy(error));
  contents.on('close', () => packed.destroy());
  return packed.pipe(contents);
}
