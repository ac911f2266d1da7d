import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const lockfile = 'migration_lock.toml';
const script = 'migration.sql';

interface Migration {
  /** Its folder's name, which orders the migrations and names them in `_prisma_migrations`. */
  readonly name: string;
  readonly sql: string;
}

/** The committed migrations' folder: nearest above this file, so that the sources and a compiled build find the same one. */
function findFolder(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, 'prisma', 'migrations');
    if (existsSync(join(candidate, lockfile))) return candidate;
    if (folder === dirname(folder)) throw new Error(`No folder prisma/migrations is above ${start}.`);
  }
}

/** The committed migrations in the order in which they apply, with their folder and the lock file's text. */
export async function readMigrations(): Promise<{ folder: string; lock: string; migrations: readonly Migration[] }> {
  const folder = findFolder();
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrations = await Promise.all(
    names.sort().map(async (name) => ({ name, sql: await readFile(join(folder, name, script), 'utf8') })),
  );
  return { folder, lock: await readFile(join(folder, lockfile), 'utf8'), migrations };
}
