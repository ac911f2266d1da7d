import type { Difference } from '../difference.ts';
import { isKept } from './altered.ts';
import type { Row } from './held-rows.ts';
import { isLeftover, judge, type Subject } from './judge-column.ts';
import type { Notes } from './notes.ts';
import type { Places } from './places.ts';
import { isRight, type Reference, type Wanted } from './references.ts';
import {
  type Children,
  type Leaf,
  type Level,
  type Linked,
  referenceAt,
  type Slot,
  type StageShape,
  type TableShape,
} from './shape.ts';
import { slotOf } from './slot-of.ts';
import { Cursor, still, TYPE, type Value } from './values/cursor.ts';
import { idOf, type KeyText, keysOfId, type Meant, meantBy, placeKey, secondsOf, tailOf } from './values/key.ts';

/** A document that has moved. */
export interface MovedDocument {
  readonly key: KeyText;
  readonly legacyId: string;
  readonly bytes: Buffer;
  /** The database that it stands in; absent where that is not known. */
  readonly database?: string | undefined;
  readonly rootId: string;
  readonly notes: Notes | null;
}

/** What a document is read for. */
export interface Outcome {
  readonly differences: Difference[];
  /** Those that the ID map is to be asked about, and what it is asked. */
  readonly references: Reference[];
  readonly wanted: Wanted;
}

/** A text of PostgreSQL's as differences tell it. */
export const shown = (text: string | null) => (text === null ? null : JSON.stringify(text));

type Kind = 'root' | 'nested' | 'child';

/** An array of sub-documents, and what the nearest ObjectId above it tells. */
interface ArrayToRead {
  readonly children: Children;
  readonly value: Value;
  readonly path: string;
  readonly seconds: number | null;
}

/** Sub-documents that are read without a stop. */
const STRETCH = 1_000;

/** Reads one document and holds each of its values against what the target has of it. */
export class DocumentReading {
  readonly #shape: StageShape;
  readonly #sources: ReadonlyMap<string, string>;
  readonly #document: MovedDocument;
  readonly #places: Places;
  readonly #to: Outcome;
  /** The rows at hand, by the place of their table. */
  readonly #rows: (Row | undefined)[] = [];
  #subject: Subject;
  #singles = new Map<string, string>();
  #id: Value | null = null;
  /** Its arrays of sub-documents, still to be read. */
  readonly #arrays: ArrayToRead[] = [];

  /** @param sources source collections by those of the ID map */
  constructor(
    shape: StageShape,
    sources: ReadonlyMap<string, string>,
    document: MovedDocument,
    places: Places,
    to: Outcome,
  ) {
    this.#shape = shape;
    this.#sources = sources;
    this.#document = document;
    this.#places = places;
    this.#to = to;
    this.#subject = { shape, notes: document.notes, suffix: suffixOf(document), createdAt: null };
  }

  /** Stops after every thousand sub-documents, and keeps nothing in what documents of the stage share. @throws Unreadable */
  *run(): Generator<void> {
    this.#top();
    for (const array of this.#arrays) yield* this.#array(array);
  }

  #top(): void {
    const { bytes, rootId, key } = this.#document;
    this.#id = idOf({ type: TYPE.object, bytes, at: 0, end: bytes.length });
    const root = this.#shape.shapes[0]!;
    const row = this.#take(root, rootId);
    if (row === undefined) return;
    const created = root.createdAt;
    this.#subject = { ...this.#subject, createdAt: created === null ? null : row[created]! };
    for (const { path, table } of this.#shape.singles) {
      const id = this.#places.childId(key, path, placeKey(key, path, null), 0);
      this.#take(table, id);
      if (id !== undefined) this.#singles.set(path, id);
    }
    for (const { table } of [{ table: root }, ...this.#shape.singles]) this.#linked(table, null);
    this.#level(this.#shape.level, 0, bytes.length, '', secondsOf(this.#id), 'root');
  }

  #take(table: TableShape, id: string | undefined): Row | undefined {
    const row = this.#places.take(table, id, this.#document.rootId);
    this.#rows[table.place] = row;
    if (row === undefined) this.#tell('missing', table.name, id ?? null, null, null);
    return row;
  }

  #tell(
    kind: Difference['kind'],
    where: string,
    rowId: string | null,
    expected: string | null,
    found: string | null,
  ): void {
    this.#to.differences.push({ kind, legacyId: this.#document.legacyId, where, rowId, expected, found });
  }

  /** @param start −1 for a level that is not there @param seconds that the nearest ObjectId tells */
  #level(level: Level, start: number, stop: number, prefix: string, seconds: number | null, kind: Kind): void {
    const { bytes } = this.#document;
    const { seen, slots } = level;
    seen.fill(0);
    const cursor = start < 0 ? null : new Cursor(bytes, start, stop);
    for (let place = 0; cursor?.next(); place++) {
      const slot = slotOf(level, cursor, place);
      if (slot === undefined || seen[3 * slot.index] !== 0) this.#unknown(cursor, prefix, kind);
      else {
        seen[3 * slot.index] = cursor.type;
        seen[3 * slot.index + 1] = cursor.at;
        seen[3 * slot.index + 2] = cursor.end;
      }
    }
    for (const slot of slots) {
      const at = 3 * slot.index;
      const type = seen[at]!;
      const value = type === 0 || type === TYPE.null ? null : { type, bytes, at: seen[at + 1]!, end: seen[at + 2]! };
      this.#slot(slot, value, prefix, seconds);
    }
  }

  #unknown(cursor: Cursor, prefix: string, kind: Kind): void {
    const { name } = cursor;
    if ((name === '_id' && kind !== 'nested') || (name === '__v' && kind === 'root')) return;
    const path = prefix + name;
    if (isLeftover(this.#subject, path, still(cursor), name)) return;
    this.#tell('missing', `migration_leftover.${path.replace(/\.\d+(?=\.|$)/g, '')}`, null, null, null);
  }

  #slot(slot: Slot, value: Value | null, prefix: string, seconds: number | null): void {
    if (slot.children !== null && value !== null)
      this.#arrays.push({ children: slot.children, value, path: prefix + slot.name, seconds });
    if (slot.group !== null) this.#group(slot.group, value, prefix + slot.name, seconds);
    for (const leaf of slot.leaves) {
      const row = this.#rows[leaf.table];
      if (row !== undefined) this.#leaf(leaf, row, value, prefix, slot.name, seconds);
    }
  }

  #group(level: Level, value: Value | null, path: string, seconds: number | null): void {
    if (value !== null && value.type !== TYPE.object)
      this.#tell('different', `${this.#shape.shapes[0]!.name}.${path}`, null, null, null);
    const isThere = value?.type === TYPE.object;
    this.#level(level, isThere ? value.at : -1, isThere ? value.end : -1, `${path}.`, seconds, 'nested');
  }

  #leaf(leaf: Leaf, row: Row, value: Value | null, prefix: string, name: string, seconds: number | null): void {
    const { kind } = leaf.declared;
    if (value !== null && (kind === 'reference' || kind === 'inside' || kind === 'within')) {
      this.#reference(leaf, row, value, prefix, name);
      return;
    }
    const verdict = judge(leaf, row, value, prefix, name, seconds, this.#subject);
    if (verdict === null) return;
    const found = row[leaf.index]!;
    const rowId = row[this.#shape.shapes[leaf.table]!.id]!;
    this.#tell('different', leaf.where, rowId, verdict.expected, shown(found));
  }

  #reference(leaf: Leaf, row: Row, value: Value, prefix: string, name: string): void {
    const { declared } = leaf;
    const { wanted, references } = this.#to;
    const rowId = row[this.#shape.shapes[leaf.table]!.id]!;
    const found = row[leaf.index]!;
    const { key, legacyId } = this.#document;
    // Not spread into one another: V8 keeps objects that begin with a spread alive over its quick collections.
    const refer = (meant: Meant | null, candidates: Reference['candidates']) =>
      references.push({ leaf, rowId, found, value, prefix, name, subject: this.#subject, legacyId, meant, candidates });
    if (declared.kind === 'reference' && value.type === TYPE.objectId) {
      refer(null, [[wanted.placeOf(declared.to, '', keysOfId(value)[0]!)]]);
      return;
    }
    const meant = meantBy(value);
    const keys = meant === null || this.#leadsElsewhere(declared, meant.named) ? null : meant.keys;
    if (declared.kind === 'inside') {
      const ids = keys?.map((own) => this.#places.childId(key, declared.children, own, 0)) ?? [];
      const candidate = ids.findIndex((id) => id !== undefined);
      const expected = ids[candidate] ?? null;
      if (isRight({ found, meant, subject: this.#subject, prefix, name, value }, candidate, expected)) return;
      const collection = this.#shape.children.find(({ path }) => path === declared.children)!.collection;
      refer(meant, keys?.map((own) => [wanted.placeOf(collection, key, own)]) ?? null);
    } else if (declared.kind === 'within') {
      const roots = this.#rootsNamed(declared.root);
      refer(meant, keys?.map((own) => roots.map((root) => wanted.placeOf(declared.to, root, own))) ?? null);
    } else if (declared.kind === 'reference') {
      refer(meant, keys?.map((own) => [wanted.placeOf(declared.to, '', own)]) ?? null);
    }
  }

  /** Whether a DBRef names another database or collection than it should: a sub-document’s is that of the document it stands in. */
  #leadsElsewhere(declared: Leaf['declared'], named: Meant['named']): boolean {
    if (named === null) return false;
    const { database } = this.#document;
    if (named.database !== null && database !== undefined && named.database !== database) return true;
    if (declared.kind === 'inside') return named.collection !== this.#shape.collection;
    const to = declared.kind === 'within' ? referenceAt(this.#shape, declared.root) : declared;
    return to?.kind !== 'reference' || named.collection !== this.#sources.get(to.to);
  }

  /** The keys of the roots that a reference of the document may mean. */
  #rootsNamed(name: string): readonly KeyText[] {
    const { bytes } = this.#document;
    const cursor = new Cursor(bytes, 0, bytes.length);
    while (cursor.next()) if (cursor.name === name) return meantBy(still(cursor))?.keys ?? [];
    return [];
  }

  *#array(array: ArrayToRead): Generator<void> {
    const { children, value, path } = array;
    // Where no key repeats, one that does finds its row taken; there can be hundreds of thousands.
    const seen = this.#places.repeats(this.#document.key, children.path) ? new Map<KeyText, number>() : null;
    if (value.type !== TYPE.array) {
      if (!this.#isTold(path, 'notAnArray', value)) this.#tell('missing', children.table.name, null, null, null);
      this.#child(array, value, 0, seen);
      return;
    }
    const cursor = new Cursor(this.#document.bytes, value.at, value.end);
    for (let index = 0; cursor.next(); index++) {
      this.#child(array, cursor, index, seen);
      if (index % STRETCH === STRETCH - 1) yield;
    }
  }

  #child(
    { children: { path: plain, table, level }, path, seconds }: ArrayToRead,
    { type, at, end }: Value,
    index: number,
    seen: Map<KeyText, number> | null,
  ): void {
    const { key: root, bytes } = this.#document;
    if (type !== TYPE.object) {
      const isLeftOut = type === TYPE.null && this.#isTold(`${path}.${index}`, 'nullElement', null);
      if (!isLeftOut) this.#tell('missing', table.name, null, null, null);
      return;
    }
    const id = idOf({ type, bytes, at, end });
    const keys = id === null ? [placeKey(root, plain, index)] : keysOfId(id);
    const own = keys.at(-1)!;
    const occurrence = seen?.get(own) ?? 0;
    // A place is that of one sub-document.
    if (id !== null) seen?.set(own, occurrence + 1);
    const rowId = keys
      .map((key) => this.#places.childId(root, plain, key, occurrence))
      .find((one) => one !== undefined);
    const row = this.#take(table, rowId);
    if (row === undefined) return;
    this.#linked(table, index);
    const nearest = secondsOf(id) ?? (id === null ? seconds : secondsOf(this.#id));
    this.#level(level, at, end, `${path}.${index}.`, nearest, 'child');
  }

  #isTold(path: string, told: string, value: Value | null): boolean {
    const findings = this.#document.notes?.findings.get(path) ?? [];
    return findings.some(({ code, old }) => code === told && (value === null || isKept(old, value)));
  }

  /** The columns that the place of a row tells. */
  #linked(table: TableShape, index: number | null): void {
    const row = this.#rows[table.place];
    if (row === undefined) return;
    for (const one of table.linked) {
      const expected = this.#linkOf(one, index);
      const found = row[one.index]!;
      if (expected !== undefined && expected !== found)
        this.#tell('different', one.where, row[table.id]!, JSON.stringify(expected), JSON.stringify(found));
    }
  }

  #linkOf({ declared }: Linked, index: number | null): string | null | undefined {
    switch (declared.kind) {
      case 'own':
        // The row was found by it.
        return undefined;
      case 'place':
        return index === null ? null : `${index}`;
      case 'link':
        return declared.to === null ? this.#document.rootId : (this.#singles.get(declared.to) ?? null);
    }
  }
}

/** What a policy adds to a duplicate text: the last six digits of an ObjectId, else of the row's id. */
function suffixOf({ key, rootId }: MovedDocument): string {
  return `-${tailOf(key, 6) ?? rootId.slice(-6)}`;
}
