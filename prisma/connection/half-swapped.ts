import type pg from 'pg';
import { kindBeside, STAMP_DIGITS } from './names-beside.ts';

/**
 * The database that stood under a name which no database has now, since a restore was ended between two renames: both it
 * and the copy that was to take its place stand beside. Null when that is not so.
 * @param server a session in any other database of the server
 */
export async function halfSwapped(server: pg.Client, name: string): Promise<string | null> {
  const { rows } = await server.query<{ name: string }>('SELECT datname AS name FROM pg_database ORDER BY datname');
  const all = rows.map((row) => row.name);
  if (all.includes(name)) return null;
  const stampsOf = (kind: 'beside' | 'replaced') =>
    all
      .filter((other) => kindBeside(name, other) === kind)
      .map((other) => [other.slice(-STAMP_DIGITS), other] as const);
  const copies = new Map(stampsOf('beside'));
  return stampsOf('replaced').findLast(([stamp]) => copies.has(stamp))?.[1] ?? null;
}
