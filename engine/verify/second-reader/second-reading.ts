import type { Difference } from '../difference.ts';
import { type Ask, type Asked, type Held, type Notes, readNotes, readQuarantined } from './held.ts';
import type { HeldTable, Row } from './held-rows.ts';
import { DocumentReading, type Outcome, type Places, shown } from './read-document.ts';
import { misled, Wanted } from './references.ts';
import type { StageShape, TableShape } from './shape.ts';
import { TYPE } from './values/cursor.ts';
import { byteaText, idOf, type KeyText, keysOfId } from './values/key.ts';

/** A document of the source, and what it is called where differences are told. */
export interface Read {
  readonly bytes: Uint8Array;
  /** The key that the copy has given it. */
  readonly key: Uint8Array;
  readonly legacyId: string;
  /** The database that it stands in, which a DBRef can name; absent where that is not known. */
  readonly database?: string | undefined;
}

/**
 * Holds documents that should have moved against what PostgreSQL has of them: every declared path, every element of an
 * array, every value of a JSON column, every reference and link, and the leftovers. It knows what the plan declares and
 * nothing of how the copy works.
 * @param sources source collections by those of the ID map
 */
export async function secondReading(
  { query, each }: Asked,
  shape: StageShape,
  sources: ReadonlyMap<string, string>,
  held: Held,
  documents: readonly Read[],
): Promise<Difference[]> {
  if (documents.length === 0) return [];
  const places = new HeldPlaces(shape, held);
  const keys = documents.map(({ key }) => byteaText(key));
  const notes = await readNotes(each, shape, keys);
  const to: Outcome = { differences: [], references: [], wanted: new Wanted() };
  for (const [index, document] of documents.entries()) {
    for (const _ of readOne(document, keys[index]!, shape, sources, notes, places, to)) {
      if (to.references.length >= REFERENCES) await follow(query, to);
    }
  }
  await follow(query, to);
  return [...to.differences, ...places.left(new Map(documents.map(({ legacyId }, i) => [keys[i]!, legacyId])))];
}

/** References that are followed at a time. */
const REFERENCES = 10_000;

/** Tells of the references so far that do not lead where their columns do. */
async function follow(ask: Ask, { differences, references, wanted }: Outcome): Promise<void> {
  for (const { reference, expected } of await misled(ask, wanted, references)) {
    const { leaf, found, rowId, legacyId } = reference;
    differences.push({
      ...{ kind: 'different', legacyId, where: leaf.where, rowId },
      expected: shown(expected),
      found: shown(found),
    });
  }
  references.length = 0;
  wanted.clear();
}

/**
 * Documents that a run’s quarantine does not keep byte for byte.
 * @param documents those that should lie there @param sha256 of bytes, in hex
 */
export async function notKept(
  ask: Ask,
  runId: string,
  stage: string,
  documents: readonly Read[],
  sha256: (bytes: Uint8Array) => string,
): Promise<Difference[]> {
  if (documents.length === 0) return [];
  const keys = documents.map(({ key }) => byteaText(key));
  const kept = await readQuarantined(ask, runId, stage, keys);
  return documents.flatMap(({ bytes, legacyId }, index): Difference[] => {
    const hash = kept.get(keys[index]!);
    if (hash === undefined || hash === sha256(bytes)) return [];
    const where = 'migration_quarantine.document';
    return [{ kind: 'different', legacyId, where, rowId: null, expected: null, found: null }];
  });
}

/** Whatever one document makes throw is that document's own affair. */
function* readOne(
  { bytes: given, legacyId, database }: Read,
  key: KeyText,
  shape: StageShape,
  sources: ReadonlyMap<string, string>,
  notes: ReadonlyMap<KeyText, Notes>,
  places: HeldPlaces,
  to: Outcome,
): Generator<void> {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.length);
  const where = shape.shapes[0]!.name;
  try {
    const rootId = places.rootId(key);
    if (rootId === undefined || !isKeyOf(bytes, key)) {
      to.differences.push({ kind: 'missing', legacyId, where, rowId: null, expected: null, found: null });
      return;
    }
    const document = { key, legacyId, bytes, database, rootId, notes: notes.get(key) ?? null };
    yield* new DocumentReading(shape, sources, document, places, to).run();
  } catch {
    // Bytes that are no BSON, or a text that is no UTF-8: such a document belongs into quarantine.
    to.differences.push({ kind: 'different', legacyId, where, rowId: null, expected: null, found: null });
  }
}

/** Whether the key that the copy has given a document is one of its own `_id`. */
function isKeyOf(bytes: Buffer, key: KeyText): boolean {
  const id = idOf({ type: TYPE.object, bytes, at: 0, end: bytes.length });
  return id === null || keysOfId(id).includes(key);
}

class HeldPlaces implements Places {
  readonly #held: Held;
  readonly #tables: readonly HeldTable[];
  /** Of each row of a table, whether a value has become it. */
  readonly #taken: readonly Uint8Array[];
  readonly #roots = new Map<KeyText, string>();
  /** The places of entries by document, path, and key with its occurrence. */
  readonly #children = new Map<KeyText, Map<string, Map<string, number>>>();
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
      else if (collections.get(path!) === collection) this.#enter(parent!, path!, named(key!, occurrence!), place);
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

  rootId(key: KeyText): string | undefined {
    return this.#roots.get(key);
  }

  childId(root: KeyText, path: string, key: KeyText, occurrence: number): string | undefined {
    const place = this.#children
      .get(root)
      ?.get(path)
      ?.get(occurrence === 0 ? key : named(key, `${occurrence}`));
    return place === undefined ? undefined : this.#held.entries.at(place)[0]!;
  }

  take({ place: table }: TableShape, id: string | undefined, root: string): Row | undefined {
    const rows = this.#tables[table]!;
    const place = id === undefined ? undefined : rows.placeOf(id);
    const row = place === undefined ? undefined : rows.at(place);
    if (row === undefined || row[row.length - 1] !== root) return undefined;
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
