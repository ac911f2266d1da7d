import type { TableName } from '../prisma/generated/tables.ts';
import { byteaText, bytesOfBytea } from './bytea.ts';
import type { LegacyKey } from './legacy-key.ts';
import { quoted } from './row-codec.ts';
import { type RawObject, rawObjects, rawReference } from './source/raw-references.ts';
import type { RawDocument } from './source/source.ts';
import type { Query, Stage } from './stage.ts';

/** A foreign key whose value the source holds at a path. */
export interface Followed {
  readonly column: string;
  /** The reference's name inside its object. */
  readonly name: string;
  /** The ID map's collection that it leads into. */
  readonly collection: string;
  /** Inside which document it is looked up: none for a root, this one, or the one that another reference names. */
  readonly within: 'nothing' | 'document' | { readonly name: string };
}

/** One table's foreign keys, and the array whose elements its rows were; empty for documents. */
export interface Followers {
  readonly table: TableName;
  readonly collection: string;
  readonly path: string;
  readonly columns: readonly Followed[];
}

/** Where a reference may lead, best first: `\x…` keys, and the documents that these are looked up within. */
type Led = readonly { readonly key: string; readonly within: string }[];

/** One object of a document: its own key, and for each foreign key where its value may lead. */
export interface Referring {
  /** Of the document, `\x…`. */
  readonly root: string;
  readonly key: string;
  readonly occurrence: number;
  readonly led: readonly Led[];
}

const NO_PARENT = '\\x';

/** The objects of a document that became rows of a table. It shares no code with the transform. */
export function referring({ key, bytes }: RawDocument, { path, columns }: Followers): Referring[] {
  const root = byteaText(key);
  const meant = (object: RawObject, name: string) => rawReference(bytes, object, name).map(byteaText);
  const withinOf = (object: RawObject, { within }: Followed) => {
    if (within === 'nothing') return [NO_PARENT];
    return within === 'document' ? [root] : meant(object, within.name);
  };
  const led = (object: RawObject, column: Followed): Led => {
    const documents = withinOf(object, column);
    return meant(object, column.name).flatMap((one) => documents.map((within) => ({ key: one, within })));
  };
  return rawObjects(bytes, key, path).map((object) => ({
    root,
    key: byteaText(object.key),
    occurrence: object.occurrence,
    led: columns.map((column) => led(object, column)),
  }));
}

/** What was counted over some objects. */
export interface ComparedObjects {
  /** Those of migrated documents. */
  readonly checked: number;
  /** Those of them without an entry in the ID map. */
  readonly lost: number;
  /** For each foreign key those whose rows refer to another row. */
  readonly misled: readonly number[];
  /** The documents of whatever is lost or misled. */
  readonly wrong: readonly LegacyKey[];
}

/**
 * Holds objects to the ID map and to their rows, each by searches of its own: whatever statistics the tables have, a plain
 * join is planned as a scan without them. Lists of keys are texts, of which Prisma makes less ado than of arrays.
 */
export async function compareObjects(
  query: Query,
  stage: Stage,
  { table, collection, path, columns }: Followers,
  objects: readonly Referring[],
): Promise<ComparedObjects> {
  const lists = [
    objects.map(({ root }) => root),
    objects.map(({ key }) => key),
    objects.map((each) => `${each.occurrence}`),
  ];
  const list = (of: (object: Referring) => string | undefined) => {
    lists.push(objects.map((object) => of(object) ?? ''));
    return `given.c${lists.length - 1}`;
  };
  const led = columns.map(({ collection: into, within }, column) => {
    const most = Math.max(1, ...objects.map((object) => object.led[column]!.length));
    const searches = Array.from({ length: most }, (_, place) => {
      const key = list(({ led: all }) => all[column]![place]?.key);
      const parent =
        within === 'nothing'
          ? `''::bytea`
          : within === 'document'
            ? 'given.c0::bytea'
            : `${list(({ led: all }) => all[column]![place]?.within)}::bytea`;
      return `(SELECT prisma_id FROM migration_id_map WHERE collection = '${into}' AND parent_key = ${parent}
        AND legacy_key = ${key}::bytea ORDER BY occurrence, path LIMIT 1)`;
    });
    return `, coalesce(${searches.join(', ')}) AS led${column}`;
  });
  const isMisled = columns.map(
    ({ column }, i) => `held.id IS NOT NULL AND led${i} IS DISTINCT FROM held.${quoted(column)}`,
  );
  const isWrong = ['entry.prisma_id IS NULL', ...isMisled].map((rule) => `(${rule})`).join(' OR ');
  const given = lists.map((_, i) => `string_to_array($${i + 4}::text, ' ', '')`).join(', ');
  const [row] = await query(
    `SELECT count(*)::text AS checked, (count(*) - count(entry.prisma_id))::text AS lost,
       string_agg(DISTINCT given.c0, ' ') FILTER (WHERE ${isWrong}) AS wrong
       ${isMisled.map((rule, i) => `, count(*) FILTER (WHERE ${rule})::text AS misled${i}`).join('')}
     FROM unnest(${given}) AS given (${lists.map((_, i) => `c${i}`).join(', ')})
     CROSS JOIN LATERAL (SELECT prisma_id FROM migration_id_map
       WHERE collection = $3 AND parent_key = ''::bytea AND legacy_key = given.c0::bytea LIMIT 1) AS document
     LEFT JOIN LATERAL (SELECT prisma_id FROM migration_id_map
       WHERE collection = $1 AND parent_key = ${path === '' ? `''::bytea` : 'given.c0::bytea'}
         AND legacy_key = given.c1::bytea AND path = $2 AND occurrence = given.c2::int LIMIT 1) AS entry ON true
     LEFT JOIN LATERAL (SELECT * ${led.join('')} FROM ${quoted(table)} WHERE id = entry.prisma_id LIMIT 1) AS held ON true`,
    [collection, path, stage.idCollection, ...lists.map((values) => values.join(' '))],
  );
  const [checked, lost, wrong, ...misled] = row!;
  return {
    checked: Number(checked),
    lost: Number(lost),
    misled: misled.map(Number),
    wrong: wrong === null ? [] : wrong!.split(' ').map(bytesOfBytea),
  };
}
