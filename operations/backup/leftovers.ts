import type pg from 'pg';
import { RestoreRefused } from '../../engine/common/errors.ts';
import { copyDropped, copyKept, restoreUnderWay } from '../../engine/messages/operations/backup.ts';
import { kindBeside, type NamesBeside, namesBeside } from '../../prisma/connection/names-beside.ts';

/** What restores and backups that were ended, and those that came to their end, have left beside the target. */
export interface Leftovers {
  /** Copies that have never taken the target's place. */
  readonly copies: readonly string[];
  /** Copies that have never become a backup. */
  readonly unproved: readonly string[];
  /** Databases that are backups, if a manifest names them. */
  readonly backups: readonly string[];
  /** What stood in the target's place before. */
  readonly replaced: readonly string[];
}

export type Kind = 'database' | 'schema';

const NAMES = {
  database: 'SELECT datname AS name FROM pg_database ORDER BY datname',
  schema: 'SELECT nspname AS name FROM pg_namespace ORDER BY nspname',
} as const;

async function namesOf(client: pg.Client, kind: Kind): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(NAMES[kind]);
  return rows.map((row) => row.name);
}

/** What stands beside a database, or beside a schema of the client's database. */
export async function leftoversOf(client: pg.Client, kind: Kind, name: string): Promise<Leftovers> {
  const all = await namesOf(client, kind);
  const of = (wanted: ReturnType<typeof kindBeside>) => all.filter((other) => kindBeside(name, other) === wanted);
  return { copies: of('beside'), unproved: of('unproved'), backups: of('backup'), replaced: of('replaced') };
}

/** Names of this stamp, or of the next one that nothing has: two backups can be made within a second. */
export async function freeNames(client: pg.Client, kind: Kind, name: string, stamp: string): Promise<NamesBeside> {
  const taken = new Set(await namesOf(client, kind));
  const isTaken = (names: NamesBeside) => Object.values(names).some((one) => taken.has(one));
  let names = namesBeside(name, stamp);
  for (let next = stamp; isTaken(names) && /^\d+$/.test(next); names = namesBeside(name, next)) {
    next = String(BigInt(next) + 1n);
  }
  return names;
}

/**
 * Keeps other restores of the same target, and backups of it by template, away while the session lives.
 * @throws RestoreRefused while there is one
 */
export async function holdRestore(client: pg.Client, target: string): Promise<void> {
  const { rows } = await client.query<{ held: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held',
    [`mongo-to-prisma restore of ${target}`],
  );
  if (rows[0]!.held) return;
  throw new RestoreRefused(restoreUnderWay({ target }));
}

/** Drops the copies that ended restores or backups have left, and tells of each; of those that this user may not drop, too. */
export async function dropCopies(
  client: pg.Client,
  kind: Kind,
  { copies, unproved }: Pick<Leftovers, 'copies' | 'unproved'>,
  tell: (line: string) => void,
): Promise<void> {
  for (const copy of [...copies, ...unproved]) {
    const left = unproved.includes(copy) ? 'backup' : 'restore';
    const drop = dropOf(client, kind, copy);
    try {
      await client.query(kind === 'database' ? `${drop} WITH (FORCE)` : drop);
      tell(copyDropped[left]({ copy, kind }).text);
    } catch {
      tell(copyKept[left]({ copy, drop }).text);
    }
  }
}

/** The statement that an operator drops it with. */
export function dropOf(client: pg.Client, kind: Kind, name: string): string {
  const quoted = client.escapeIdentifier(name);
  return kind === 'database' ? `DROP DATABASE ${quoted}` : `DROP SCHEMA ${quoted} CASCADE`;
}
