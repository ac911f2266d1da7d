import {
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { approximate, compareExact, Exact, type ExactNumber, exactNumber } from './exact-number.ts';
import { DocumentRefused, type Finding, type RefusalCode } from './finding.ts';
import { keyOf, type LegacyKey } from './legacy-key.ts';
import type { Rule, ScalarField } from './model-fields.ts';
import type { Action } from './policies.ts';

/** Where a check tells what it found, and asks what policies say. */
export interface Findings {
  finding(finding: Finding): void;
  /** What is to be done about a refusal at a path, or null. */
  actionFor(code: RefusalCode, path: string): Action | null;
}

/**
 * A text that PostgreSQL can store.
 * @throws DocumentRefused `nul`, `loneSurrogate`
 */
export function storableText(text: string, path: string, to: Findings): string {
  let storable = text;
  if (storable.includes('\0')) {
    if (to.actionFor('nul', path) !== 'strip') throw new DocumentRefused('nul', path);
    to.finding({ path, code: 'nul=strip', oldValue: text });
    storable = storable.replaceAll('\0', '');
  }
  if (!storable.isWellFormed()) throw new DocumentRefused('loneSurrogate', path);
  return storable;
}

/** Values that no column but a JSON one can hold, whatever the model would make of them. */
export function refuseUncastable(value: unknown, path: string): void {
  if (
    value === undefined ||
    value instanceof RegExp ||
    value instanceof BSONRegExp ||
    value instanceof Code ||
    value instanceof BSONSymbol ||
    value instanceof MinKey ||
    value instanceof MaxKey
  ) {
    throw new DocumentRefused('bsonType', path);
  }
}

/** The value as Mongoose casts it; what Mongoose cannot cast is refused. */
function modelCast(field: ScalarField, value: unknown, path: string): unknown {
  refuseUncastable(value, path);
  try {
    const plain = value instanceof Int32 || value instanceof Double ? value.value : safeNumber(value);
    return (field.schemaType as unknown as { cast(value: unknown, doc: null, init: boolean): unknown }).cast(
      plain,
      null,
      true,
    );
  } catch {
    throw new DocumentRefused('cast', path);
  }
}

/** A long as the driver hands it to Mongoose, where a double holds it. */
function safeNumber(value: unknown): unknown {
  if (!(value instanceof Long) || value instanceof Timestamp) return value;
  const number = value.toNumber();
  return Number.isSafeInteger(number) ? number : value;
}

/** As `modelCast`, with a finding. */
function castByModel(field: ScalarField, value: unknown, path: string, to: Findings): unknown {
  const cast = modelCast(field, value, path);
  to.finding({ path, code: 'cast', oldValue: value });
  return cast;
}

/** A text field's value: strings as they are, other castable types as text that loses nothing. */
export function textValue(field: ScalarField, value: unknown, path: string, to: Findings): string | null {
  let text: string;
  if (typeof value === 'string') text = value;
  else {
    const cast = castByModel(field, value, path, to);
    if (
      typeof cast !== 'string' ||
      (typeof value === 'object' && 'buffer' in (value as object) && !(value instanceof ObjectId))
    ) {
      throw new DocumentRefused('cast', path);
    }
    text = exactText(value, path) ?? cast;
  }
  if (field.hasSetters) {
    const set = (field.schemaType as unknown as { applySetters(value: unknown, doc: null): string }).applySetters(
      text,
      null,
    );
    if (set !== text) {
      to.finding({ path, code: 'setter', oldValue: text });
      text = set;
    }
  }
  return storableText(text, path, to);
}

/**
 * Mongoose would write a date in this machine's time zone, and a long through a double.
 * @throws DocumentRefused `invalidDate`, for which Mongoose would write "Invalid Date"
 */
function exactText(value: unknown, path: string): string | null {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new DocumentRefused('invalidDate', path);
    return value.toISOString();
  }
  if (value instanceof Long || value instanceof Decimal128) return value.toString();
  return null;
}

/** A number field's value, exact: the model judges whether it is castable, the BSON (or the text) gives the number. */
export function numberValue(field: ScalarField, value: unknown, path: string, to: Findings): ExactNumber | null {
  const exact = exactNumber(value, path);
  if (exact !== null) return exact;
  if (value instanceof Timestamp) throw new DocumentRefused('cast', path);
  const number = numberOfCast(modelCast(field, value, path), value, path);
  const note = number === null ? {} : { note: number.toString() };
  to.finding({ path, code: 'cast', oldValue: value, ...note });
  return number;
}

/** The exact number of a value that is none in the source: a long decimal text keeps all its digits. */
function numberOfCast(cast: unknown, value: unknown, path: string): ExactNumber | null {
  if (cast === null || cast === undefined) return null;
  if (typeof cast !== 'number') throw new DocumentRefused('cast', path);
  if (!Number.isFinite(cast)) throw new DocumentRefused('notFinite', path);
  if (typeof value === 'string') {
    const text = value.trim();
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i.test(text)) {
      const parsed = new Exact(text);
      return parsed.eq(cast) ? cast : parsed;
    }
  }
  return cast;
}

export function booleanValue(field: ScalarField, value: unknown, path: string, to: Findings): boolean | null {
  if (typeof value === 'boolean') return value;
  const cast = castByModel(field, value, path, to);
  if (cast === null || cast === undefined) return null;
  if (typeof cast !== 'boolean') throw new DocumentRefused('cast', path);
  return cast;
}

/**
 * Holds a value against the model's own rules. Text past `maxlength` is a finding, since the column has room for it;
 * every other broken rule refuses the document, unless a policy has another value for it. Bounds are compared exactly
 * where the number is no double.
 * @returns the value, or the one in its place
 */
export function holdRules(rules: readonly Rule[], value: unknown, path: string, to: Findings): unknown {
  let held = value;
  for (const rule of rules) {
    if (obeys(rule, held)) continue;
    if (rule.type === 'maxlength') {
      to.finding({ path, code: 'tooLong', note: `${(held as string).length} > ${rule.bound}` });
      continue;
    }
    const instead = standIn(rule, held, path, to);
    if (instead === null) throw new DocumentRefused(codeOf(rule), path);
    held = instead;
  }
  return held;
}

function codeOf({ type }: Rule): 'enum' | 'min' | 'max' | 'rule' {
  return type === 'enum' || type === 'min' || type === 'max' ? type : 'rule';
}

/** The value that a policy puts in the place of one that breaks a rule: the bound of a number, or what a map names. */
function standIn(rule: Rule, value: unknown, path: string, to: Findings): unknown {
  const code = codeOf(rule);
  const action = to.actionFor(code, path);
  if ((code === 'min' || code === 'max') && action === 'clamp' && rule.bound !== null && !(value instanceof Date)) {
    to.finding({ path, code: `${code}=clamp`, oldValue: value, note: String(rule.bound) });
    return rule.bound;
  }
  if (code !== 'enum' || action === null || typeof action === 'string') return null;
  const named = typeof value === 'string' && Object.hasOwn(action, value) ? action[value]! : null;
  if (named === null || !rule.test(named)) return null;
  to.finding({ path, code: 'enum=map', oldValue: value });
  return named;
}

function obeys(rule: Rule, value: unknown): boolean {
  if (typeof value === 'bigint' || value instanceof Exact) {
    if (rule.type === 'min' && rule.bound !== null) return compareExact(value as ExactNumber, rule.bound) >= 0;
    if (rule.type === 'max' && rule.bound !== null) return compareExact(value as ExactNumber, rule.bound) <= 0;
    return rule.test(approximate(value as ExactNumber));
  }
  return rule.test(value);
}

/**
 * The keys that a reference may mean, best first: the value itself, then what it would be if it had been written as
 * text, as another number type, as a DBRef, or had been populated. Empty when a value of this type cannot refer.
 */
export function referenceCandidates(value: unknown): LegacyKey[] {
  if (value instanceof ObjectId) return [keyOf(value)];
  if (typeof value === 'string') {
    if (value === '') return [];
    const own = keyOf(value);
    return /^[0-9a-f]{24}$/i.test(value) ? [own, keyOf(ObjectId.createFromHexString(value))] : [own];
  }
  if (value instanceof DBRef) return referenceCandidates(value.oid);
  if (value instanceof Int32 || value instanceof Double || value instanceof Long) return numberCandidates(value);
  if (value instanceof Decimal128) return [keyOf(value)];
  if (value === null || value === undefined || typeof value !== 'object' || Array.isArray(value)) return [];
  if ('_bsontype' in value) return (value as { _bsontype: string })._bsontype === 'Binary' ? [keyOf(value)] : [];
  if (Object.hasOwn(value, '_id')) return referenceCandidates((value as { _id: unknown })._id);
  return [];
}

/** MongoDB finds `{_id: 1}` whether 1 was stored as int, long or double; the ID map tells the three apart. */
function numberCandidates(value: Int32 | Double | Long): LegacyKey[] {
  const own = keyOf(value);
  const number = value instanceof Long ? value.toNumber() : value.value;
  if (!Number.isSafeInteger(number)) return [own];
  const forms = [new Double(number), Long.fromNumber(number)].map(keyOf);
  if (Math.abs(number) < 2 ** 31) forms.push(keyOf(new Int32(number)));
  return [own, ...forms.filter((form) => !form.equals(own))];
}
