import { indexed, isRoot } from '../../target/indexed-key.ts';
import type { StageShape, TableShape } from './shape.ts';
import type { KeyText } from './values/key.ts';

/** One statement on the target; values come back as PostgreSQL's text. */
export type Ask = (sql: string, params: readonly unknown[]) => Promise<(string | null)[][]>;
/** A row as PostgreSQL writes it, in the order of the table's columns; the id of the document's row is the last value. */
export type Row = readonly (string | null)[];
/** Row id, collection, key of the document, own key, path, occurrence: as PostgreSQL writes them. */
export type Entry = readonly (string | null)[];

/** What the target holds of some documents. */
export interface Held {
  /** By table. */
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  readonly entries: readonly Entry[];
}

/** Keys as the text of a `bytea[]`, where a backslash is written twice. */
const bytes = (keys: readonly KeyText[]) => `{${keys.map((key) => (key === '' ? '""' : `\\${key}`)).join(',')}}`;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Rows and ID map of documents. @param roots the ids that their rows are expected to have */
export async function readHeld(
  ask: Ask,
  shape: StageShape,
  keys: readonly KeyText[],
  roots: readonly string[],
): Promise<Held> {
  const [entries, ...rows] = await Promise.all([
    readEntries(ask, shape, keys),
    ...shape.shapes.map((table) => readRows(ask, table, roots)),
  ]);
  return { entries, rows: new Map(shape.shapes.map(({ name }, index) => [name, rows[index]!])) };
}

/** The rows of a table that hang on these rows of documents. */
function readRows(ask: Ask, { sqlName, root, selects }: TableShape, roots: readonly string[]): Promise<Row[]> {
  return ask(
    `SELECT ${selects.join(', ')}, ${quoted(root)} FROM ${quoted(sqlName)} WHERE ${quoted(root)} = ANY($1::uuid[])`,
    [`{${roots.join(',')}}`],
  );
}

const ENTRY = 'prisma_id, collection, parent_key, legacy_key, path, occurrence';

/**
 * The ID map's entries of documents and of what is inside them. One index search per document and collection, whatever
 * statistics the table has: it has just been filled, and a join may be planned as a scan of all of it for every batch.
 */
function readEntries(ask: Ask, { idCollection, childCollections }: StageShape, keys: readonly KeyText[]) {
  return ask(
    `SELECT own.* FROM unnest($1::bytea[]) AS root (key)
     CROSS JOIN LATERAL (
       SELECT ${ENTRY} FROM migration_id_map
       WHERE collection = $2 AND ${isRoot()} AND ${indexed('legacy_key')} = ${indexed('root.key')} OFFSET 0) AS own
     UNION ALL
     SELECT own.* FROM unnest($1::bytea[]) AS root (key) CROSS JOIN unnest($3::text[]) AS child (collection)
     CROSS JOIN LATERAL (
       SELECT ${ENTRY} FROM migration_id_map
       WHERE collection = child.collection AND ${indexed('parent_key')} = ${indexed('root.key')} OFFSET 0) AS own`,
    [bytes(keys), idCollection, childCollections],
  );
}

/** Something that the copy told of a document. */
export interface Told {
  readonly code: string;
  /** BSON `{v: value}`; null where the finding keeps no value. */
  readonly old: Buffer | null;
  readonly note: string | null;
}

/** A value that was kept beside the rows. */
export interface Kept {
  /** BSON `{v: value}`. */
  readonly box: Buffer;
  /** Its own name, where that has a dot; older builds have not kept it. */
  readonly name: string | null;
}

/** What was told of a document, and what was kept of it beside its rows; by path. */
export interface Notes {
  readonly findings: Map<string, Told[]>;
  readonly leftovers: Map<string, Kept[]>;
  /** Those that a value has been found in: each keeps one. */
  readonly taken: Set<Kept>;
}

/** Findings and leftovers of the documents that have any. */
export async function readNotes(ask: Ask, shape: StageShape, keys: readonly KeyText[]): Promise<Map<KeyText, Notes>> {
  const [findings, leftovers] = await Promise.all([
    readFindings(ask, shape.name, keys),
    readLeftovers(ask, shape.collection, keys),
  ]);
  const notes = new Map<KeyText, Notes>();
  const of = (key: string) => {
    const known = notes.get(key) ?? { findings: new Map(), leftovers: new Map(), taken: new Set() };
    notes.set(key, known);
    return known;
  };
  for (const [key, path, code, old, note] of findings) {
    add(of(key!).findings, path!, { code: code!, old: bytesOf(old!), note: note! });
  }
  for (const [key, path, value, name] of leftovers) {
    add(of(key!).leftovers, path!, { box: bytesOf(value!)!, name: name! });
  }
  return notes;
}

const bytesOf = (text: string | null) => (text === null ? null : Buffer.from(text.slice(2), 'hex'));

function add<T>(to: Map<string, T[]>, path: string, one: T): void {
  const there = to.get(path);
  if (there === undefined) to.set(path, [one]);
  else there.push(one);
}

function readFindings(ask: Ask, stage: string, keys: readonly KeyText[]) {
  return ask(
    `SELECT legacy_key, path, code, old_value, note FROM unnest($1::bytea[]) AS root (key)
     CROSS JOIN LATERAL (
       SELECT * FROM migration_finding
       WHERE stage = $2 AND ${indexed('legacy_key')} = ${indexed('root.key')} OFFSET 0) AS own
     ORDER BY id`,
    [bytes(keys), stage],
  );
}

function readLeftovers(ask: Ask, collection: string, keys: readonly KeyText[]) {
  return ask(
    `SELECT legacy_key, path, value, name FROM unnest($1::bytea[]) AS root (key)
     CROSS JOIN LATERAL (
       SELECT * FROM migration_leftover
       WHERE collection = $2 AND ${indexed('legacy_key')} = ${indexed('root.key')} OFFSET 0) AS own`,
    [bytes(keys), collection],
  );
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
      bytes(lookups.map(({ parent }) => parent)),
      bytes(lookups.map(({ key }) => key)),
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
    [bytes(keys), runId, stage],
  );
  return new Map(rows.map(([key, hash]) => [key!, hash!]));
}
