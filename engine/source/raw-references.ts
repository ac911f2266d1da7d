import { BSONType } from 'bson';
import { equalForms } from '../document/bson/equal-forms.ts';
import { elementNamed, elementsOf, type RawElement } from '../document/bson/raw-bson.ts';
import { BsonValue, bufferOf } from '../document/bson/value.ts';
import { keyName, keyOf, keyOfElement, type LegacyKey, objectIdKey, placeKey } from '../document/legacy-key.ts';
import { textAt } from './totals/value-totals.ts';

/** An object of a document, in its raw BSON: the document itself, or an element of one of its arrays. */
export interface RawObject {
  readonly start: number;
  readonly end: number;
  /** Its own `_id`, or its place; the document's own key for the document itself. */
  readonly key: LegacyKey;
  /** How many elements before it have the same key. */
  readonly occurrence: number;
}

/**
 * The objects that become rows of one table: the document for an empty path, else the elements of the array at the path,
 * as their places and `_id`s name them in the ID map. It shares no code with the transform.
 */
export function rawObjects(bytes: Uint8Array, root: LegacyKey, path: string): RawObject[] {
  if (path === '') return [{ start: 0, end: bytes.length, key: root, occurrence: 0 }];
  const there = elementAt(bytes, path);
  if (there === null) return [];
  const elements: Pick<RawElement, 'type' | 'at' | 'after'>[] =
    there.type === BSONType.array ? [...elementsOf(bytes, there.at, there.after)] : [there];
  const seen = new Map<string, number>();
  return elements.flatMap(({ type, at, after }, index) => {
    if (type !== BSONType.object) return [];
    const id = elementNamed(bytes, at, after, ID);
    const key = id === null || isNothing(id) ? placeKey(root, path, index) : keyOfElement(id.type, bodyOf(bytes, id));
    const name = keyName(key);
    const occurrence = seen.get(name) ?? 0;
    seen.set(name, occurrence + 1);
    return [{ start: at, end: after, key, occurrence }];
  });
}

/** Where a reference should lead: a DBRef to another collection, or of a document in another database, leads nowhere. */
export interface Home {
  readonly collection: string;
  readonly database: string | undefined;
}

/** The keys that a reference of an object may mean, best first; none where there is no reference. */
export function rawReference(bytes: Uint8Array, { start, end }: RawObject, name: string, home: Home): LegacyKey[] {
  const element = elementNamed(bytes, start, end, Buffer.from(name));
  return element === null || isAway(bytes, element, home) ? [] : meantKeys(bytes, element);
}

const REF = Buffer.from('$ref');
const DB = Buffer.from('$db');

function isAway(bytes: Uint8Array, { type, at, after }: RawElement, { collection, database }: Home): boolean {
  if (type === BSONType.dbPointer) {
    const [, db, name] = /^(?:([^.]*)\.)?(.*)$/s.exec(textAt(bytes, at))!;
    return name !== collection || (db !== undefined && database !== undefined && db !== database);
  }
  if (type !== BSONType.object) return false;
  const [ref, db] = [REF, DB].map((name) => elementNamed(bytes, at, after, name));
  if (ref?.type !== BSONType.string || elementNamed(bytes, at, after, INNER[0]!) === null) return false;
  if (textAt(bytes, ref.at) !== collection) return true;
  return db?.type === BSONType.string && database !== undefined && textAt(bytes, db.at) !== database;
}

/** The value of a path of nested objects below the document; null where it ends before. */
function elementAt(bytes: Uint8Array, path: string): RawElement | null {
  let [start, end] = [0, bytes.length];
  let found: RawElement | null = null;
  for (const name of path.split('.')) {
    if (found !== null && found.type !== BSONType.object) return null;
    found = elementNamed(bytes, start, end, Buffer.from(name));
    if (found === null) return null;
    [start, end] = [found.at, found.after];
  }
  return found;
}

const ID = Buffer.from('_id');
/** Where a reference can be written as an object: a DBRef, and a document that was populated. */
const INNER = [Buffer.from('$id'), ID];

const isNothing = ({ type }: RawElement) => type === BSONType.null || type === BSONType.undefined;
const bodyOf = (bytes: Uint8Array, { at, after }: RawElement) => bytes.subarray(at, after);

function meantKeys(bytes: Uint8Array, element: RawElement): LegacyKey[] {
  const value = bodyOf(bytes, element);
  switch (element.type) {
    case BSONType.objectId:
      return [objectIdKey(value)];
    case BSONType.string:
      return keysOfText(textAt(bytes, element.at));
    case BSONType.int:
    case BSONType.long:
    case BSONType.double:
    case BSONType.decimal:
      return formsOf(bytes, element);
    case BSONType.binData:
      return [keyOfElement(element.type, value)];
    case BSONType.dbPointer:
      return [objectIdKey(value.subarray(value.length - 12))];
    case BSONType.object: {
      const inner = INNER.map((name) => elementNamed(bytes, element.at, element.after, name)).find(
        (one) => one !== null,
      );
      return inner ? meantKeys(bytes, inner) : formsOf(bytes, element);
    }
    default:
      return [];
  }
}

function keysOfText(text: string): LegacyKey[] {
  if (text === '') return [];
  return /^[0-9a-f]{24}$/i.test(text) ? [keyOf(text), objectIdKey(Buffer.from(text, 'hex'))] : [keyOf(text)];
}

/** A number is the same `_id` to MongoDB whichever type it has, in a compound one, too. */
function formsOf(bytes: Uint8Array, { type, at, after }: RawElement): LegacyKey[] {
  const forms = equalForms(new BsonValue(type, bufferOf(bytes), at, after));
  return forms.map(({ type: other, payload }) => keyOfElement(other, payload));
}
