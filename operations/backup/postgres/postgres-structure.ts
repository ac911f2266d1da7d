import type pg from 'pg';
import { BackupUnfit } from '../../../engine/common/errors.ts';
import { needsPgDump } from '../../../engine/messages/operations/backup.ts';

/** A schema's structure as statements without the schema's name: they are run with it as search_path. */
export interface Structure {
  /** Types, sequences and bare tables: what must be there before the rows. */
  readonly before: readonly string[];
  /** Constraints, indexes, sequences' values and grants: what comes after the rows. */
  readonly after: readonly string[];
  readonly tables: readonly string[];
}

/**
 * Reads a schema's structure from PostgreSQL's catalog. Only what a schema that Prisma manages consists of is known:
 * tables, enums, sequences, defaults, constraints, indexes and grants.
 * @param client its search_path is the schema
 * @throws BackupUnfit naming everything else that the schema holds: only pg_dump can back that up
 */
export async function readStructure(client: pg.Client, schema: string): Promise<Structure> {
  const unknown = await lines(client, UNKNOWN, [schema]);
  if (unknown.length > 0) {
    throw new BackupUnfit(needsPgDump({ schema, objects: unknown }));
  }
  const before = [];
  for (const query of [ENUMS, SEQUENCES, TABLES]) before.push(...(await lines(client, query, [schema])));
  const after = [];
  for (const query of [OWNED, KEYS, INDEXES, FOREIGN_KEYS, VALUES, GRANTS])
    after.push(...(await lines(client, query, [schema])));
  return { before, after, tables: await lines(client, TABLE_NAMES, [schema]) };
}

async function lines(client: pg.Client, query: string, params: readonly unknown[]): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>({ text: query, values: [...params] });
  return rows.map(({ line }) => line);
}

const IN_SCHEMA = `(SELECT oid FROM pg_namespace WHERE nspname = $1)`;

const UNKNOWN = `
  SELECT line FROM (
    SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'p' THEN 'partitioned table '
      WHEN 'f' THEN 'foreign table ' WHEN 'c' THEN 'composite type ' END || c.relname AS line
    FROM pg_class c WHERE c.relnamespace = ${IN_SCHEMA} AND c.relkind IN ('v', 'm', 'p', 'f', 'c')
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = ${IN_SCHEMA}
    UNION ALL SELECT 'extension ' || extname FROM pg_extension WHERE extnamespace = ${IN_SCHEMA}
    UNION ALL SELECT 'domain ' || typname FROM pg_type WHERE typnamespace = ${IN_SCHEMA} AND typtype IN ('d', 'r')
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
      WHERE c.relnamespace = ${IN_SCHEMA} AND NOT tgisinternal
    UNION ALL SELECT 'row-level security of ' || relname FROM pg_class WHERE relnamespace = ${IN_SCHEMA} AND relrowsecurity
    UNION ALL SELECT 'inheritance of ' || c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
      WHERE c.relnamespace = ${IN_SCHEMA} AND c.relkind = 'r'
    UNION ALL SELECT 'foreign key ' || k.conname || ' from another schema' FROM pg_constraint k
      JOIN pg_class c ON c.oid = k.confrelid
      WHERE k.contype = 'f' AND c.relnamespace = ${IN_SCHEMA} AND k.connamespace <> c.relnamespace
  ) AS found ORDER BY line LIMIT 20`;

const TABLE_NAMES = `SELECT relname AS line FROM pg_class WHERE relnamespace = ${IN_SCHEMA} AND relkind = 'r' ORDER BY 1`;

const ENUMS = `
  SELECT format('CREATE TYPE %I AS ENUM (%s)', t.typname, string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)) AS line
  FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace = ${IN_SCHEMA}
  GROUP BY t.typname ORDER BY t.typname`;

/** Those of identity columns come with their table. */
const SEQUENCES = `
  SELECT format('CREATE SEQUENCE %I AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %s', c.relname,
    format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
    CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END) AS line
  FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
  WHERE c.relnamespace = ${IN_SCHEMA}
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'i')
  ORDER BY c.relname`;

const IDENTITY_OPTIONS = `(
  SELECT format('(START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s %s)', s.seqstart, s.seqincrement, s.seqmin,
    s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)
  FROM pg_depend i JOIN pg_sequence s ON s.seqrelid = i.objid
  WHERE i.refobjid = c.oid AND i.refobjsubid = a.attnum AND i.deptype = 'i' AND i.classid = 'pg_class'::regclass)`;

const TABLES = `
  SELECT format('CREATE %s TABLE %I (%s)', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE '' END, c.relname,
    coalesce(string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0
        THEN 'COLLATE ' || a.attcollation::regcollation END,
      CASE WHEN a.attidentity <> '' THEN format('GENERATED %s AS IDENTITY %s',
          CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, ${IDENTITY_OPTIONS})
        WHEN a.attgenerated <> '' THEN format('GENERATED ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
        WHEN d.adbin IS NOT NULL THEN 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END,
      CASE WHEN a.attnotnull THEN 'NOT NULL' END), ', ' ORDER BY a.attnum), '')) AS line
  FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace = ${IN_SCHEMA} AND c.relkind = 'r'
  GROUP BY c.relname, c.relpersistence ORDER BY c.relname`;

const OWNED = `
  SELECT format('ALTER SEQUENCE %I OWNED BY %I.%I', s.relname, c.relname, a.attname) AS line
  FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_class c ON c.oid = d.refobjid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
  WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'a' AND s.relnamespace = ${IN_SCHEMA} ORDER BY s.relname`;

/** Since PostgreSQL 18 NOT NULL is a constraint with a name, too; the column says it already. */
const KEYS = `
  SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) AS line
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  WHERE k.connamespace = ${IN_SCHEMA} AND k.contype IN ('p', 'u', 'x', 'c') ORDER BY c.relname, k.contype, k.conname`;

/** pg_get_indexdef names the table with its schema. */
const INDEXES = `
  SELECT replace(pg_get_indexdef(i.indexrelid), format(' ON %I.%I ', n.nspname, c.relname), format(' ON %I ', c.relname)) AS line
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class x ON x.oid = i.indexrelid
  WHERE c.relnamespace = ${IN_SCHEMA} AND c.relkind = 'r'
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
  ORDER BY c.relname, x.relname`;

const FOREIGN_KEYS = `
  SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) AS line
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  WHERE k.connamespace = ${IN_SCHEMA} AND k.contype = 'f' ORDER BY c.relname, k.conname`;

const VALUES = `
  SELECT format('SELECT setval(%L, %s, true)', quote_ident(sequencename), last_value) AS line
  FROM pg_sequences WHERE schemaname = $1 AND last_value IS NOT NULL ORDER BY sequencename`;

/** The owner's own rights come with ownership. */
const GRANTS = `
  SELECT format('GRANT %s ON %s %I TO %s%s', string_agg(acl.privilege_type, ', ' ORDER BY acl.privilege_type),
    CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname,
    CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END,
    CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS line
  FROM pg_class c, aclexplode(c.relacl) AS acl
  WHERE c.relnamespace = ${IN_SCHEMA} AND c.relkind IN ('r', 'S') AND acl.grantee <> c.relowner
  GROUP BY c.relname, c.relkind, acl.grantee, acl.is_grantable ORDER BY c.relname, acl.grantee`;
