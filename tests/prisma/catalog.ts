import type pg from 'pg';

/** What PostgreSQL's own catalog says of the tables on the search_path. */
export interface CatalogColumn {
  readonly table: string;
  readonly column: string;
  /** As PostgreSQL writes it: `numeric(18,2)`, `"UserRole"`, `text[]`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
}

export interface CatalogConstraint {
  readonly table: string;
  readonly name: string;
  /** `p` primary key, `f` foreign key. */
  readonly type: string;
  readonly columns: readonly string[];
  readonly target: string | null;
  readonly definition: string;
}

export interface CatalogIndex {
  readonly table: string;
  readonly name: string;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly columns: readonly string[];
  /** It holds expressions over some of them, for which Prisma has no word. */
  readonly expressions: boolean;
}

async function rows<T extends pg.QueryResultRow>(client: pg.Client, sql: string): Promise<T[]> {
  return (await client.query<T>(sql)).rows;
}

/** Every table's columns in their order, Prisma's own table left out. */
export function readColumns(client: pg.Client): Promise<CatalogColumn[]> {
  return rows(
    client,
    `SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type,
            NOT a.attnotnull AS nullable, pg_get_expr(d.adbin, d.adrelid) AS "default"
       FROM pg_attribute a
       JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relnamespace = quote_ident(current_schema())::regnamespace
       LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relname <> '_prisma_migrations'
      ORDER BY c.relname COLLATE "C", a.attnum`,
  );
}

/** Every primary and foreign key, by name. */
export function readConstraints(client: pg.Client): Promise<CatalogConstraint[]> {
  return rows(
    client,
    `SELECT c.relname AS "table", k.conname AS name, k.contype::text AS type, t.relname AS target,
            pg_get_constraintdef(k.oid) AS definition,
            ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS n(attnum, i)
                    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.attnum ORDER BY n.i) AS columns
       FROM pg_constraint k
       JOIN pg_class c ON c.oid = k.conrelid AND c.relnamespace = quote_ident(current_schema())::regnamespace
       LEFT JOIN pg_class t ON t.oid = k.confrelid
      WHERE k.contype IN ('p', 'f') AND c.relname <> '_prisma_migrations'
      ORDER BY k.conname COLLATE "C"`,
  );
}

/** Every index with its columns in their order, the column of an expression among them, by name. */
export function readIndexes(client: pg.Client): Promise<CatalogIndex[]> {
  return rows(
    client,
    `SELECT c.relname AS "table", i.relname AS name, x.indisunique AS "unique", x.indisprimary AS "primary",
            x.indexprs IS NOT NULL AS expressions,
            ARRAY(SELECT coalesce(a.attname::text, substring(pg_get_indexdef(x.indexrelid, n.i::int, true) FROM 'ELSE (\\w+)'))
                    FROM unnest(x.indkey) WITH ORDINALITY AS n(attnum, i)
                    LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = nullif(n.attnum, 0) ORDER BY n.i) AS columns
       FROM pg_index x
       JOIN pg_class c ON c.oid = x.indrelid AND c.relnamespace = quote_ident(current_schema())::regnamespace
       JOIN pg_class i ON i.oid = x.indexrelid
      WHERE c.relkind = 'r' AND c.relname <> '_prisma_migrations'
      ORDER BY i.relname COLLATE "C"`,
  );
}

/** Every enum type's labels in their order. */
export async function readEnums(client: pg.Client): Promise<Record<string, string[]>> {
  const found = await rows<{ name: string; labels: string[] }>(
    client,
    `SELECT t.typname AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels
       FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
      WHERE t.typnamespace = quote_ident(current_schema())::regnamespace GROUP BY t.typname ORDER BY t.typname`,
  );
  return Object.fromEntries(found.map(({ name, labels }) => [name, labels]));
}
