import { readFile, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { ServerMissing } from '../../engine/common/errors.ts';
import { noPostgresUser, noReachableFolder } from '../../engine/messages/worker/servers.ts';

/** Who PostgreSQL runs as when this process is root, which it refuses to run as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The unprivileged user for PostgreSQL: undefined (ourselves) unless this process is root.
 *
 * @throws {ServerMissing} when root finds neither the user `postgres` nor `nobody`
 */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.platform === 'win32' || userInfo().uid !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const user = await idsOf(name);
    if (user !== undefined) return user;
  }
  throw new ServerMissing(noPostgresUser());
}

async function idsOf(name: string): Promise<ServerUser | undefined> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = accounts
    .split('\n')
    .map((line) => line.split(':'))
    .find(([account]) => account === name);
  return fields === undefined ? undefined : { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** A temporary folder that the user can pass through: its own, when every parent lets others through. */
export async function reachableTemporaryFolder(user: ServerUser | undefined): Promise<string> {
  for (const folder of [tmpdir(), '/tmp', '/var/tmp']) {
    if (await reachableBy(user, folder)) return folder;
  }
  throw new ServerMissing(noReachableFolder());
}

/** Whether the user gets to the path through all of its parents; a process reaches its own files. */
export async function reachableBy(user: ServerUser | undefined, path: string): Promise<boolean> {
  if (user === undefined) return true;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  const entering = found.uid === user.uid ? 0o100 : found.gid === user.gid ? 0o010 : 0o001;
  if ((found.mode & entering) === 0) return false;
  return dirname(path) === path || reachableBy(user, dirname(path));
}
