import type { LegacyKey } from '../../engine/document/legacy-key.ts';
import type { Stage } from '../../engine/plan/stage.ts';
import { codecOf } from '../../engine/plan/stage-tables.ts';
import { bytesOfBytea } from '../../engine/target/bytea.ts';
import { indexed, isRoot } from '../../engine/target/indexed-key.ts';
import type { Query } from '../../engine/target/query.ts';

/** A document that was moved, as the ID map knows it. */
export interface Entry {
  readonly key: LegacyKey;
  /** The id of its root row. */
  readonly id: string;
  /** Hashes of the document as it was read, and of its rows as they were written. */
  readonly sourceHash: Buffer;
  readonly rowsHash: Buffer;
}

/** Documents that are looked at because something is wrong with them are at most so many of a kind in one round. */
const MOST = 500;

const COLUMNS = `root.legacy_key::text AS key, root.prisma_id::text AS id, root.source_hash::text AS source, root.rows_hash::text AS rows`;
const ROOTS = `root.collection = $1 AND ${isRoot('root')} AND root.run_id = ANY ($2::text::uuid[])`;

function entryOf([key, id, source, rows]: readonly (string | null)[]): Entry {
  const [sourceHash, rowsHash] = [bytesOfBytea(source!), bytesOfBytea(rows!)];
  return { key: bytesOfBytea(key!), id: id!, sourceHash, rowsHash };
}

/** Runs as PostgreSQL writes an array, for statements whose parameters are plain texts. */
export const runList = (runs: readonly string[]) => `{${runs.join(',')}}`;

/** Documents whose root row was written since the switch. */
export async function touchedEntries(
  query: Query,
  stage: Stage,
  runs: readonly string[],
  switchedAt: Date,
): Promise<Entry[]> {
  const { relation, id, nameOf } = codecOf(stage, stage.tables[0]!.table);
  const rows = await query(
    `SELECT ${COLUMNS} FROM migration_id_map AS root JOIN ${relation} AS held ON held.${id} = root.prisma_id
     WHERE ${ROOTS} AND held.${nameOf('updatedAt')} > $3::text::timestamptz`,
    [stage.idCollection, runList(runs), switchedAt.toISOString()],
  );
  return rows.map(entryOf);
}

/** Documents whose root row is gone. */
export async function goneEntries(query: Query, stage: Stage, runs: readonly string[]): Promise<Entry[]> {
  const { relation, id } = codecOf(stage, stage.tables[0]!.table);
  const rows = await query(
    `SELECT ${COLUMNS} FROM migration_id_map AS root
     WHERE ${ROOTS} AND NOT EXISTS (SELECT 1 FROM ${relation} AS held WHERE held.${id} = root.prisma_id)
     ORDER BY ${indexed('root.legacy_key')} LIMIT ${MOST}`,
    [stage.idCollection, runList(runs)],
  );
  return rows.map(entryOf);
}

/** Documents of which a row of a sub-document is gone. */
export async function halvedEntries(
  query: Query,
  stage: Stage,
  runs: readonly string[],
  { table, collection }: Stage['children'][number],
): Promise<Entry[]> {
  const { relation, id } = codecOf(stage, table);
  const rows = await query(
    `SELECT DISTINCT ${COLUMNS} FROM migration_id_map AS part
       JOIN migration_id_map AS root ON ${indexed('root.legacy_key')} = ${indexed('part.parent_key')} AND ${ROOTS}
     WHERE part.collection = $3 AND NOT EXISTS (SELECT 1 FROM ${relation} AS held WHERE held.${id} = part.prisma_id)
     LIMIT ${MOST}`,
    [stage.idCollection, runList(runs), collection],
  );
  return rows.map(entryOf);
}

/** Random documents: other ones for each seed, a UUID. */
export async function drawnEntries(
  query: Query,
  stage: Stage,
  runs: readonly string[],
  seed: string,
  count: number,
): Promise<Entry[]> {
  const rows = await query(
    `SELECT ${COLUMNS} FROM migration_id_map AS root WHERE ${ROOTS}
     ORDER BY uuid_hash_extended(root.prisma_id, ('x' || right(replace($3::text, '-', ''), 16))::bit(64)::bigint) LIMIT $4::int`,
    [stage.idCollection, runList(runs), seed, count],
  );
  return rows.map(entryOf);
}

/** The documents of these root rows. */
export async function entriesOf(
  query: Query,
  stage: Stage,
  runs: readonly string[],
  ids: readonly string[],
): Promise<Entry[]> {
  const rows = await query(
    `SELECT ${COLUMNS} FROM migration_id_map AS root WHERE ${ROOTS} AND root.prisma_id = ANY ($3::text::uuid[])`,
    [stage.idCollection, runList(runs), runList(ids)],
  );
  return rows.map(entryOf);
}

/** The next documents after a key, in the order of the keys' bytes. */
export async function nextEntries(
  query: Query,
  stage: Stage,
  runs: readonly string[],
  after: LegacyKey,
  count: number,
): Promise<Entry[]> {
  const rows = await query(
    `SELECT ${COLUMNS} FROM migration_id_map AS root WHERE ${ROOTS} AND ${indexed('root.legacy_key')} > ${indexed('$3::text::bytea')}
     ORDER BY ${indexed('root.legacy_key')} LIMIT $4::int`,
    [stage.idCollection, runList(runs), `\\x${after.toString('hex')}`, count],
  );
  return rows.map(entryOf);
}

/** Entries of the ID map by collection, sub-documents' included. */
export async function countEntries(query: Query, stage: Stage, runs: readonly string[]): Promise<Map<string, number>> {
  const collections = [stage.idCollection, ...stage.children.map(({ collection }) => collection)];
  const rows = await query(
    `SELECT collection, count(*)::text AS entries FROM migration_id_map
     WHERE collection = ANY (string_to_array($1::text, ',')) AND run_id = ANY ($2::text::uuid[]) GROUP BY collection`,
    [collections.join(','), runList(runs)],
  );
  const counts = new Map(rows.map(([collection, entries]) => [collection!, Number(entries)]));
  return new Map(collections.map((collection) => [collection, counts.get(collection) ?? 0]));
}
