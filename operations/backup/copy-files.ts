import pg from 'pg';

/** Where a backup by COPY keeps the schema's structure. */
export const STRUCTURE_FILE = 'postgres/structure.json';

/** Where it keeps the rows of a table, which may have a name that no file can have. */
export function fileOfTable(table: string): string {
  return `postgres/${encodeURIComponent(table)}.copy.gz`;
}

/** The columns of a table that are copied, as COPY wants them: generated ones are computed anew. */
export async function copiedColumns(client: pg.Client, schema: string, table: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     ORDER BY a.attnum`,
    [schema, table],
  );
  // A table may have no column at all, and COPY takes no empty list.
  return rows.length === 0 ? '' : `(${rows.map(({ name }) => pg.escapeIdentifier(name)).join(', ')})`;
}
