import type { Difference } from '../difference.ts';
import { TYPE } from './cursor.ts';
import { type Ask, type Entry, type Held, type Notes, type Row, readNotes } from './held.ts';
import { type KeyHex, keysOfId } from './key.ts';
import { DocumentReading, idOf, type Outcome, type Places } from './read-document.ts';
import { misled } from './references.ts';
import type { StageShape, TableShape } from './shape.ts';

/** A document of the source, and what it is called where differences are told. */
export interface Read {
  readonly bytes: Uint8Array;
  /** The key that the copy has given it. */
  readonly key: Uint8Array;
  readonly legacyId: string;
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
  const keys = documents.map(({ key }) => Buffer.from(key).toString('hex'));
  const notes = await readNotes(ask, shape, keys);
  const to: Outcome = { differences: [], references: [] };
  for (const [index, document] of documents.entries())
    readOne(document, keys[index]!, shape, sources, notes, places, to);
  for (const { reference, expected } of await misled(ask, to.references)) {
    const { leaf, found, rowId, legacyId } = reference;
    to.differences.push({
      ...{ kind: 'different', legacyId, where: leaf.where, rowId },
      expected: shown(expected),
      found: shown(found),
    });
  }
  return [...to.differences, ...places.left(new Map(documents.map(({ legacyId }, i) => [keys[i]!, legacyId])))];
}

const shown = (text: string | null) => (text === null ? null : JSON.stringify(text));

/** Whatever one document makes throw is that document's own affair. */
function readOne(
  { bytes: given, legacyId }: Read,
  key: KeyHex,
  shape: StageShape,
  sources: ReadonlyMap<string, string>,
  notes: ReadonlyMap<KeyHex, Notes>,
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
    const document = { key, legacyId, bytes, rootId, notes: notes.get(key) ?? null };
    new DocumentReading(shape, sources, document, places, to).run();
  } catch {
    // Bytes that are no BSON, or a text that is no UTF-8: such a document belongs into quarantine.
    to.differences.push({ kind: 'different', legacyId, where, rowId: null, expected: null, found: null });
  }
}

/** Whether the key that the copy has given a document is one of its own `_id`. */
function isKeyOf(bytes: Buffer, key: KeyHex): boolean {
  const id = idOf({ type: TYPE.object, bytes, at: 0, end: bytes.length });
  return id === null || keysOfId(id).includes(key);
}

class HeldPlaces implements Places {
  readonly #rows: ReadonlyMap<string, Row>[];
  readonly #roots = new Map<KeyHex, string>();
  readonly #children = new Map<KeyHex, Map<string, string>>();
  readonly #shape: StageShape;
  readonly #collections: ReadonlyMap<string, string>;

  constructor(shape: StageShape, { rows, entries }: Held) {
    this.#shape = shape;
    this.#collections = new Map(shape.children.map(({ path, collection }) => [path, collection]));
    this.#rows = shape.shapes.map(({ name, id }) => new Map(rows.get(name)!.map((row) => [row[id]!, row])));
    for (const entry of entries) this.#enter(entry);
  }

  #enter([id, collection, parent, key, path, occurrence]: Entry): void {
    const root = parent!.slice(2);
    if (root === '') this.#roots.set(key!.slice(2), id!);
    else {
      const known = this.#children.get(root) ?? new Map<string, string>();
      this.#children.set(root, known);
      known.set(`${collection} ${path} ${key!.slice(2)} ${occurrence}`, id!);
    }
  }

  rootId(key: KeyHex): string | undefined {
    return this.#roots.get(key);
  }

  childId(root: KeyHex, path: string, key: KeyHex, occurrence: number): string | undefined {
    return this.#children.get(root)?.get(`${this.#collections.get(path)} ${path} ${key} ${occurrence}`);
  }

  take(table: TableShape, id: string | undefined, root: string): Row | undefined {
    const rows = this.#rows[table.place] as Map<string, Row>;
    const row = id === undefined ? undefined : rows.get(id);
    if (row === undefined || row.at(-1) !== root) return undefined;
    rows.delete(id!);
    return row;
  }

  /** Rows of these documents that no value of them has become. */
  left(documents: ReadonlyMap<KeyHex, string>): Difference[] {
    const legacyIds = new Map([...documents].map(([key, legacyId]) => [this.#roots.get(key), legacyId]));
    return this.#shape.shapes.flatMap(({ name, place }) =>
      [...this.#rows[place]!].flatMap(([rowId, row]): Difference[] => {
        const legacyId = legacyIds.get(row.at(-1)!);
        if (legacyId === undefined) return [];
        return [{ kind: 'unexpected', legacyId, where: name, rowId, expected: null, found: null }];
      }),
    );
  }
}
