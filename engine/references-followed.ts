import { type Table, type TableName, tables } from '../prisma/generated/tables.ts';
import { byteaText } from './bytea.ts';
import { type ComparedColumn, comparedColumns } from './compared-columns.ts';
import { quoted } from './row-codec.ts';
import { type RawObject, rawObjects, rawReference } from './source/raw-references.ts';
import type { KeySelection, RawDocument, Source } from './source/source.ts';
import type { Plan, Query, Stage } from './stage.ts';
import type { ReferenceCheck } from './verify-references.ts';

/** A foreign key whose value the source holds at a path. */
interface Followed {
  readonly column: string;
  /** The reference's name inside its object. */
  readonly name: string;
  /** The ID map's collection that it leads into. */
  readonly collection: string;
  /** Inside which document it is looked up: none for a root, this one, or the one that another reference names. */
  readonly within: 'nothing' | 'document' | { readonly name: string };
}

/** One table's foreign keys, and the array whose elements its rows were; empty for documents. */
interface Followers {
  readonly table: TableName;
  readonly collection: string;
  readonly path: string;
  readonly columns: readonly Followed[];
}

/** Objects of one statement. */
const BATCH = 2_000;

/**
 * Reads the source's ids and references anew. Each sub-document of a migrated document must have its entry in the ID map,
 * and each foreign key must be the row that the ID map names for the source's value: NULL where that leads nowhere.
 */
export async function followReferences(
  query: Query,
  plan: Plan,
  stage: Stage,
  source: Source,
  selections: readonly KeySelection[] | null,
  signal?: AbortSignal,
): Promise<ReferenceCheck[]> {
  const followers = followersOf(plan, stage);
  if (followers.length === 0) return [];
  const compared = followers.map((each) => new Comparison(query, stage, each));
  for await (const document of source.readFields(stage.collection, topLevelNames(followers), selections)) {
    signal?.throwIfAborted();
    for (const each of compared) await each.take(document);
  }
  for (const each of compared) await each.finish();
  return compared.flatMap((each) => each.checks());
}

/** Gathers one table's objects and compares them, a batch while the next one is read. */
class Comparison {
  readonly #query: Query;
  readonly #stage: Stage;
  readonly #followers: Followers;
  #waiting: Referring[] = [];
  #underWay: Promise<readonly number[]> = Promise.resolve([]);
  #counts: number[];

  constructor(query: Query, stage: Stage, followers: Followers) {
    this.#query = query;
    this.#stage = stage;
    this.#followers = followers;
    this.#counts = [0, 0, ...followers.columns.map(() => 0)];
  }

  async take(document: RawDocument): Promise<void> {
    this.#waiting.push(...referring(document, this.#followers));
    if (this.#waiting.length >= BATCH) await this.#send();
  }

  async finish(): Promise<void> {
    if (this.#waiting.length > 0) await this.#send();
    this.#add(await this.#underWay);
    this.#underWay = Promise.resolve([]);
  }

  async #send(): Promise<void> {
    const objects = this.#waiting;
    this.#waiting = [];
    this.#add(await this.#underWay);
    this.#underWay = compareObjects(this.#query, this.#stage, this.#followers, objects);
    // It is waited for later, and what it throws is thrown then.
    this.#underWay.catch(() => {});
  }

  #add(counts: readonly number[]): void {
    this.#counts = this.#counts.map((before, place) => before + (counts[place] ?? 0));
  }

  checks(): ReferenceCheck[] {
    const { table, path, columns } = this.#followers;
    const [checked = 0, lost = 0, ...misled] = this.#counts;
    return [
      ...(path === '' ? [] : [{ what: 'lost', table, column: null, checked, wrong: lost } as const]),
      ...columns.map(({ column }, i) => ({ what: 'misled', table, column, checked, wrong: misled[i]! }) as const),
    ];
  }
}

/** The document's table where it has references, and the tables of all its arrays. */
function followersOf(plan: Plan, stage: Stage): Followers[] {
  const columns = comparedColumns(stage).filter(({ column }) => column.kind === 'uuid');
  const arrays = stage.children.filter(({ single }) => !single);
  const tables = [{ path: '', table: stage.tables[0]!.table, collection: stage.idCollection }, ...arrays];
  return tables
    .map(({ path, table, collection }) => {
      const here = columns.filter((each) => each.table === table);
      return { table, collection, path, columns: here.map((each) => followed(plan, stage, each)) };
    })
    .filter(({ path, columns: own }) => path !== '' || own.length > 0);
}

function followed(plan: Plan, stage: Stage, { path, rows, table, column }: ComparedColumn): Followed {
  const name = rows === '' ? path : path.slice(rows.length + 1);
  const { references }: Table = tables[table];
  const model = references.find(({ fields }) => fields.includes(column.field))!.model;
  const root = plan.stages.find((each) => each.tables[0]!.table === model);
  if (root) return { column: column.field, name, collection: root.idCollection, within: 'nothing' };
  const other = stage.subReferences.find((sub) => sub.path === path);
  if (other) return { column: column.field, name, collection: other.collection, within: { name: other.within } };
  const sibling = stage.children.find((children) => children.table === model)!;
  return { column: column.field, name, collection: sibling.collection, within: 'document' };
}

function topLevelNames(followers: readonly Followers[]): string[] {
  const names = followers.flatMap(({ path, columns }) =>
    path === '' ? columns.map(({ name }) => name) : [path.split('.')[0]!],
  );
  return [...new Set(names)];
}

/** One object's own key and, for each foreign key, the keys that its value may mean and those it is looked up within. */
type Referring = readonly [
  parent: string,
  key: string,
  occurrence: number,
  ...references: (readonly [keys: readonly string[], within: readonly string[]])[],
];

const NO_PARENT = '\\x';

function referring({ key, bytes }: RawDocument, { path, columns }: Followers): Referring[] {
  const root = byteaText(key);
  const meant = (object: RawObject, name: string) => rawReference(bytes, object, name).map(byteaText);
  const withinOf = (object: RawObject, { within }: Followed) => {
    if (within === 'nothing') return [NO_PARENT];
    return within === 'document' ? [root] : meant(object, within.name);
  };
  return rawObjects(bytes, key, path).map((object) => [
    path === '' ? NO_PARENT : root,
    byteaText(object.key),
    object.occurrence,
    ...columns.map((column) => [meant(object, column.name), withinOf(object, column)] as const),
  ]);
}

/** Counts the objects of migrated documents, those without an entry, and for each foreign key those that it misleads. */
async function compareObjects(
  query: Query,
  stage: Stage,
  { table, collection, path, columns }: Followers,
  objects: readonly Referring[],
): Promise<number[]> {
  const meant = columns.map(
    ({ collection: into }, i) => `LEFT JOIN LATERAL (
       SELECT map.prisma_id FROM json_array_elements_text(given.object -> ${i + 3} -> 0) WITH ORDINALITY AS meant (key, place)
       CROSS JOIN json_array_elements_text(given.object -> ${i + 3} -> 1) AS within (key)
       CROSS JOIN LATERAL (SELECT prisma_id FROM migration_id_map
         WHERE collection = '${into}' AND parent_key = within.key::bytea AND legacy_key = meant.key::bytea
         ORDER BY occurrence, path LIMIT 1) AS map
       ORDER BY meant.place LIMIT 1) AS led${i} ON true`,
  );
  const misled = columns.map(
    ({ column }, i) =>
      `, count(held.id) FILTER (WHERE led${i}.prisma_id IS DISTINCT FROM held.${quoted(column)})::text AS misled${i}`,
  );
  // One search by its key for each, whatever statistics the tables have: a plain join is planned as a scan without them.
  const [row] = await query(
    `SELECT count(*)::text AS checked, (count(*) - count(entry.prisma_id))::text AS lost${misled.join('')}
     FROM (SELECT value AS object FROM json_array_elements($1::text::json) AS value) AS given
     CROSS JOIN LATERAL (SELECT prisma_id FROM migration_id_map
       WHERE collection = $4 AND parent_key = ''::bytea AND legacy_key = (given.object ->> ${path === '' ? 1 : 0})::bytea
       LIMIT 1) AS document
     LEFT JOIN LATERAL (SELECT prisma_id FROM migration_id_map
       WHERE collection = $2 AND parent_key = (given.object ->> 0)::bytea AND legacy_key = (given.object ->> 1)::bytea
         AND path = $3 AND occurrence = (given.object ->> 2)::int LIMIT 1) AS entry ON true
     LEFT JOIN LATERAL (SELECT * FROM ${quoted(table)} WHERE id = entry.prisma_id LIMIT 1) AS held ON true
     ${meant.join('\n')}`,
    [JSON.stringify(objects), collection, path, stage.idCollection],
  );
  return row!.map(Number);
}
