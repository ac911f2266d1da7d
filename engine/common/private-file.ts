import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { unwritable } from './writable-folder.ts';

/** A moment as part of a file's or a folder's name: `2026-11-25T00-21-34-000Z`. */
export function stampOf(at: Date): string {
  return at.toISOString().replaceAll(/[:.]/g, '-');
}

/** Takes the next piece of a file; resolves when more may come, so that a slow disk holds the writer back. */
export type Put = (piece: string | Uint8Array) => Promise<void>;

/**
 * Writes a file that only its owner may read. It appears under its name when it is whole: a reader never finds half
 * of it, and one that was there before stays until then.
 * @throws FolderUnfit
 */
export async function writePrivately(file: string, write: (put: Put) => Promise<void>): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw unwritable(error, folder, 'file');
  });
  const unfinished = `${file}.${randomUUID()}.unfinished`;
  const stream = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true });
  const done = finished(stream);
  done.catch(() => {});
  try {
    await write(async (piece) => {
      if (!stream.write(piece)) await Promise.race([once(stream, 'drain'), done]);
    });
    stream.end();
    await done;
    await rename(unfinished, file);
  } catch (error) {
    stream.destroy();
    await done.catch(() => {});
    await rm(unfinished, { force: true }).catch(() => {});
    throw unwritable(error, folder, 'file');
  }
}
