import { valueEnd } from './raw-bson.ts';
import { TYPE } from './types.ts';
import { BsonValue, type Member } from './value.ts';

/** The members of an object or an array, in the order of the bytes: names may be any text, and may stand twice. */
export function membersOf({ bytes, at: start, end }: BsonValue): Member[] {
  const members: Member[] = [];
  for (let at = start + 4; at < end - 1; ) {
    const type = bytes[at]!;
    const nameAt = at + 1;
    const value = bytes.indexOf(0, nameAt) + 1;
    at = valueEnd(bytes, type, value, end);
    if (at < 0) throw new RangeError('the document is not valid BSON');
    members.push({ name: bytes.toString('utf8', nameAt, value - 1), value: new BsonValue(type, bytes, value, at) });
  }
  return members;
}

/** The elements of an array in the order of the bytes, whatever their names, one after another. */
export function* eachElement({ bytes, at: start, end }: BsonValue): Generator<BsonValue> {
  for (let at = start + 4; at < end - 1; ) {
    const type = bytes[at]!;
    const value = bytes.indexOf(0, at + 1) + 1;
    at = valueEnd(bytes, type, value, end);
    if (at < 0) throw new RangeError('the document is not valid BSON');
    yield new BsonValue(type, bytes, value, at);
  }
}

/** As `eachElement`, all of them. */
export function elementsOf(value: BsonValue): BsonValue[] {
  return [...eachElement(value)];
}

/** The first member of this name; undefined without one, and for a value that has no members. */
export function memberOf(value: BsonValue, name: string): BsonValue | undefined {
  if (value.type !== TYPE.object) return undefined;
  return membersOf(value).find((member) => member.name === name)?.value;
}

/** The value at a path of names and array places; undefined where it ends before. */
export function valueAt(root: BsonValue, path: string): BsonValue | undefined {
  let value: BsonValue | undefined = root;
  for (const step of path.split('.')) {
    if (value === undefined) return undefined;
    if (value.type === TYPE.array) value = elementsOf(value)[Number(step)];
    // A single value where an array belongs is its first element.
    else value = memberOf(value, step) ?? (step === '0' ? value : undefined);
  }
  return value;
}
