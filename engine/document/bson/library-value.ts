import { deserialize } from 'bson';
import { boxOf } from './box.ts';
import { isInOrder } from './extended-json.ts';
import { elementsOf, membersOf } from './members.ts';
import { TYPE } from './types.ts';
import type { BsonValue } from './value.ts';

/**
 * A value as the BSON library has it, for a filter that is sent to a server or to be shown to Mongoose: number types are
 * kept. An object is a plain one, or a Map where JavaScript would change the order of its names; nothing in it is taken
 * for a type of the library, whatever its names.
 */
export function libraryValue(value: BsonValue): unknown {
  if (value.type === TYPE.array) return elementsOf(value).map(libraryValue);
  if (value.type === TYPE.object) return libraryObject(value);
  return deserialize(boxOf(value.type, value.payload), { promoteValues: false, bsonRegExp: true })['v'];
}

function libraryObject(object: BsonValue): unknown {
  const members = membersOf(object).map(({ name, value }) => [name, libraryValue(value)] as const);
  const names = members.map(([name]) => name);
  if (!isInOrder(names) || names.includes('_bsontype')) return new Map(members);
  const plain: Record<string, unknown> = {};
  for (const [name, value] of members)
    Object.defineProperty(plain, name, { value, enumerable: true, configurable: true, writable: true });
  return plain;
}
