import type { Difference } from '../difference.ts';
import { type Ask, type Asked, type Held, readQuarantined } from './held.ts';
import { type Notes, readNotes } from './notes.ts';
import { Places } from './places.ts';
import { DocumentReading, type Outcome, shown } from './read-document.ts';
import { misled, Wanted } from './references.ts';
import type { StageShape } from './shape.ts';
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
  const places = new Places(shape, held);
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

/** References that are followed at a time: few enough that most are gone before V8 takes them for lasting. */
const REFERENCES = 2_000;

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
  places: Places,
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
