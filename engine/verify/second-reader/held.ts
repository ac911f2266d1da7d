import { indexed, isRoot } from '../../target/indexed-key.ts';
import { HeldRows, HeldTable, type Row } from './held-rows.ts';
import type { StageShape, TableShape } from './shape.ts';
import type { KeyText } from './values/key.ts';

/** One statement on the target; values come back as PostgreSQL's text. */
export type Ask = (sql: string, params: readonly unknown[]) => Promise<(string | null)[][]>;
/** As `Ask`, with the rows handed on one by one: nobody has room for all of them. */
export type AskEach = (sql: string, params: readonly unknown[], take: (row: Row) => void) => Promise<void>;
/** Row id, collection, key of the document, own key, path, occurrence: as PostgreSQL writes them. */
export type Entry = Row;

/** What the target holds of some documents. */
export interface Held {
  /** By table. */
  readonly rows: ReadonlyMap<string, HeldTable>;
  /** Those of the ID map. */
  readonly entries: HeldRows;
}

/** Keys as the text of a `bytea[]`, where a backslash is written twice. */
export const byteaArray = (keys: readonly KeyText[]) =>
  `{${keys.map((key) => (key === '' ? '""' : `\\${key}`)).join(',')}}`;

/** Rows and ID map of documents. @param roots the ids that their rows are expected to have */
export async function readHeld(
  each: AskEach,
  shape: StageShape,
  keys: readonly KeyText[],
  roots: readonly string[],
): Promise<Held> {
  const entries = new HeldRows();
  const rows = new Map(shape.shapes.map(({ name, id }) => [name, new HeldTable(id)]));
  await Promise.all([
    readEntries(each, shape, keys, entries),
    ...shape.shapes.map((table) => readRows(each, table, roots, rows.get(table.name)!)),
  ]);
  return { entries, rows };
}

/** The rows of a table that hang on these rows of documents. */
function readRows(each: AskEach, { sqlName, root, selects }: TableShape, roots: readonly string[], to: HeldTable) {
  return each(
    `SELECT ${selects.join(', ')}, ${root} FROM ${sqlName} WHERE ${root} = ANY($1::uuid[])`,
    [`{${roots.join(',')}}`],
    (row) => to.add(row),
  );
}

const ENTRY = 'prisma_id, collection, parent_key, legacy_key, path, occurrence';

/**
 * The ID map's entries of documents and of what is inside them. One index search per document and collection, whatever
 * statistics the table has: it has just been filled, and a join may be planned as a scan of all of it for every batch.
 */
function readEntries(
  each: AskEach,
  { idCollection, childCollections }: StageShape,
  keys: readonly KeyText[],
  to: HeldRows,
) {
  return each(
    `SELECT own.* FROM unnest($1::bytea[]) AS root (key)
     CROSS JOIN LATERAL (
       SELECT ${ENTRY} FROM migration_id_map
       WHERE collection = $2 AND ${isRoot()} AND ${indexed('legacy_key')} = ${indexed('root.key')} OFFSET 0) AS own
     UNION ALL
     SELECT own.* FROM unnest($1::bytea[]) AS root (key) CROSS JOIN unnest($3::text[]) AS child (collection)
     CROSS JOIN LATERAL (
       SELECT ${ENTRY} FROM migration_id_map
       WHERE collection = child.collection AND ${indexed('parent_key')} = ${indexed('root.key')} OFFSET 0) AS own`,
    [byteaArray(keys), idCollection, childCollections],
    (row) => to.add(row),
  );
}

/** The target as far as it is asked. */
export interface Asked {
  readonly query: Ask;
  readonly each: AskEach;
}

/** Where a reference may lead: a collection of the ID map, the key of the root above, if any, and the key itself. */
export interface Lookup {
  readonly collection: string;
  readonly parent: KeyText;
  readonly key: KeyText;
}

/** The rows' ids that lookups lead to, at their places; of sub-documents with one key the first is meant. */
export async function readReferences(ask: Ask, lookups: readonly Lookup[]): Promise<(string | undefined)[]> {
  const ids: (string | undefined)[] = lookups.map(() => undefined);
  if (lookups.length === 0) return ids;
  const rows = await ask(
    `SELECT wanted.n, found.prisma_id
     FROM unnest($1::text[], $2::bytea[], $3::bytea[]) WITH ORDINALITY AS wanted (collection, parent, key, n)
     CROSS JOIN LATERAL (
       SELECT prisma_id FROM migration_id_map
       WHERE collection = wanted.collection AND ${indexed('parent_key')} = ${indexed('wanted.parent')}
         AND ${indexed('legacy_key')} = ${indexed('wanted.key')} AND NOT departing
       ORDER BY occurrence, path LIMIT 1) AS found`,
    [
      lookups.map(({ collection }) => collection),
      byteaArray(lookups.map(({ parent }) => parent)),
      byteaArray(lookups.map(({ key }) => key)),
    ],
  );
  for (const [n, id] of rows) ids[Number(n) - 1] = id!;
  return ids;
}

/** What the ID map knows rows of these ids by; a root has no parent. */
export async function readMappings(ask: Ask, ids: readonly string[]): Promise<Map<string, Lookup>> {
  const rows = await ask(
    `SELECT prisma_id, collection, parent_key, legacy_key FROM migration_id_map WHERE prisma_id = ANY($1::uuid[])`,
    [`{${ids.join(',')}}`],
  );
  return new Map(
    rows.map(([id, collection, parent, key]) => [
      id!,
      { collection: collection!, parent: parent === '\\x' ? '' : parent!, key: key! },
    ]),
  );
}

/** SHA-256 in hex of documents as the quarantine of a run keeps them, by key. */
export async function readQuarantined(
  ask: Ask,
  runId: string,
  stage: string,
  keys: readonly KeyText[],
): Promise<Map<KeyText, string>> {
  const rows = await ask(
    `SELECT legacy_key, encode(sha256(document), 'hex') FROM unnest($1::bytea[]) AS root (key)
     CROSS JOIN LATERAL (
       SELECT legacy_key, document FROM migration_quarantine
       WHERE run_id = $2::uuid AND stage = $3 AND state IN ('open', 'skipped')
         AND ${indexed('legacy_key')} = ${indexed('root.key')} OFFSET 0) AS own`,
    [byteaArray(keys), runId, stage],
  );
  return new Map(rows.map(([key, hash]) => [key!, hash!]));
}
