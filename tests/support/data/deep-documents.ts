import { serialize } from 'bson';
import { boxOf } from '../../../engine/document/bson/box.ts';
import { PlatformDocuments } from './platform-documents.ts';

/** A value of type 3 or 4 that is nested so deep. */
function nested(levels: number, type: 3 | 4, name: string): Buffer {
  const size = 4 + 1 + name.length + 1;
  const heads = Array.from({ length: levels }, (_, level) => {
    const head = Buffer.alloc(size);
    head.writeInt32LE(5 + (size + 1) * (levels - level));
    head[4] = type;
    head.write(name, 5);
    return head;
  });
  return Buffer.concat([...heads, Buffer.from('0500000000', 'hex'), Buffer.alloc(levels)]);
}

/** A document with an element that the BSON library cannot write. */
function withElement(document: object, type: number, name: string, payload: Buffer): Buffer {
  const bytes = Buffer.concat([serialize(document).subarray(0, -1), boxOf(type, payload, name).subarray(4)]);
  bytes.writeInt32LE(bytes.length);
  return bytes;
}

const PLACES = [
  ['payments', 'metadata', 3, 'a'],
  ['payments', 'backerId', 3, '_id'],
  ['payments', 'projectId', 3, '$id'],
  ['payments', 'amount', 3, 'a'],
  ['projects', 'artist', 3, '_id'],
  ['projects', 'tasks', 4, '0'],
  ['projects', 'tags', 4, '0'],
  ['users', 'name', 3, 'a'],
  ['users', '_id', 3, 'a'],
  ['users', 'unknown', 3, 'a'],
] as const;

/**
 * The platform's documents, and beside each of some a value that is nested so deep: under a Json column, in a reference, in
 * an `_id`, in a column of text, in an array, in a field that the model does not know.
 * @returns by collection; one project that is sound has the title `sound`
 */
export function deepDocuments(levels: readonly number[]): Record<string, (object | Uint8Array)[]> {
  const make = new PlatformDocuments();
  make.project({ title: 'sound' });
  const collections: Record<string, (object | Uint8Array)[]> = { users: [], projects: [], payments: [] };
  for (const { collection, document } of make.all)
    collections[collection] = [...(collections[collection] ?? []), document];
  for (const depth of levels) {
    for (const [collection, name, type, inner] of PLACES) {
      const of = { users: () => make.user({}), projects: () => make.project({}), payments: () => make.payment({}) };
      const { [name]: _, ...rest } = of[collection]().document;
      collections[collection]!.push(withElement(rest, type, name, nested(depth, type, inner)));
    }
  }
  return collections;
}
