import { BSONType } from 'bson';
import { int32At, nameEnd, valueEnd } from '../document/bson/raw-bson.ts';
import { generalPath } from '../document/findings/path.ts';
import type { Field, Fields } from '../plan/model-fields.ts';
import type { CensusRecord, Counts, PathCount } from '../state/run/census-record.ts';

/** BSON types by the names that MongoDB's `$type` gives them. */
const TYPE_NAMES = {
  ...{ [BSONType.double]: 'double', [BSONType.string]: 'string', [BSONType.object]: 'object' },
  ...{ [BSONType.array]: 'array', [BSONType.binData]: 'binData', [BSONType.undefined]: 'undefined' },
  ...{ [BSONType.objectId]: 'objectId', [BSONType.bool]: 'bool', [BSONType.date]: 'date' },
  ...{ [BSONType.null]: 'null', [BSONType.regex]: 'regex', [BSONType.dbPointer]: 'dbPointer' },
  ...{ [BSONType.javascript]: 'javascript', [BSONType.symbol]: 'symbol' },
  ...{ [BSONType.javascriptWithScope]: 'javascriptWithScope', [BSONType.int]: 'int' },
  ...{ [BSONType.timestamp]: 'timestamp', [BSONType.long]: 'long', [BSONType.decimal]: 'decimal' },
  ...{ [BSONType.minKey & 0xff]: 'minKey', [BSONType.maxKey]: 'maxKey' },
} as const satisfies Record<number, string>;

/** The path of what is counted together because there are too many paths. */
export const REST = '…';
/** A collection whose documents use values as field names has as many paths as documents. */
const PATHS = 500;
/** Levels that are walked below a field that the model does not know; what is deeper counts as one value. */
const UNKNOWN_LEVELS = 3;
/** MongoDB nests no deeper; a dump could. */
const LEVELS = 100;

/** The growing counts of one path. */
interface Tally {
  readonly path: string;
  documents: number;
  /** The last document that was counted. */
  last: number;
  readonly types: Float64Array;
  readonly findings: Record<string, number>;
  readonly refused: Record<string, number>;
}

/** A field name in one kind of object: where its values are counted, and what stands below. */
interface Place {
  readonly name: Uint8Array;
  /** What the paths below begin with. */
  readonly prefix: string;
  readonly tally: Tally;
  /** Levels of objects that are walked below; 0 for what the model takes as one value. */
  readonly levels: number;
  readonly children: Map<string, Place>;
  /** The places that came first in an object, and next after this one, the last time: documents are alike. */
  first: Place | null;
  next: Place | null;
}

/**
 * Counts what documents are made of: paths, and the BSON types of their values. It walks raw BSON and decodes no
 * value. The model's own paths always have their place, and what the model takes as one value (a Map or Mixed field,
 * whose keys are data) is one value here.
 */
export class Census {
  readonly #tallies = new Map<string, Tally>();
  readonly #root: Place;
  readonly #rest: Place;
  /** The paths that the model takes as one value. */
  readonly #leaves = new Set<string>();
  #documents: number;
  #bytes: number;

  /** @param from a census to go on with */
  constructor(fields: Fields, from: CensusRecord | null = null) {
    this.#documents = from?.documents ?? 0;
    this.#bytes = from?.bytes ?? 0;
    this.#rest = placeOf('', '', tallyOf(REST, from?.rest ?? null), 0);
    for (const one of from?.paths ?? []) this.#tallies.set(one.path, tallyOf(one.path, one));
    this.#root = placeOf('', '', tallyOf('', null), LEVELS);
    this.#seed(this.#root, '_id', 0);
    this.#seed(this.#root, '__v', 0);
    this.#seedFields(this.#root, fields);
  }

  #seedFields(place: Place, fields: Fields): void {
    for (const [name, field] of fields) {
      if (field.kind !== 'documents' && field.kind !== 'nested') {
        this.#seed(place, name, 0);
        continue;
      }
      const inner = this.#seed(place, name, LEVELS);
      if (field.kind === 'documents') this.#seed(inner, '_id', 0);
      this.#seedFields(inner, field.fields);
    }
  }

  #seed(place: Place, name: string, levels: number): Place {
    const path = place.prefix + name;
    const seeded = placeOf(name, `${path}.`, this.#tallies.get(path) ?? tallyOf(path, null), levels);
    this.#tallies.set(path, seeded.tally);
    place.children.set(name, seeded);
    if (levels === 0) this.#leaves.add(path);
    return seeded;
  }

  /** Takes one document in. Where its BSON is damaged the walk ends: such a document is refused, whatever is in it. */
  count(bytes: Uint8Array): void {
    this.#documents += 1;
    this.#bytes += bytes.length;
    this.#object(bytes, 0, Math.min(int32At(bytes, 0), bytes.length), this.#root, LEVELS);
  }

  /** Takes in what was noticed about a document that moves. */
  note(findings: Iterable<{ readonly path: string; readonly code: string; readonly times?: number }>): void {
    for (const { path, code, times = 1 } of findings) {
      const counts = this.#tallyAt(this.#counted(path)).findings;
      counts[code] = (counts[code] ?? 0) + times;
    }
  }

  /** Takes in why a document cannot move; a reason that lies in no single field has no path. */
  refuse(path: string | null, code: string): void {
    if (path === null) return;
    const counts = this.#tallyAt(this.#counted(path)).refused;
    counts[code] = (counts[code] ?? 0) + 1;
  }

  record(): CensusRecord {
    const paths = [...this.#tallies.values()].map(countOf).filter(isThere);
    const rest = countOf(this.#rest.tally);
    return { documents: this.#documents, bytes: this.#bytes, paths, rest: isThere(rest) ? rest : null };
  }

  /** The path at which something is counted: what lies inside one value of the model counts there. */
  #counted(path: string): string {
    const general = generalPath(path);
    for (let dot = general.indexOf('.'); dot >= 0; dot = general.indexOf('.', dot + 1)) {
      if (this.#leaves.has(general.slice(0, dot))) return general.slice(0, dot);
    }
    return general;
  }

  #tallyAt(path: string): Tally {
    const known = this.#tallies.get(path);
    if (known !== undefined) return known;
    if (this.#tallies.size >= PATHS) return this.#rest.tally;
    const tally = tallyOf(path, null);
    this.#tallies.set(path, tally);
    return tally;
  }

  #object(bytes: Uint8Array, start: number, end: number, place: Place, depth: number): void {
    let before: Place | null = null;
    let at = start + 4;
    while (at < end - 1) {
      const type = bytes[at]!;
      const guess: Place | null = before === null ? place.first : before.next;
      let value = guess === null ? -1 : afterName(bytes, at + 1, guess.name);
      let child: Place;
      if (guess !== null && value >= 0) child = guess;
      else {
        value = nameEnd(bytes, at + 1, end);
        if (value < 0) return;
        child = this.#child(place, bytes, at + 1, value - 1);
        if (child !== this.#rest) {
          if (before === null) place.first = child;
          else before.next = child;
        }
      }
      before = child === this.#rest ? before : child;
      at = this.#value(bytes, type, value, end, child, depth);
      if (at < 0) return;
    }
  }

  /** Counts a value and what is in it. @returns where it ends, or −1 when it is damaged */
  #value(bytes: Uint8Array, type: number, at: number, end: number, place: Place, depth: number): number {
    const after = valueEnd(bytes, type, at, end);
    if (after < 0) return after;
    const { tally } = place;
    tally.types[type]! += 1;
    if (tally.last !== this.#documents) {
      tally.last = this.#documents;
      tally.documents += 1;
    }
    if (depth === 0) return after;
    if (type === BSONType.object && place.levels > 0) this.#object(bytes, at, after, place, depth - 1);
    else if (type === BSONType.array) this.#array(bytes, at, after, place, depth - 1);
    return after;
  }

  #array(bytes: Uint8Array, start: number, end: number, place: Place, depth: number): void {
    let at = start + 4;
    while (at >= 0 && at < end - 1) {
      const type = bytes[at]!;
      const value = nameEnd(bytes, at + 1, end);
      if (value < 0) return;
      at = this.#value(bytes, type, value, end, place, depth);
    }
  }

  #child(place: Place, bytes: Uint8Array, start: number, end: number): Place {
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
    const known = place.children.get(name);
    if (known !== undefined) return known;
    const path = place.prefix + name;
    const tally = this.#tallyAt(path);
    if (tally === this.#rest.tally) return this.#rest;
    const child = placeOf(name, `${path}.`, tally, Math.min(place.levels - 1, UNKNOWN_LEVELS));
    place.children.set(name, child);
    return child;
  }
}

function placeOf(name: string, prefix: string, tally: Tally, levels: number): Place {
  return { name: Buffer.from(`${name}\0`), prefix, tally, levels, children: new Map(), first: null, next: null };
}

/** The place after a name when it is this one, zero included; else −1. */
function afterName(bytes: Uint8Array, at: number, name: Uint8Array): number {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return -1;
  return at + name.length;
}

function tallyOf(path: string, from: PathCount | null): Tally {
  const types = new Float64Array(256);
  for (const [type, name] of Object.entries(TYPE_NAMES)) types[Number(type)] = from?.types[name] ?? 0;
  const documents = from?.documents ?? 0;
  return { path, documents, last: 0, types, findings: { ...from?.findings }, refused: { ...from?.refused } };
}

function countOf({ path, documents, types, findings, refused }: Tally): PathCount {
  const named = Object.entries(TYPE_NAMES).map(([type, name]) => [name, types[Number(type)]!] as const);
  const counted = Object.fromEntries(named.filter(([, count]) => count > 0));
  return { path, documents, types: counted, findings: { ...findings }, refused: { ...refused } };
}

function isThere({ documents, findings, refused }: PathCount): boolean {
  return documents > 0 || Object.keys(findings).length > 0 || Object.keys(refused).length > 0;
}

/** Adds censuses of different documents of one collection up; the rarest of too many paths go to the rest. */
export function mergeCensus(fields: Fields, records: readonly CensusRecord[]): CensusRecord {
  const known = new Set(modelPaths(fields));
  const all = new Map<string, PathCount>();
  for (const one of records.flatMap(({ paths }) => paths)) all.set(one.path, sumOf(one.path, [one, all.get(one.path)]));
  const sorted = [...all.values()].sort(
    (a, b) =>
      Number(known.has(b.path)) - Number(known.has(a.path)) || b.documents - a.documents || (a.path < b.path ? -1 : 1),
  );
  const left = [...sorted.splice(PATHS), ...records.map(({ rest }) => rest)].filter((one) => one !== null);
  return {
    documents: records.reduce((sum, { documents }) => sum + documents, 0),
    bytes: records.reduce((sum, { bytes }) => sum + bytes, 0),
    paths: sorted,
    rest: left.length === 0 ? null : sumOf(REST, left),
  };
}

function sumOf(path: string, counts: readonly (PathCount | undefined)[]): PathCount {
  const given = counts.filter((one) => one !== undefined);
  const added = (all: readonly Counts[]) => {
    const sum: Record<string, number> = {};
    for (const one of all) for (const [name, count] of Object.entries(one)) sum[name] = (sum[name] ?? 0) + count;
    return sum;
  };
  return {
    path,
    documents: given.reduce((sum, { documents }) => sum + documents, 0),
    types: added(given.map(({ types }) => types)),
    findings: added(given.map(({ findings }) => findings)),
    refused: added(given.map(({ refused }) => refused)),
  };
}

/** Every path that the model knows, array places taken out, groups before their members; `_id`s and `__v` too. */
export function modelPaths(fields: Fields): string[] {
  const below = (level: Fields, prefix: string): string[] =>
    [...level].flatMap(([name, field]: [string, Field]) => {
      const path = prefix + name;
      if (field.kind === 'nested') return [path, ...below(field.fields, `${path}.`)];
      return field.kind === 'documents' ? [path, `${path}._id`, ...below(field.fields, `${path}.`)] : [path];
    });
  return ['_id', ...below(fields, ''), '__v'];
}
