import { BSONType, deserialize, onDemand } from 'bson';
import { keyOfDocument } from '../../engine/document/legacy-key.ts';

/** One element of a BSON object or array, as it stands in the bytes. */
export interface Element {
  readonly name: string;
  readonly type: number;
  readonly payload: Uint8Array;
}

/** The elements of a BSON document, in their order. */
export function elementsOf(bytes: Uint8Array): Element[] {
  return [...onDemand.parseToElements(bytes)].map(([type, nameAt, nameLength, at, length]) => ({
    name: Buffer.from(bytes.subarray(nameAt, nameAt + nameLength)).toString('utf8'),
    type: type & 0xff,
    payload: bytes.subarray(at, at + length),
  }));
}

export const isObject = ({ type }: Element) => type === BSONType.object;
export const isArray = ({ type }: Element) => type === BSONType.array;
export const isNull = ({ type }: Element) => type === BSONType.null;
/** An undefined `_id` is none, as a null one is. */
export const isNone = ({ type }: Element) => type === BSONType.null || type === BSONType.undefined;

/** The element alone, as BSON of one name. */
function boxed({ type, payload }: Element, name: string): Buffer {
  const head = Buffer.concat([Buffer.of(0, 0, 0, 0, type), Buffer.from(`${name}\0`)]);
  const box = Buffer.concat([head, payload, Buffer.of(0)]);
  box.writeInt32LE(box.length);
  return box;
}

/** The legacy key of a value that is an `_id`, or refers to one. */
export function keyOfElement(element: Element): Buffer {
  // Not by way of the library's objects: a date has a part of the 64-bit range only, and data can look like one of them.
  return keyOfDocument(boxed(element, '_id'))!;
}

/** The value as the BSON library decodes it, number types kept. */
export function decoded(element: Element): unknown {
  return deserialize(boxed(element, 'v'), { promoteValues: false, bsonRegExp: true })['v'];
}

/**
 * Whether two elements hold the same. The order of an object’s names does not count: JavaScript moves those that are
 * whole numbers to the front.
 */
export function isSameElement(a: Element, b: Element): boolean {
  if (a.type !== b.type) return false;
  // Byte for byte first: a name can stand twice.
  if (Buffer.compare(a.payload, b.payload) === 0) return true;
  if (!isObject(a) && !isArray(a)) return false;
  const [ours, theirs] = [elementsOf(a.payload), elementsOf(b.payload)];
  if (ours.length !== theirs.length) return false;
  if (isArray(a)) return ours.every((inner, i) => isSameElement(inner, theirs[i]!));
  const named = new Map(theirs.map((inner) => [inner.name, inner]));
  return ours.every((inner) => named.has(inner.name) && isSameElement(inner, named.get(inner.name)!));
}
