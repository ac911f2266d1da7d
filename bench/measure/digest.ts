import pg from 'pg';
import type { Plan } from '../../engine/plan/stage.ts';
import { filledTables } from '../contenders/bare-copy.ts';

/** A digest of every row of each table that a migration fills: equal digests are equal rows. The ID map's run does not count. */
export async function digests(plan: Plan, databaseUrl: string): Promise<ReadonlyMap<string, string>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const found = new Map<string, string>();
    for (const { table, id } of filledTables(plan)) {
      const { rows } = await client.query(
        `SELECT count(*) || ' rows ' || coalesce(md5(string_agg(md5((to_jsonb(given) - 'run_id')::text), '' ORDER BY "${id}")), '') AS digest
         FROM "${table}" AS given`,
      );
      found.set(table, rows[0].digest);
    }
    return found;
  } finally {
    await client.end();
  }
}

/** The tables whose rows differ. */
export function differing(expected: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): string[] {
  return [...expected].filter(([table, digest]) => found.get(table) !== digest).map(([table]) => table);
}

/** Rows of all tables but the ID map. */
export function rowsOf(digests: ReadonlyMap<string, string>): number {
  return [...digests]
    .filter(([table]) => table !== 'migration_id_map')
    .reduce((sum, [, digest]) => sum + Number.parseInt(digest, 10), 0);
}
