import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import envPaths from 'env-paths';
import { waitingForBuild } from '../../../engine/messages/commands/starting.ts';
import type { Report } from '../report.ts';

const heartbeatMs = 1_000;
/** A lock that its holder did not touch for so long belongs to a process that is gone. */
const abandonedAfterMs = 10_000;

/** The per-user folder of downloaded and built programs: MONGO_TO_PRISMA_CACHE, or the system's usual place. */
export function cacheFolder(): string {
  return process.env.MONGO_TO_PRISMA_CACHE || envPaths('mongo-to-prisma', { suffix: '' }).cache;
}

/**
 * The folder kept under `key`, made by `make` in a folder beside it when it does not exist, and put in place whole by
 * one rename. Of several processes that want it at once, one makes it and the others wait.
 *
 * @param key names what is made and its version; letters, digits, dots, hyphens
 */
export async function cached(key: string, make: (folder: string) => Promise<void>, report: Report): Promise<string> {
  const place = join(cacheFolder(), key);
  if (await exists(place)) return place;
  await mkdir(cacheFolder(), { recursive: true });
  const release = await lock(`${place}.lock`, () => exists(place), report);
  if (release === undefined) return place;
  try {
    if (await exists(place)) return place;
    await removeAbandoned(key);
    const folder = `${place}.making-${randomUUID()}`;
    await mkdir(folder);
    try {
      await make(folder);
      await rename(folder, place);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      // A process that was taken for gone has put its own in place meanwhile; both are the same.
      if (!(await exists(place))) throw error;
    }
    return place;
  } finally {
    await release();
  }
}

/**
 * Takes the lock file, waiting for its holder; answers undefined when `done` came true meanwhile. A lock is taken over
 * when its holder stopped touching it. Two that take over at once can both succeed: that wastes work and no more, since
 * what is made is put in place by a rename.
 */
async function lock(
  file: string,
  done: () => Promise<boolean>,
  report: Report,
): Promise<(() => Promise<void>) | undefined> {
  const token = randomUUID();
  let told = false;
  for (;;) {
    if (await created(file, token)) break;
    if (await done()) return undefined;
    const touched = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    if (touched !== undefined && Date.now() - touched > abandonedAfterMs) {
      await rm(file, { force: true });
      continue;
    }
    if (!told) report(waitingForBuild().text);
    told = true;
    await sleep(200);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, heartbeatMs);
  heartbeat.unref();
  return async () => {
    clearInterval(heartbeat);
    if ((await readFile(file, 'utf8').catch(() => '')) === token) await rm(file, { force: true });
  };
}

async function created(file: string, token: string): Promise<boolean> {
  try {
    await writeFile(file, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Half-made folders of processes that were killed; called with the lock held. */
async function removeAbandoned(key: string): Promise<void> {
  for (const name of await readdir(cacheFolder())) {
    if (name.startsWith(`${key}.making-`)) await rm(join(cacheFolder(), name), { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
