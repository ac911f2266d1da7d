import { open, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
/** A lock whose holder showed no life for this long is nobody's. */
const STALE_MS = 20_000;
const POLL_MS = 100;

/**
 * Does `work` while holding a lock file that other processes respect, or returns as soon as `done` says that somebody
 * else has done it. A holder that dies or is stopped loses the lock: this only spares double work, the work itself
 * must bear two doing it at once.
 */
export async function withLock(path: string, done: () => Promise<boolean>, work: () => Promise<void>): Promise<void> {
  while (!(await done())) {
    if (!(await acquire(path))) {
      await sleep(POLL_MS);
      continue;
    }
    const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS);
    heartbeat.unref();
    try {
      if (!(await done())) await work();
      return;
    } finally {
      clearInterval(heartbeat);
      await rm(path, { force: true });
    }
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > STALE_MS) await rm(path, { force: true });
  return false;
}
