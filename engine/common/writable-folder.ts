import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderUnwritable } from '../messages/engine/target.ts';
import { FolderUnfit } from './errors.ts';

/** What the system says of a place that no trying makes better; a full disk is told elsewhere. */
const REFUSED = /^(EACCES|EPERM|EROFS|ENOTDIR|EEXIST|EISDIR|ENAMETOOLONG|ELOOP|ENOENT)$/;

/**
 * Makes a folder of this worker's host, and a file in it that is removed again.
 * @param folder its whole path @param what is to be written there, as in "reports"
 * @throws FolderUnfit
 */
export async function requireWritable(folder: string, what: string): Promise<void> {
  const trial = join(folder, `.${randomUUID()}.unfinished`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(trial, '', { mode: 0o600 });
    await rm(trial);
  } catch (error) {
    throw unwritable(error, folder, what);
  }
}

/** What the file system refuses, in words; any other error as it is. */
export function unwritable(error: unknown, folder: string, what: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !REFUSED.test(code)) return error;
  return new FolderUnfit(folderUnwritable({ what, folder, code }), { cause: error });
}
