import { together } from '../../common/together.ts';
import type { LegacyKey } from '../../document/legacy-key.ts';
import { type ComparedColumn, comparedColumns } from '../../plan/columns/compared-columns.ts';
import type { Plan, Stage, SubReference } from '../../plan/stage.ts';
import { tableOf } from '../../plan/stage-tables.ts';
import type { KeySelection, RawDocument, Source } from '../../source/source.ts';
import { byteaText } from '../../target/bytea.ts';
import type { Query } from '../../target/query.ts';
import {
  type ComparedObjects,
  compareObjects,
  type Followed,
  type Followers,
  type Referring,
  referring,
} from './compare-references.ts';
import type { ReferenceCheck } from './reference-check.ts';

/** Objects of one statement. */
const BATCH = 2_000;

/** What of a stage is followed, and by whom it is answered. */
export interface Following {
  /** Asked for several tables at once. */
  readonly query: Query;
  readonly plan: Plan;
  readonly stage: Stage;
  readonly source: Source;
  /** Null for all documents. */
  readonly selections: readonly KeySelection[] | null;
  /**
   * While the source is written to: which of these documents are not as they were moved. What is wrong with them is no
   * fault, and they are left out.
   */
  readonly changed?: ((keys: readonly LegacyKey[]) => Promise<readonly LegacyKey[]>) | undefined;
}

/**
 * Reads the source's ids and references anew. Each sub-document of a migrated document must have its entry in the ID map,
 * and each foreign key must be the row that the ID map names for the source's value: NULL where that leads nowhere.
 */
export async function followReferences(following: Following, signal?: AbortSignal): Promise<ReferenceCheck[]> {
  const { plan, stage, source, selections } = following;
  const followers = followersOf(plan, stage);
  if (followers.length === 0) return [];
  const compared = followers.map((each) => new Comparison(following, each));
  try {
    for await (const document of source.readFields(stage.collection, topLevelNames(followers), selections)) {
      signal?.throwIfAborted();
      for (const each of compared) await each.take(document);
    }
    await together(...compared.map((each) => each.finish()));
  } finally {
    await Promise.allSettled(compared.map((each) => each.underWay));
  }
  return compared.flatMap((each) => each.checks());
}

/** Gathers one table's objects and compares them, a batch while the next one is read. */
class Comparison {
  readonly #following: Following;
  readonly #followers: Followers;
  #waiting: Referring[] = [];
  /** The batch that is being compared. */
  underWay: Promise<void> = Promise.resolve();
  #checked = 0;
  #lost = 0;
  readonly #misled: number[];

  constructor(following: Following, followers: Followers) {
    this.#following = following;
    this.#followers = followers;
    this.#misled = followers.columns.map(() => 0);
  }

  async take(document: RawDocument): Promise<void> {
    for (const object of referring(document, this.#followers)) {
      this.#waiting.push(object);
      if (this.#waiting.length >= BATCH) await this.#send();
    }
  }

  async finish(): Promise<void> {
    if (this.#waiting.length > 0) await this.#send();
    await this.underWay;
  }

  async #send(): Promise<void> {
    const objects = this.#waiting;
    this.#waiting = [];
    await this.underWay;
    this.underWay = this.#compare(objects);
    // It is waited for later, and what it throws is thrown then.
    this.underWay.catch(() => {});
  }

  async #compare(objects: readonly Referring[]): Promise<void> {
    const { query, stage, changed } = this.#following;
    const all = await compareObjects(query, stage, this.#followers, objects);
    if (changed === undefined || all.wrong.length === 0) return this.#add(all);
    const left = new Set((await changed(all.wrong)).map(byteaText));
    const others = objects.filter(({ root }) => !left.has(root));
    if (others.length > 0) this.#add(await compareObjects(query, stage, this.#followers, others));
  }

  #add({ checked, lost, misled }: ComparedObjects): void {
    this.#checked += checked;
    this.#lost += lost;
    for (const [column, count] of misled.entries()) this.#misled[column]! += count;
  }

  checks(): ReferenceCheck[] {
    const { table, path, columns } = this.#followers;
    const checked = this.#checked;
    return [
      ...(path === '' ? [] : [{ what: 'lost', table, column: null, checked, wrong: this.#lost } as const]),
      ...columns.map(({ column }, i) => ({ what: 'misled', table, column, checked, wrong: this.#misled[i]! }) as const),
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
  const model = tableOf(stage, table).references.find(({ fields }) => fields.includes(column.field))!.model;
  const root = plan.stages.find((each) => each.tables[0]!.table === model);
  const shared = { column: column.field, name };
  if (root) return { ...shared, collection: root.idCollection, home: root.collection, within: 'nothing' };
  const other = stage.subReferences.find((sub) => sub.path === path);
  if (other)
    return {
      ...shared,
      collection: other.collection,
      home: homeOf(plan, stage, other),
      within: { name: other.within },
    };
  const sibling = stage.children.find((children) => children.table === model)!;
  return { ...shared, collection: sibling.collection, home: stage.collection, within: 'document' };
}

/** The collection whose documents hold what a reference to a sub-document names. */
function homeOf({ stages }: Plan, { fields }: Stage, { within }: SubReference): string {
  const field = fields.get(within);
  const model = field?.kind === 'reference' ? field.to : null;
  return stages.find(({ modelName }) => modelName === model)!.collection;
}

function topLevelNames(followers: readonly Followers[]): string[] {
  const names = followers.flatMap(({ path, columns }) =>
    path === '' ? columns.map(({ name }) => name) : [path.split('.')[0]!],
  );
  return [...new Set(names)];
}
