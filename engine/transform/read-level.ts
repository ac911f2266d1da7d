import { valueEnd } from '../document/bson/raw-bson.ts';
import { BsonValue, type Member } from '../document/bson/value.ts';
import { DocumentRefused } from '../document/findings/refusal.ts';
import type { Field, Fields } from '../plan/model-fields.ts';

/** An object of a document, held against the fields that its model knows there. */
export interface Level {
  /** The values of the fields, in the order of `fieldsOf`; undefined where there is none. */
  readonly values: readonly (BsonValue | undefined)[];
  readonly id: BsonValue | undefined;
  /** All that the model does not know, in the order of the bytes. */
  readonly unknown: readonly Member[];
}

/** A model's fields as they are looked for in bytes. */
interface Sought {
  readonly list: readonly (readonly [name: string, field: Field])[];
  /** Each name's bytes with the zero that ends it. */
  readonly names: readonly Buffer[];
  readonly places: ReadonlyMap<string, number>;
}

const known = new WeakMap<Fields, Sought>();

function soughtOf(fields: Fields): Sought {
  const made = known.get(fields);
  if (made !== undefined) return made;
  const list = [...fields];
  const names = list.map(([name]) => Buffer.from(`${name}\0`));
  const sought = { list, names, places: new Map(list.map(([name], place) => [name, place])) };
  known.set(fields, sought);
  return sought;
}

/** The fields of a level with their names, in the model's order. */
export function fieldsOf(fields: Fields): Sought['list'] {
  return soughtOf(fields).list;
}

/**
 * Reads the members of an object. Documents of one collection are alike, so that the field that came after the last one
 * is tried first.
 * @param prefix what the paths of its members begin with
 * @throws DocumentRefused `repeatedField`: which of two values is meant is not known
 */
export function readLevel({ bytes, at: start, end }: BsonValue, fields: Fields, prefix: string): Level {
  const { names, places } = soughtOf(fields);
  const values = new Array<BsonValue | undefined>(names.length).fill(undefined);
  const unknown: Member[] = [];
  let id: BsonValue | undefined;
  let guess = 0;
  for (let at = start + 4; at < end - 1; ) {
    const type = bytes[at]!;
    const nameAt = at + 1;
    let place = guess;
    let payload = place < names.length ? afterName(bytes, nameAt, names[place]!) : -1;
    let name: string | null = null;
    if (payload < 0) {
      payload = bytes.indexOf(0, nameAt) + 1;
      name = bytes.toString('utf8', nameAt, payload - 1);
      place = places.get(name) ?? -1;
    }
    at = valueEnd(bytes, type, payload, end);
    const value = new BsonValue(type, bytes, payload, at);
    if (place >= 0) {
      if (values[place] !== undefined) refuseRepeated(prefix, bytes, nameAt, payload);
      values[place] = value;
      guess = place + 1;
    } else if (name === '_id') {
      if (id !== undefined) refuseRepeated(prefix, bytes, nameAt, payload);
      id = value;
    } else unknown.push({ name: name!, value });
  }
  if (unknown.length > 1) refuseRepeatedUnknown(unknown, prefix);
  return { values, id, unknown };
}

/** The place after a name when it is this one, zero included; else −1. */
function afterName(bytes: Buffer, at: number, name: Buffer): number {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return -1;
  return at + name.length;
}

function refuseRepeated(prefix: string, bytes: Buffer, nameAt: number, payload: number): never {
  throw new DocumentRefused('repeatedField', prefix + bytes.toString('utf8', nameAt, payload - 1));
}

function refuseRepeatedUnknown(unknown: readonly Member[], prefix: string): void {
  const seen = new Set<string>();
  for (const { name } of unknown) {
    if (seen.has(name)) throw new DocumentRefused('repeatedField', prefix + name);
    seen.add(name);
  }
}
