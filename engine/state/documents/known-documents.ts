import type { LegacyKey } from '../../document/legacy-key.ts';
import type { Stage } from '../../plan/stage.ts';
import { byteaText } from '../../target/bytea.ts';
import { indexed, isRoot } from '../../target/indexed-key.ts';
import type { Query } from '../../target/query.ts';

/** A part of the order of keys' bytes, both bounds left out. */
export interface ByteRange {
  readonly after: LegacyKey;
  readonly before: LegacyKey;
}

/** What the target knows of documents: `<key>:<hash>` in hex each, in the order of the keys' bytes. */
export type KnownEntries = readonly string[];

const KEY = indexed('legacy_key');

/**
 * The root documents that the target knows: those that have moved, by the ID map, and those that lie in quarantine, by
 * the document that is kept there. When several runs keep one, it is of the run that has tried it last: in the others it is
 * `retried`. `which` bounds the keys.
 */
const known = (which: string, limit: string) => `
  WITH moved AS (
    SELECT legacy_key, source_hash, NULL::bytea AS document FROM migration_id_map
    WHERE collection = $1 AND ${isRoot()} AND NOT departing AND ${which}
    ORDER BY ${KEY} ${limit}),
  held AS (
    SELECT DISTINCT ON (${KEY}) legacy_key, NULL::bytea AS source_hash, document FROM migration_quarantine AS held
    WHERE stage = $2 AND state <> 'resolved' AND ${which} AND NOT EXISTS (
      SELECT FROM migration_id_map AS map WHERE map.collection = $1 AND ${isRoot('map')}
        AND ${indexed('map.legacy_key')} = ${indexed('held.legacy_key')} AND NOT map.departing)
    ORDER BY ${KEY}, state = 'retried', id DESC ${limit}),
  known AS (SELECT * FROM (SELECT * FROM moved UNION ALL SELECT * FROM held) AS either ORDER BY ${KEY} ${limit})
  SELECT string_agg(encode(legacy_key, 'hex') || ':' ||
      encode(coalesce(source_hash, substr(sha256(document), 1, 16), ''::bytea), 'hex'), ' ' ORDER BY ${KEY})
  FROM known`;

const BETWEEN = known(`${KEY} > ${indexed('$3::text::bytea')} AND ${KEY} < ${indexed('$4::text::bytea')}`, 'LIMIT $5');
const AMONG = known(`${KEY} IN (SELECT ${indexed('value::bytea')} FROM unnest($3::text[]) AS value)`, '');

/** Whether the target knows any document of a stage that has moved. */
export async function knowsAnyOf(query: Query, { idCollection }: Stage): Promise<boolean> {
  const [row] = await query('SELECT EXISTS (SELECT FROM migration_id_map WHERE collection = $1)', [idCollection]);
  return row![0] === 't';
}

/** The first `most` that the target knows in a range. One text for all of them: a row for each takes several times as long. */
export async function knownBetween(
  query: Query,
  stage: Stage,
  { after, before }: ByteRange,
  most: number,
): Promise<KnownEntries> {
  const bounds = [byteaText(after), byteaText(before), most];
  const [row] = await query(BETWEEN, [stage.idCollection, stage.name, ...bounds]);
  return row![0]?.split(' ') ?? [];
}

/** Which of these documents the target knows: their hashes by their keys, both in hex. */
export async function knownAmong(
  query: Query,
  stage: Stage,
  keys: readonly LegacyKey[],
): Promise<ReadonlyMap<string, string>> {
  const [row] = await query(AMONG, [stage.idCollection, stage.name, keys.map(byteaText)]);
  return new Map((row![0]?.split(' ') ?? []).map((entry) => [keyText(entry), entry.slice(entry.indexOf(':') + 1)]));
}

/** The key of an entry, in hex; an entry without a hash is one. */
export function keyText(entry: string): string {
  const end = entry.indexOf(':');
  return end < 0 ? entry : entry.slice(0, end);
}
