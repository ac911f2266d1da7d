import type { Difference } from '../difference.ts';
import { type Ask, type Held, type Notes, type Row, readNotes, readQuarantined } from './held.ts';
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
  ask: Ask,
  shape: StageShape,
  sources: ReadonlyMap<string, string>,
  held: Held,
  documents: readonly Read[],
): Promise<Difference[]> {
  if (documents.length === 0) return [];
  const places = new HeldPlaces(shape, held);
  const keys = documents.map(({ key }) => byteaText(key));
  const notes = await readNotes(ask, shape, keys);
  const to: Outcome = { differences: [], references: [], wanted: new Wanted() };
  for (const [index, document] of documents.entries())
    readOne(document, keys[index]!, shape, sources, notes, places, to);
  for (const { reference, expected } of await misled(ask, to.wanted, to.references)) {
    const { leaf, found, rowId, legacyId } = reference;
    to.differences.push({
      ...{ kind: 'different', legacyId, where: leaf.where, rowId },
      expected: shown(expected),
      found: shown(found),
    });
  }
  return [...to.differences, ...places.left(new Map(documents.map(({ legacyId }, i) => [keys[i]!, legacyId])))];
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
function readOne(
  { bytes: given, legacyId, database }: Read,
  key: KeyText,
  shape: StageShape,
  sources: ReadonlyMap<string, string>,
  notes: ReadonlyMap<KeyText, Notes>,
  places: HeldPlaces,
  to: Outcome,
): void {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.length);
  const where = shape.shapes[0]!.name;
  try {
    const rootId = places.rootId(key);
    if (rootId === undefined || !isKeyOf(bytes, key)) {
      to.differences.push({ kind: 'missing', legacyId, where, rowId: null, expected: null, found: null });
      return;
    }
    const document = { key, legacyId, bytes, database, rootId, notes: notes.get(key) ?? null };
    new DocumentReading(shape, sources, document, places, to).run();
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
  readonly #rows: readonly ReadonlyMap<string, Row>[];
  readonly #taken: readonly Row[][];
  readonly #roots = new Map<KeyText, string>();
  /** By document, path, and key with its occurrence. */
  readonly #children = new Map<KeyText, Map<string, Map<string, string>>>();
  readonly #shape: StageShape;

  constructor(shape: StageShape, { rows, entries }: Held) {
    this.#shape = shape;
    this.#rows = shape.shapes.map(({ name, id }) => new Map(rows.get(name)!.map((row) => [row[id]!, row])));
    this.#taken = shape.shapes.map(() => []);
    const collections = new Map(shape.children.map(({ path, collection }) => [path, collection]));
    for (const [id, collection, parent, key, path, occurrence] of entries) {
      if (parent === NO_PARENT) this.#roots.set(key!, id!);
      else if (collections.get(path!) === collection) this.#enter(parent!, path!, named(key!, occurrence!), id!);
    }
  }

  #enter(root: KeyText, path: string, name: string, id: string): void {
    let paths = this.#children.get(root);
    if (paths === undefined) {
      paths = new Map();
      this.#children.set(root, paths);
    }
    const ids = paths.get(path);
    if (ids === undefined) paths.set(path, new Map([[name, id]]));
    else ids.set(name, id);
  }

  rootId(key: KeyText): string | undefined {
    return this.#roots.get(key);
  }

  childId(root: KeyText, path: string, key: KeyText, occurrence: number): string | undefined {
    return this.#children
      .get(root)
      ?.get(path)
      ?.get(occurrence === 0 ? key : named(key, `${occurrence}`));
  }

  take({ place }: TableShape, id: string | undefined, root: string): Row | undefined {
    const row = id === undefined ? undefined : this.#rows[place]!.get(id);
    if (row === undefined || row[row.length - 1] !== root) return undefined;
    this.#taken[place]!.push(row);
    return row;
  }

  /** Rows of these documents that no value of them has become. */
  left(legacyIds: ReadonlyMap<KeyText, string>): Difference[] {
    const documents = new Map([...legacyIds].map(([key, legacyId]) => [this.#roots.get(key), legacyId]));
    return this.#shape.shapes.flatMap(({ name, place }) => {
      const [rows, taken] = [this.#rows[place]!, this.#taken[place]!];
      if (rows.size === taken.length) return [];
      const known = new Set(taken);
      return [...rows].flatMap(([rowId, row]): Difference[] => {
        const legacyId = known.has(row) ? undefined : documents.get(row.at(-1)!);
        if (legacyId === undefined) return [];
        return [{ kind: 'unexpected', legacyId, where: name, rowId, expected: null, found: null }];
      });
    });
  }
}

/** The parent of an entry that is a document's own. */
const NO_PARENT = '\\x';
const named = (key: KeyText, occurrence: string) => (occurrence === '0' ? key : `${key} ${occurrence}`);
