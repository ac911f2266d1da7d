import { createHash } from 'node:crypto';
import type { Asked } from '../migration.ts';

/** What differs between two equal migrations: whose run it was, and when. */
const OF_A_RUN: Readonly<Record<string, readonly string[]>> = {
  migration_id_map: ['run_id'],
  migration_quarantine: ['id', 'run_id', 'created_at', 'retried_by'],
  migration_finding: ['id', 'run_id'],
  migration_leftover: ['id', 'run_id'],
};

/** The migration's own books, which tell each run's story. */
const BOOKS = ['migration_run', 'migration_partition', 'migration_change', '_prisma_migrations'];

/** Rows and an ordered hash of them, by table. */
export type Content = Readonly<Record<string, string>>;

/** Every row that a migration makes, by table; the same for two migrations that did the same. */
export async function contentOf(target: Asked): Promise<Content> {
  const content: Record<string, string> = {};
  for (const table of await tablesOf(target)) {
    if (!BOOKS.includes(table)) content[table] = await hashOf(target, table, OF_A_RUN[table] ?? []);
  }
  return content;
}

/** Every row of every table to its last column. */
export async function everything(target: Asked): Promise<Content> {
  const content: Record<string, string> = {};
  for (const table of await tablesOf(target)) content[table] = await hashOf(target, table, []);
  return content;
}

/** Tables that hold rows, but for the migration's own books. */
export async function filledTables(target: Asked): Promise<string[]> {
  return Object.entries(await contentOf(target)).flatMap(([table, text]) => (text.startsWith('0 ') ? [] : [table]));
}

async function tablesOf(target: Asked): Promise<string[]> {
  const rows = await target.sql(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`);
  return rows.map(([name]) => name!);
}

async function hashOf(target: Asked, table: string, without: readonly string[]): Promise<string> {
  const rows = await target.sql(
    `SELECT line FROM (SELECT (to_jsonb(present) - $1::text[])::text AS line FROM "${table}" AS present) AS lines
     ORDER BY line COLLATE "C"`,
    [without],
  );
  const hash = createHash('sha256');
  for (const [line] of rows) hash.update(`${line}\n`);
  return `${rows.length} ${hash.digest('hex')}`;
}
