import type { Difference } from '../difference.ts';
import type { Held } from './held.ts';
import type { HeldTable, Row } from './held-rows.ts';
import type { StageShape, TableShape } from './shape.ts';
import type { KeyText } from './values/key.ts';

/** What the target holds of the documents of a batch, where this reader looks for it. */
export class Places {
  readonly #held: Held;
  readonly #tables: readonly HeldTable[];
  /** Of each row of a table, whether a value has become it. */
  readonly #taken: readonly Uint8Array[];
  readonly #roots = new Map<KeyText, string>();
  /** The places of entries by document, path, and key with its occurrence. */
  readonly #children = new Map<KeyText, Map<string, Map<string, number>>>();
  /** Documents and paths of which a key stands more than once in the ID map. */
  readonly #repeating = new Set<string>();
  readonly #shape: StageShape;

  constructor(shape: StageShape, held: Held) {
    this.#shape = shape;
    this.#held = held;
    this.#tables = shape.shapes.map(({ name }) => held.rows.get(name)!);
    this.#taken = this.#tables.map(({ length }) => new Uint8Array(length));
    const collections = new Map(shape.children.map(({ path, collection }) => [path, collection]));
    let place = 0;
    for (const [id, collection, parent, key, path, occurrence] of held.entries) {
      if (parent === NO_PARENT) this.#roots.set(key!, id!);
      else if (collections.get(path!) === collection) {
        this.#enter(parent!, path!, named(key!, occurrence!), place);
        if (occurrence !== '0') this.#repeating.add(`${parent} ${path}`);
      }
      place++;
    }
  }

  #enter(root: KeyText, path: string, name: string, place: number): void {
    let paths = this.#children.get(root);
    if (paths === undefined) {
      paths = new Map();
      this.#children.set(root, paths);
    }
    const places = paths.get(path);
    if (places === undefined) paths.set(path, new Map([[name, place]]));
    else places.set(name, place);
  }

  /** The id of a document's row. */
  rootId(key: KeyText): string | undefined {
    return this.#roots.get(key);
  }

  /** The id of a sub-document's row, by its document, path, key and occurrence. */
  childId(root: KeyText, path: string, key: KeyText, occurrence: number): string | undefined {
    const place = this.#children
      .get(root)
      ?.get(path)
      ?.get(occurrence === 0 ? key : named(key, `${occurrence}`));
    return place === undefined ? undefined : this.#held.entries.at(place, 1)[0]!;
  }

  /** Whether the ID map has a key more than once in an array of a document. */
  repeats(root: KeyText, path: string): boolean {
    return this.#repeating.has(`${root} ${path}`);
  }

  /** Takes a row out of those of its table; undefined where none of this id is left under this document. */
  take({ place: table }: TableShape, id: string | undefined, root: string): Row | undefined {
    const rows = this.#tables[table]!;
    const place = id === undefined ? undefined : rows.placeOf(id);
    const row = place === undefined ? undefined : rows.at(place);
    if (row?.at(-1) !== root || this.#taken[table]![place!] === 1) return undefined;
    this.#taken[table]![place!] = 1;
    return row;
  }

  /** Rows of these documents that no value of them has become. */
  left(legacyIds: ReadonlyMap<KeyText, string>): Difference[] {
    const documents = new Map([...legacyIds].map(([key, legacyId]) => [this.#roots.get(key), legacyId]));
    const differences: Difference[] = [];
    for (const { name, place: table, id } of this.#shape.shapes) {
      const taken = this.#taken[table]!;
      for (let place = taken.indexOf(0); place >= 0; place = taken.indexOf(0, place + 1)) {
        const row = this.#tables[table]!.at(place);
        const legacyId = documents.get(row.at(-1)!);
        if (legacyId === undefined) continue;
        differences.push({ kind: 'unexpected', legacyId, where: name, rowId: row[id]!, expected: null, found: null });
      }
    }
    return differences;
  }
}

/** The parent of an entry that is a document's own. */
const NO_PARENT = '\\x';
const named = (key: KeyText, occurrence: string) => (occurrence === '0' ? key : `${key} ${occurrence}`);
