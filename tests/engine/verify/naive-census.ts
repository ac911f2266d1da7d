import { type Document, deserialize } from 'bson';
import type { Field, Fields } from '../../../engine/plan/model-fields.ts';

/** The field of an `_id` that a model does not name. */
const ID = { kind: 'text' } as unknown as Field;

/** The type of a decoded value, by MongoDB's name. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  const names: Record<string, string> = {
    ...{ ObjectId: 'objectId', Int32: 'int', Double: 'double', Long: 'long', Decimal128: 'decimal', Binary: 'binData' },
    ...{ Timestamp: 'timestamp', Code: 'javascript', BSONRegExp: 'regex', MinKey: 'minKey', MaxKey: 'maxKey' },
  };
  return names[(value as { _bsontype?: string })._bsontype ?? ''] ?? 'object';
}

/** Counts decoded documents without any thought of speed or of bytes. */
export function naiveCensus(
  fields: Fields,
  documents: readonly Uint8Array[],
): Map<string, { documents: number; types: Record<string, number> }> {
  const counted = new Map<string, { documents: number; types: Record<string, number> }>();
  for (const bytes of documents) {
    const seen = new Set<string>();
    const value = (path: string, one: unknown, inside: Fields | number): void => {
      const count = counted.get(path) ?? { documents: 0, types: {} };
      counted.set(path, count);
      const type = typeOf(one);
      count.types[type] = (count.types[type] ?? 0) + 1;
      if (!seen.has(path)) count.documents += 1;
      seen.add(path);
      if (Array.isArray(one)) for (const element of one) value(path, element, inside);
      else if (type === 'object' && inside !== 0) object(`${path}.`, one as Document, inside);
    };
    const object = (prefix: string, one: Document, inside: Fields | number): void => {
      for (const [name, inner] of Object.entries(one)) value(prefix + name, inner, insideOf(inside, name, prefix));
    };
    object('', deserialize(bytes, { promoteValues: false, bsonRegExp: true }), fields);
  }
  return counted;
}

/** What a census knows below a name: fields of the model, or so many levels that nobody knows. */
function insideOf(inside: Fields | number, name: string, prefix: string): Fields | number {
  if (typeof inside === 'number') return inside - 1;
  const field: Field | undefined = inside.get(name);
  if (field?.kind === 'documents') return new Map([...field.fields, ['_id', ID]]);
  if (field?.kind === 'nested') return field.fields;
  return field !== undefined || (prefix === '' && (name === '_id' || name === '__v')) ? 0 : 3;
}
