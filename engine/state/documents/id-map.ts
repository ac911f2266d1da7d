import { parts } from '../../common/parts.ts';
import type { IdMapEntry } from '../../document/id-map-entry.ts';
import { keyName, type LegacyKey, showKey } from '../../document/legacy-key.ts';
import { byteaArray } from '../../target/array-text.ts';
import { byteaText, bytesOfBytea } from '../../target/bytea.ts';
import { type CopyIn, copyBytes, copyOf } from '../../target/copy-in.ts';
import { indexed } from '../../target/indexed-key.ts';
import type { Query } from '../../target/query.ts';
import type { Execute } from '../../target/target.ts';

/** What the ID map is asked for: a key of a collection, inside its root when it is a sub-document's. */
export interface Lookup {
  readonly collection: string;
  /** Empty for root documents. */
  readonly parent: LegacyKey;
  readonly key: LegacyKey;
}

/** One text per lookup, to find its answer by. */
export function lookupName(lookup: Lookup): string {
  return `${lookup.collection}\n${keyName(lookup.parent)}\n${keyName(lookup.key)}`;
}

/**
 * Runbook section 3's `resolveMapping()`: the Prisma ids of legacy keys, 10,000 of them in one statement. Keys that lead
 * nowhere are missing from the answer. Of sub-documents with a repeated `_id` the first is meant. One index search per
 * key, whatever statistics the growing table has: a plain join is planned as a scan of all of it while they are missing.
 * @returns ids by `lookupName`.
 */
export async function resolveMapping(query: Query, lookups: readonly Lookup[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const some of parts(lookups, LOOKUPS_PER_STATEMENT)) await resolveSome(query, some, ids);
  return ids;
}

const LOOKUPS_PER_STATEMENT = 10_000;

async function resolveSome(query: Query, lookups: readonly Lookup[], ids: Map<string, string>): Promise<void> {
  const wanted = new Map(lookups.map((lookup) => [lookupName(lookup), lookup]));
  const names = [...wanted.keys()];
  const asked = [...wanted.values()];
  const collections = [...new Set(asked.map(({ collection }) => collection))];
  const numbers = new Map(collections.map((collection, index) => [collection, index + 1]));
  const rows = await query(
    `SELECT wanted.n, found.prisma_id
     FROM unnest($2::int[], $3::bytea[], $4::bytea[]) WITH ORDINALITY AS wanted (number, parent, key, n)
     CROSS JOIN LATERAL (
       SELECT prisma_id FROM migration_id_map
       WHERE collection = ($1::text[])[wanted.number] AND ${indexed('parent_key')} = ${indexed('wanted.parent')}
         AND ${indexed('legacy_key')} = ${indexed('wanted.key')} AND NOT departing
       ORDER BY occurrence, path LIMIT 1) AS found`,
    [
      collections,
      `{${asked.map(({ collection }) => numbers.get(collection)).join(',')}}`,
      byteaArray(asked.map(({ parent }) => parent)),
      byteaArray(asked.map(({ key }) => key)),
    ],
  );
  for (const [n, id] of rows) ids.set(names[Number(n) - 1]!, id!);
}

/** An entry, with the document's hashes on the root's. */
export type HashedEntry = IdMapEntry & { readonly sourceHash?: Buffer; readonly rowsHash?: Buffer };

/** New entries, for a COPY. */
export function entriesToCopy(runId: string, entries: Iterable<HashedEntry>): CopyIn[] {
  return copyOf(`COPY migration_id_map (${COLUMNS}) FROM STDIN`, linesOf(runId, entries));
}

function* linesOf(runId: string, entries: Iterable<HashedEntry>): Generator<string> {
  for (const { collection, parent, key, path, occurrence, id, sourceHash = null, rowsHash = null } of entries) {
    const hashes = `${copyBytes(sourceHash)}\t${copyBytes(rowsHash)}`;
    yield `${collection}\t${copyBytes(parent)}\t${copyBytes(key)}\t${path}\t${occurrence}\t${id}\t${runId}\t${hashes}\n`;
  }
}

/** Adds entries, or brings those up to date that are there: they stay with the run that wrote them first. */
export function upsertIdMap(execute: Execute, runId: string, entries: readonly HashedEntry[]): Promise<number> {
  return execute(
    `INSERT INTO migration_id_map (${COLUMNS})
     SELECT c, p, k, a, o, i, $2::text::uuid, s, r
     FROM json_to_recordset($1::text::json) AS given
       (c text, p bytea, k bytea, a text, o int, i uuid, s bytea, r bytea)
     ON CONFLICT (collection, ${indexed('parent_key')}, ${indexed('legacy_key')}, path, occurrence) DO UPDATE SET prisma_id = excluded.prisma_id,
       source_hash = excluded.source_hash, rows_hash = excluded.rows_hash, departing = false`,
    givenOf(entries),
    runId,
  );
}

const COLUMNS = 'collection, parent_key, legacy_key, path, occurrence, prisma_id, run_id, source_hash, rows_hash';

function givenOf(entries: readonly HashedEntry[]): string {
  const given = entries.map((entry) => ({
    c: entry.collection,
    p: byteaText(entry.parent),
    k: byteaText(entry.key),
    a: entry.path,
    o: entry.occurrence,
    i: entry.id,
    ...(entry.sourceHash && { s: byteaText(entry.sourceHash) }),
    ...(entry.rowsHash && { r: byteaText(entry.rowsHash) }),
  }));
  return JSON.stringify(given);
}

/** How one legacy id and its row's id belong together, as `resolve` shows it. */
export interface Mapping {
  readonly collection: string;
  readonly legacyId: string;
  readonly parent: string | null;
  readonly path: string;
  readonly prismaId: string;
}

/** Every mapping of a legacy key in a collection of the ID map; sub-document ids can stand in several documents. */
export async function mappingsOf(query: Query, collection: string, key: LegacyKey): Promise<Mapping[]> {
  const rows = await query(
    `SELECT parent_key, path, prisma_id FROM migration_id_map
     WHERE collection = $1 AND ${indexed('legacy_key')} = ${indexed('$2::text::bytea')} ORDER BY parent_key, path, occurrence`,
    [collection, byteaText(key)],
  );
  return rows.map(([parent, path, prismaId]) => ({
    collection,
    legacyId: showKey(key),
    parent: parent === '\\x' ? null : showKey(bytesOfBytea(parent!)),
    path: path!,
    prismaId: prismaId!,
  }));
}

/** The mapping of a row's id. */
export async function mappingOfId(query: Query, prismaId: string): Promise<Mapping | null> {
  const [row] = await query(
    `SELECT collection, parent_key, legacy_key, path FROM migration_id_map WHERE prisma_id = $1::uuid`,
    [prismaId],
  );
  if (row === undefined) return null;
  const [collection, parent, key, path] = row;
  return {
    collection: collection!,
    legacyId: showKey(bytesOfBytea(key!)),
    parent: parent === '\\x' ? null : showKey(bytesOfBytea(parent!)),
    path: path!,
    prismaId,
  };
}
