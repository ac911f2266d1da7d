import { BSONType } from 'bson';
import { Exact } from '../../engine/document/exact-number.ts';
import { placeKey } from '../../engine/document/legacy-key.ts';
import type { Field, Fields } from '../../engine/plan/model-fields.ts';
import type { Stage, StageChildren } from '../../engine/plan/stage.ts';
import type { Destination } from '../../engine/transform/probe/destinations.ts';
import { plainPath } from '../../engine/transform/probe/probe-document.ts';
import type { MappedStage } from '../../scripts/docs/map-fields.ts';
import type { TextRow } from '../support/run-engine.ts';
import {
  type Element,
  elementsOf,
  isArray,
  isNone,
  isNull,
  isObject,
  isSameElement,
  keyOfElement,
} from './raw-elements.ts';
import { isSameJson, isSameValue } from './same-value.ts';

/** What the target holds of one document that has moved. */
export interface Holdings {
  readonly key: Buffer;
  /** Its row by table and id, with those of its sub-documents. */
  readonly row: (table: string, id: string) => TextRow | undefined;
  /** Its entries of the ID map: row ids by `collection key occurrence`, keys as hex. */
  readonly ids: ReadonlyMap<string, string>;
  /** `code` and the old value as hex (BSON `{v: …}`), by path. */
  readonly findings: ReadonlyMap<string, readonly { readonly code: string; readonly old: string | null }[]>;
  /** Values as hex (BSON `{v: …}`), by path. */
  readonly leftovers: ReadonlyMap<string, readonly string[]>;
}

/** Rows that stand for the level at hand and for those above it, by table. */
type Rows = ReadonlyMap<string, TextRow>;

/** Looks for every value of a document in what became of it. */
export class Accounting {
  readonly #stage: Stage;
  readonly #destinations: ReadonlyMap<string, readonly Destination[]>;
  readonly #legacyKeys: ReadonlyMap<string, string>;

  /** @param legacyKeys of all documents and sub-documents that have moved, as hex by row id */
  constructor({ stage, fields }: MappedStage, legacyKeys: ReadonlyMap<string, string>) {
    this.#stage = stage;
    this.#destinations = new Map(fields.map(({ placed, to }) => [plainPath(placed.place), to]));
    this.#legacyKeys = legacyKeys;
  }

  /** @returns the paths of values that are nowhere, and of columns that hold what the source does not */
  lost(bytes: Uint8Array, holdings: Holdings): string[] {
    const [root] = this.#stage.tables;
    const rows = new Map<string, TextRow>();
    const take = (table: string, id: string | undefined) => {
      const row = id === undefined ? undefined : holdings.row(table, id);
      if (row !== undefined) rows.set(table, row);
    };
    take(root!.table, holdings.ids.get(idName(this.#stage.idCollection, holdings.key, 0)));
    for (const { single, collection, path, table } of this.#stage.children) {
      if (single) take(table, holdings.ids.get(idName(collection, placeKey(holdings.key, path), 0)));
    }
    const search = new Search(this.#stage, this.#destinations, this.#legacyKeys, holdings);
    search.level(elementsOf(bytes), this.#stage.fields, { prefix: '', plain: '', rows, kind: 'root' });
    return search.lost;
  }
}

/** The name of an entry in `Holdings.ids`. */
export function idName(collection: string, key: Buffer, occurrence: number): string {
  return `${collection} ${key.toString('hex')} ${occurrence}`;
}

interface Where {
  /** With array places: `tasks.3.`. */
  readonly prefix: string;
  /** Without: `tasks.`. */
  readonly plain: string;
  readonly rows: Rows;
  readonly kind: 'root' | 'nested' | 'child';
}

class Search {
  readonly lost: string[] = [];
  readonly #stage: Stage;
  readonly #destinations: ReadonlyMap<string, readonly Destination[]>;
  readonly #legacyKeys: ReadonlyMap<string, string>;
  readonly #holdings: Holdings;

  constructor(
    stage: Stage,
    destinations: ReadonlyMap<string, readonly Destination[]>,
    legacyKeys: ReadonlyMap<string, string>,
    holdings: Holdings,
  ) {
    this.#stage = stage;
    this.#destinations = destinations;
    this.#legacyKeys = legacyKeys;
    this.#holdings = holdings;
  }

  level(elements: readonly Element[], fields: Fields, where: Where): void {
    for (const element of elements) {
      const field = fields.get(element.name);
      if (field !== undefined) this.#field(field, element, where);
      else if (!isOwnName(element.name, where.kind)) {
        if (!this.#isKept(where.prefix + element.name, element)) this.#lose(where.prefix + element.name, element);
      }
    }
    const present = new Set(elements.map(({ name }) => name));
    for (const [name, field] of fields) {
      if (!present.has(name)) this.#absent(field, where.prefix + name, where.plain + name, where.rows);
    }
  }

  #lose(path: string, element: Element): void {
    this.lost.push(`${path} (BSON type ${element.type})`);
  }

  /** Whether the whole value is a leftover, or the old value of a finding. */
  #isKept(path: string, element: Element): boolean {
    const old = (this.#holdings.findings.get(path) ?? []).map((finding) => finding.old);
    const kept = [...(this.#holdings.leftovers.get(path) ?? []), ...old].filter((value) => value !== null);
    return kept.some((value) => isSameElement(elementsOf(Buffer.from(value, 'hex'))[0]!, element));
  }

  #isTold(path: string, code: string): boolean {
    return (this.#holdings.findings.get(path) ?? []).some((finding) => finding.code === code);
  }

  #field(field: Field, element: Element, where: Where): void {
    const [path, plain] = [where.prefix + element.name, where.plain + element.name];
    if (this.#isKept(path, element)) return;
    if (isNull(element)) this.#absent(field, path, plain, where.rows);
    else if (field.kind === 'nested' && isObject(element)) {
      const inside = { prefix: `${path}.`, plain: `${plain}.`, rows: where.rows, kind: 'nested' as const };
      this.level(elementsOf(element.payload), field.fields, inside);
    } else if (field.kind === 'documents' && isArray(element)) {
      this.#documents(field.fields, elementsOf(element.payload), path, plain, where.rows);
    } else if (field.kind === 'list' && isArray(element)) {
      this.#list(elementsOf(element.payload), path, plain, where.rows);
    } else if (!this.#isEmptyTextAsNull(path, element) && !this.#isInCell(field, element, plain, where.rows)) {
      this.#lose(path, element);
    }
  }

  /** An empty text, told by a finding of that name. */
  #isEmptyTextAsNull(path: string, element: Element): boolean {
    return this.#isTold(path, 'emptyText') && element.type === BSONType.string && element.payload.length === 5;
  }

  #isInCell(field: Field, element: Element, plain: string, rows: Rows): boolean {
    return this.#cells(plain, rows).some((cell) => this.#holds(cell, field, element));
  }

  #holds({ text, to }: Cell, field: Field, element: Element): boolean {
    // A group that has become one JSON column: its members stand there under their own names.
    if (to.column.kind === 'json' && field.kind !== 'json') {
      const gathered = new Map(Object.entries(JSON.parse(text ?? '{}') as object));
      return gathered.has(field.name) && isSameJson(element, gathered.get(field.name));
    }
    return isSameValue(element, text, to.column, this.#legacyKeys);
  }

  #cells(plain: string, rows: Rows): Cell[] {
    return (this.#destinations.get(plain) ?? []).flatMap((to) => {
      const row = rows.get(to.table);
      return row === undefined ? [] : [{ to, text: row[to.column.column] ?? null }];
    });
  }

  #list(elements: readonly Element[], path: string, plain: string, rows: Rows): void {
    const [cell] = this.#cells(plain, rows);
    const held = JSON.parse(cell?.text ?? '[]') as unknown[];
    let next = 0;
    for (const [index, element] of elements.entries()) {
      const at = `${path}.${index}`;
      if (isNull(element)) {
        if (!this.#isTold(at, 'nullElement')) this.#lose(at, element);
        continue;
      }
      const there = held[next++];
      if (!isSameJson(element, there) && !this.#isKept(at, element)) this.#lose(at, element);
    }
    if (next !== held.length) this.lost.push(`${path} (holds ${held.length} in place of ${next})`);
  }

  #documents(fields: Fields, elements: readonly Element[], path: string, plain: string, rows: Rows): void {
    const children = this.#stage.children.find((one) => one.path === plain)!;
    const seen = new Map<string, number>();
    for (const [index, element] of elements.entries()) {
      const at = `${path}.${index}`;
      if (isNull(element)) {
        if (!this.#isTold(at, 'nullElement')) this.#lose(at, element);
        continue;
      }
      if (!isObject(element)) {
        this.#lose(at, element);
        continue;
      }
      const inner = elementsOf(element.payload);
      const row = this.#childRow(children, this.#childKey(inner, plain, index), seen);
      if (row === undefined) this.#lose(at, element);
      else {
        const own = new Map([...rows, [children.table, row]]);
        this.level(inner, fields, { prefix: `${at}.`, plain: `${plain}.`, rows: own, kind: 'child' });
      }
    }
  }

  #childKey(elements: readonly Element[], plain: string, index: number): Buffer {
    const id = elements.find(({ name }) => name === '_id');
    return id === undefined || isNone(id) ? placeKey(this.#holdings.key, plain, index) : keyOfElement(id);
  }

  #childRow({ collection, table }: StageChildren, key: Buffer, seen: Map<string, number>): TextRow | undefined {
    const hex = key.toString('hex');
    const occurrence = seen.get(hex) ?? 0;
    seen.set(hex, occurrence + 1);
    const id = this.#holdings.ids.get(idName(collection, key, occurrence));
    return id === undefined ? undefined : this.#holdings.row(table, id);
  }

  /** What the source does not have must not be made up: nothing, the model’s default, or a time that ids tell. */
  #absent(field: Field, path: string, plain: string, rows: Rows): void {
    if (field.kind === 'nested') {
      for (const inner of field.fields.values()) {
        this.#absent(inner, `${path}.${inner.name}`, `${plain}.${inner.name}`, rows);
      }
      return;
    }
    for (const { text, to } of this.#cells(plain, rows)) {
      const isNone = text === null || text === '[]' || (to.column.kind === 'json' && field.kind !== 'json');
      if (!isNone && !isDefault(field, text)) this.lost.push(`${path} (made up)`);
    }
  }
}

interface Cell {
  readonly to: Destination;
  readonly text: string | null;
}

/** `_id` is told by the ID map; `__v` is Mongoose’s own. */
function isOwnName(name: string, kind: Where['kind']): boolean {
  return (name === '_id' && kind !== 'nested') || (name === '__v' && kind === 'root');
}

function isDefault(field: Exclude<Field, { kind: 'nested' }>, text: string): boolean {
  const isTime = field.kind === 'date' && (field.default.kind === 'now' || /^(created|updated)At$/.test(field.name));
  if (isTime) return true;
  if (field.default.kind !== 'value') return false;
  const { value } = field.default;
  return typeof value === 'number' ? new Exact(value).eq(text) : String(value) === text;
}
