import { equalForms } from '../document/bson/equal-forms.ts';
import { membersOf } from '../document/bson/members.ts';
import { dbPointerOf, textOf } from '../document/bson/scalars.ts';
import { TYPE } from '../document/bson/types.ts';
import { type BsonValue, isNumber } from '../document/bson/value.ts';
import { DocumentRefused } from '../document/findings/refusal.ts';
import { keyOfElement, keyOfValue, type LegacyKey, objectIdKey } from '../document/legacy-key.ts';

/** What a DBRef says of where it leads, besides the `_id`. */
export interface Named {
  readonly collection: string;
  readonly database: string | null;
}

/** The keys that a reference may mean, best first, and the collection that a DBRef names. */
export interface Candidates {
  /** Empty when a value of this type cannot refer. */
  readonly keys: readonly LegacyKey[];
  readonly named: Named | null;
  /** The value is an object that can be nothing but a whole `_id`. */
  readonly whole?: boolean;
}

/** Whether a DBRef leads to another collection or database than the one that it should. */
export function leadsElsewhere(named: Named | null, collection: string, database: string | undefined): boolean {
  if (named === null) return false;
  const isOther = named.database !== null && database !== undefined && named.database !== database;
  return isOther || named.collection !== collection;
}

const NONE: Candidates = { keys: [], named: null };
/** A populated document whose _id was populated, and so on. */
const LEVELS = 10;

/**
 * The keys that a reference may mean: the value itself, then what it would be if it had been written as text, as another
 * number type, as a DBRef, or had been populated.
 * @throws DocumentRefused `repeatedField` for an object that says it twice
 */
export function referenceCandidates(value: BsonValue, path = '', level = 0): Candidates {
  switch (value.type) {
    case TYPE.objectId:
    case TYPE.binary:
      return { keys: [keyOfValue(value)], named: null };
    case TYPE.string:
      return { keys: keysOfText(value), named: null };
    case TYPE.dbPointer:
      return candidatesOfPointer(value);
    case TYPE.object:
      return level > LEVELS ? NONE : candidatesOfObject(value, path, level + 1);
    default:
      return isNumber(value) ? { keys: formsOf(value), named: null } : NONE;
  }
}

function keysOfText(value: BsonValue): LegacyKey[] {
  const text = textOf(value);
  if (text === '') return [];
  const own = keyOfValue(value);
  return /^[0-9a-f]{24}$/i.test(text) ? [own, objectIdKey(Buffer.from(text, 'hex'))] : [own];
}

function candidatesOfObject(value: BsonValue, path: string, level: number): Candidates {
  const members = membersOf(value);
  const only = (name: string) => {
    const found = members.filter((member) => member.name === name);
    if (found.length > 1) throw new DocumentRefused('repeatedField', `${path}.${name}`);
    return found[0]?.value;
  };
  const [ref, id, db] = [only('$ref'), only('$id'), only('$db')];
  if (ref?.type === TYPE.string && id !== undefined && (db === undefined || db.type === TYPE.string)) {
    const { keys } = referenceCandidates(id, path, level);
    return { keys, named: { collection: textOf(ref), database: db === undefined ? null : textOf(db) } };
  }
  const own = only('_id');
  return own === undefined ? { keys: formsOf(value), named: null, whole: true } : referenceCandidates(own, path, level);
}

/** The DBRef of old: `database.collection` and an ObjectId. */
function candidatesOfPointer(value: BsonValue): Candidates {
  const { namespace, id } = dbPointerOf(value);
  const dot = namespace.indexOf('.');
  const database = dot < 0 ? null : namespace.slice(0, dot);
  return { keys: [objectIdKey(id)], named: { collection: namespace.slice(dot + 1), database } };
}

/** MongoDB finds `{_id: 1}` whether 1 was stored as int, long, double or decimal; the ID map tells these apart. */
function formsOf(value: BsonValue): LegacyKey[] {
  return equalForms(value).map(({ type, payload }) => keyOfElement(type, payload));
}
