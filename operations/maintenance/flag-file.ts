import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { MaintenanceFailed } from '../../engine/common/errors.ts';
import { type Label, labelled } from '../../engine/messages/message.ts';
import { ACTION_OUTCOMES, FLAG_FILE_DEEDS, flagFileFailed } from '../../engine/messages/operations/maintenance.ts';
import type { FlagFileAction } from './action.ts';

type FlagFile = FlagFileAction & { readonly name: string };

/** Writes the file, which appears whole. The platform's own processes have to read it, so it is no private one. */
export async function placeFlag({ name, path, content }: FlagFile): Promise<string> {
  const unfinished = `${path}.${randomUUID()}.unfinished`;
  try {
    const file = await open(unfinished, 'wx', 0o644);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    return ACTION_OUTCOMES.fileWritten.en;
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw failed(name, FLAG_FILE_DEEDS.written, error);
  }
}

/** Removes the file; one that is gone already is no failure. */
export async function removeFlag({ name, path }: FlagFile): Promise<string> {
  try {
    await rm(path, { force: true });
    return ACTION_OUTCOMES.fileRemoved.en;
  } catch (error) {
    throw failed(name, FLAG_FILE_DEEDS.removed, error);
  }
}

function failed(name: string, done: Label, error: unknown): MaintenanceFailed {
  const { code = 'no code' } = error as NodeJS.ErrnoException;
  return new MaintenanceFailed(name, flagFileFailed({ done: labelled(done), code }));
}
