import type { LegacyKey } from '../../document/legacy-key.ts';
import type { Stage } from '../../plan/stage.ts';
import { codecOf } from '../../plan/stage-tables.ts';
import { type RawObject, rawObjects, rawReference } from '../../source/raw-references.ts';
import type { RawDocument } from '../../source/source.ts';
import { byteaText, bytesOfBytea } from '../../target/bytea.ts';
import { indexed, isRoot } from '../../target/indexed-key.ts';
import type { Query } from '../../target/query.ts';

/** A foreign key whose value the source holds at a path. */
export interface Followed {
  readonly column: string;
  /** The reference's name inside its object. */
  readonly name: string;
  /** The ID map's collection that it leads into. */
  readonly collection: string;
  /** The source's collection that a DBRef has to name, and that of the reference which it is looked up within. */
  readonly home: string;
  /** Inside which document it is looked up: none for a root, this one, or the one that another reference names. */
  readonly within: 'nothing' | 'document' | { readonly name: string };
}

/** One table's foreign keys, and the array whose elements its rows were; empty for documents. */
export interface Followers {
  readonly table: string;
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
export function referring({ key, bytes, database }: RawDocument, { path, columns }: Followers): Referring[] {
  const root = byteaText(key);
  const meant = (object: RawObject, name: string, collection: string) =>
    rawReference(bytes, object, name, { collection, database }).map(byteaText);
  const withinOf = (object: RawObject, { within, home }: Followed) => {
    if (within === 'nothing') return [NO_PARENT];
    return within === 'document' ? [root] : meant(object, within.name, home);
  };
  const led = (object: RawObject, column: Followed): Led => {
    const documents = withinOf(object, column);
    return meant(object, column.name, column.home).flatMap((one) => documents.map((within) => ({ key: one, within })));
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
 * Holds objects to the ID map and to their rows, each by searches of its own: a plain join is planned as a scan while the
 * tables have no statistics.
 */
export async function compareObjects(
  query: Query,
  stage: Stage,
  { table, collection, path, columns }: Followers,
  objects: readonly Referring[],
): Promise<ComparedObjects> {
  const lists = new Lists();
  const root = lists.add(objects.map((object) => object.root));
  const key = lists.add(objects.map((object) => object.key));
  const occurrence = lists.add(objects.map((object) => `${object.occurrence}`));
  const led = columns.map((column, i) => {
    const searches = searchesOf(
      lists,
      root,
      column,
      objects.map((object) => object.led[i]!),
    );
    return `, coalesce(${searches.join(', ')}) AS led${i}`;
  });
  const { relation, id, nameOf } = codecOf(stage, table);
  const isMisled = columns.map(
    ({ column }, i) => `held.${id} IS NOT NULL AND led${i} IS DISTINCT FROM held.${nameOf(column)}`,
  );
  const isWrong = ['entry.prisma_id IS NULL', ...isMisled].map((rule) => `(${rule})`).join(' OR ');
  const [row] = await query(
    `SELECT count(*)::text AS checked, (count(*) - count(entry.prisma_id))::text AS lost,
       string_agg(DISTINCT ${root}, ' ') FILTER (WHERE ${isWrong}) AS wrong
       ${isMisled.map((rule, i) => `, count(*) FILTER (WHERE ${rule})::text AS misled${i}`).join('')}
     FROM ${lists.given(4)}
     CROSS JOIN LATERAL (SELECT prisma_id FROM migration_id_map
       WHERE collection = $3 AND ${isRoot()} AND ${indexed('legacy_key')} = ${indexed(`${root}::bytea`)} LIMIT 1) AS document
     LEFT JOIN LATERAL (SELECT prisma_id FROM migration_id_map
       WHERE collection = $1 AND ${indexed('parent_key')} = ${path === '' ? `''::bytea` : indexed(`${root}::bytea`)}
         AND ${indexed('legacy_key')} = ${indexed(`${key}::bytea`)} AND path = $2 AND occurrence = ${occurrence}::int LIMIT 1) AS entry ON true
     LEFT JOIN LATERAL (SELECT * ${led.join('')} FROM ${relation} WHERE ${id} = entry.prisma_id LIMIT 1) AS held ON true`,
    [collection, path, stage.idCollection, ...lists.texts],
  );
  const [checked, lost, wrong, ...misled] = row!;
  return {
    checked: Number(checked),
    lost: Number(lost),
    misled: misled.map(Number),
    wrong: wrong === null ? [] : wrong!.split(' ').map(bytesOfBytea),
  };
}

/** Lists of one length that a statement gets: a text each, of which Prisma makes less ado than of an array. */
class Lists {
  readonly texts: string[] = [];

  /** @param values without spaces; an empty one is NULL @returns the column */
  add(values: readonly string[]): string {
    this.texts.push(values.join(' '));
    return `given.c${this.texts.length - 1}`;
  }

  /** The lists side by side. @param first the number of the first one's parameter */
  given(first: number): string {
    const lists = this.texts.map((_, i) => `string_to_array($${first + i}::text, ' ', '')`);
    return `unnest(${lists.join(', ')}) AS given (${this.texts.map((_, i) => `c${i}`).join(', ')})`;
  }
}

/** A search for each key that a reference of these objects may mean, the best first. */
function searchesOf(lists: Lists, root: string, { collection, within }: Followed, led: readonly Led[]): string[] {
  const most = led.reduce((longest, { length }) => Math.max(longest, length), 1);
  return Array.from({ length: most }, (_, place) => {
    const key = lists.add(led.map((keys) => keys[place]?.key ?? ''));
    let parent = `''::bytea`;
    if (within === 'document') parent = `${root}::bytea`;
    else if (within !== 'nothing') parent = `${lists.add(led.map((keys) => keys[place]?.within ?? ''))}::bytea`;
    return `(SELECT prisma_id FROM migration_id_map WHERE collection = '${collection}' AND ${indexed('parent_key')} = ${indexed(parent)}
      AND ${indexed('legacy_key')} = ${indexed(`${key}::bytea`)} ORDER BY occurrence, path LIMIT 1)`;
  });
}
