import { BSONType, deserialize, onDemand } from 'bson';

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

/** The element alone, as BSON `{v: element}`. */
function boxed({ type, payload }: Element): Buffer {
  const box = Buffer.alloc(4 + 3 + payload.length + 1);
  box.writeInt32LE(box.length);
  box[4] = type;
  box[5] = 0x76;
  box.set(payload, 7);
  return box;
}

/** The value as the BSON library decodes it, number types kept. */
export function decoded(element: Element): unknown {
  return deserialize(boxed(element), { promoteValues: false, bsonRegExp: true })['v'];
}

/**
 * Whether two elements hold the same. The order of an object’s names does not count: JavaScript moves those that are
 * whole numbers to the front.
 */
export function isSameElement(a: Element, b: Element): boolean {
  if (a.type !== b.type) return false;
  if (!isObject(a) && !isArray(a)) return Buffer.compare(a.payload, b.payload) === 0;
  const [ours, theirs] = [elementsOf(a.payload), elementsOf(b.payload)];
  if (ours.length !== theirs.length) return false;
  if (isArray(a)) return ours.every((inner, i) => isSameElement(inner, theirs[i]!));
  const named = new Map(theirs.map((inner) => [inner.name, inner]));
  return ours.every((inner) => named.has(inner.name) && isSameElement(inner, named.get(inner.name)!));
}
