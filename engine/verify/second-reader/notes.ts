import { indexed } from '../../target/indexed-key.ts';
import { type AskEach, byteaArray } from './held.ts';
import { HeldRows, type Row } from './held-rows.ts';
import type { StageShape } from './shape.ts';
import type { KeyText } from './values/key.ts';

/** Something that the copy told of a document. Its bytes are made when they are asked for: very many are hardly ever. */
export class Told {
  readonly code: string;
  readonly note: string | null;
  readonly #old: string | null;

  constructor(code: string, old: string | null, note: string | null) {
    this.code = code;
    this.#old = old;
    this.note = note;
  }

  /** BSON `{v: value}`; null where the finding keeps no value. */
  get old(): Buffer | null {
    return this.#old === null ? null : bytesOf(this.#old);
  }
}

/** A value that was kept beside the rows. */
export class Kept {
  /** Tells it from others of its path. */
  readonly place: number;
  /** Its own name, where that has a dot; older builds have not kept it. */
  readonly name: string | null;
  readonly #box: string;

  constructor(place: number, box: string, name: string | null) {
    this.place = place;
    this.#box = box;
    this.name = name;
  }

  /** BSON `{v: value}`. */
  get box(): Buffer {
    return bytesOf(this.#box);
  }
}

const bytesOf = (text: string) => Buffer.from(text.slice(2), 'hex');

/** What was told of a document, and what was kept of it beside its rows; by path. */
export interface Notes {
  readonly findings: ByPath<Told>;
  readonly leftovers: ByPath<Kept>;
  /** The places of those that a value has been found in: each keeps one. */
  readonly taken: Set<number>;
}

/** Of a document with hundreds of thousands of them only their places are kept; they are made when they are asked for. */
class ByPath<T> {
  readonly #make: (place: number) => T;
  readonly #places = new Map<string, number | number[]>();

  constructor(make: (place: number) => T) {
    this.#make = make;
  }

  add(path: string, place: number): void {
    const there = this.#places.get(path);
    if (typeof there === 'object') there.push(place);
    else this.#places.set(path, there === undefined ? place : [there, place]);
  }

  get(path: string): readonly T[] {
    const places = this.#places.get(path);
    if (places === undefined) return NONE;
    return typeof places === 'object' ? places.map(this.#make) : [this.#make(places)];
  }

  paths(): Iterable<string> {
    return this.#places.keys();
  }
}

const NONE: readonly never[] = [];

/** Findings and leftovers of the documents that have any. */
export async function readNotes(
  each: AskEach,
  shape: StageShape,
  keys: readonly KeyText[],
): Promise<Map<KeyText, Notes>> {
  const [findings, leftovers] = [new HeldRows(), new HeldRows()];
  const toldAt = (place: number) => {
    const [code, old, note] = findings.at(place);
    return new Told(code!, old!, note!);
  };
  const keptAt = (place: number) => {
    const [value, name] = leftovers.at(place);
    return new Kept(place, value!, name!);
  };
  const notes = new Map<KeyText, Notes>();
  const of = (key: string) => {
    const known = notes.get(key) ?? { findings: new ByPath(toldAt), leftovers: new ByPath(keptAt), taken: new Set() };
    notes.set(key, known);
    return known;
  };
  await Promise.all([
    readFindings(each, shape.name, keys, ([key, path, ...finding]) => {
      of(key!).findings.add(path!, placeIn(findings, finding));
    }),
    readLeftovers(each, shape.collection, keys, ([key, path, ...leftover]) => {
      of(key!).leftovers.add(path!, placeIn(leftovers, leftover));
    }),
  ]);
  return notes;
}

function placeIn(rows: HeldRows, row: Row): number {
  rows.add(row);
  return rows.length - 1;
}

function readFindings(each: AskEach, stage: string, keys: readonly KeyText[], take: (row: Row) => void) {
  return each(
    `SELECT legacy_key, path, code, old_value, note FROM unnest($1::bytea[]) AS root (key)
     CROSS JOIN LATERAL (
       SELECT * FROM migration_finding
       WHERE stage = $2 AND ${indexed('legacy_key')} = ${indexed('root.key')} OFFSET 0) AS own
     ORDER BY id`,
    [byteaArray(keys), stage],
    take,
  );
}

function readLeftovers(each: AskEach, collection: string, keys: readonly KeyText[], take: (row: Row) => void) {
  return each(
    `SELECT legacy_key, path, value, name FROM unnest($1::bytea[]) AS root (key)
     CROSS JOIN LATERAL (
       SELECT * FROM migration_leftover
       WHERE collection = $2 AND ${indexed('legacy_key')} = ${indexed('root.key')} OFFSET 0) AS own`,
    [byteaArray(keys), collection],
    take,
  );
}
