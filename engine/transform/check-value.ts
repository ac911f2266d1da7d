import { decimal128At, decimal128Text } from '../document/bson/decimal128.ts';
import { boolOf, int64Of, millisecondsOf, textOf } from '../document/bson/scalars.ts';
import { TYPE } from '../document/bson/types.ts';
import type { BsonValue } from '../document/bson/value.ts';
import { approximate, compareExact, Exact, type ExactNumber, exactNumber } from '../document/exact-number.ts';
import type { OldValue } from '../document/findings/finding.ts';
import { DocumentRefused } from '../document/findings/refusal.ts';
import { rawOr } from '../document/old-value.ts';
import type { Findings } from '../plan/check-context.ts';
import type { Rule, ScalarField } from '../plan/model-fields.ts';
import { modelCast } from './model-cast.ts';

/**
 * A text that PostgreSQL can store.
 * @param old what stood in the source, where that is the text itself
 * @throws DocumentRefused `nul`, `loneSurrogate`
 */
export function storableText(text: string, path: string, to: Findings, old: OldValue = text): string {
  let storable = text;
  if (storable.includes('\0')) {
    if (to.actionFor('nul', path) !== 'strip') throw new DocumentRefused('nul', path);
    to.finding({ path, code: 'nul=strip', oldValue: old });
    storable = storable.replaceAll('\0', '');
  }
  if (!storable.isWellFormed()) throw new DocumentRefused('loneSurrogate', path);
  return storable;
}

/** As `modelCast`, with a finding. */
function castByModel(field: ScalarField, value: BsonValue, path: string, to: Findings): unknown {
  const cast = modelCast(field, value, path);
  to.finding({ path, code: 'cast', oldValue: value });
  return cast;
}

/** A text field's value: strings as they are, other castable types as text that loses nothing. */
export function textValue(field: ScalarField, value: BsonValue, path: string, to: Findings): string | null {
  let text: string;
  if (value.type === TYPE.string) text = textOf(value);
  else {
    const cast = castByModel(field, value, path, to);
    if (typeof cast !== 'string' || value.type === TYPE.binary) throw new DocumentRefused('cast', path);
    text = exactText(value, path) ?? cast;
  }
  if (field.hasSetters) {
    const set = (field.schemaType as unknown as { applySetters(value: unknown, doc: null): string }).applySetters(
      text,
      null,
    );
    if (set !== text) {
      to.finding({ path, code: 'setter', oldValue: value.type === TYPE.string ? value : text });
      return storableText(set, path, to);
    }
  }
  return storableText(text, path, to, value.type === TYPE.string ? value : text);
}

/**
 * Mongoose would write a date in this machine's time zone, and a long through a double.
 * @throws DocumentRefused `invalidDate`, for which Mongoose would write "Invalid Date"
 */
function exactText(value: BsonValue, path: string): string | null {
  switch (value.type) {
    case TYPE.date: {
      const date = new Date(Number(millisecondsOf(value)));
      if (Number.isNaN(date.getTime())) throw new DocumentRefused('invalidDate', path);
      return date.toISOString();
    }
    case TYPE.int64:
      return int64Of(value).toString();
    case TYPE.decimal128:
      return decimal128Text(decimal128At(value.bytes, value.at));
    default:
      return null;
  }
}

/** A number field's value, exact: the model judges whether it is castable, the BSON (or the text) gives the number. */
export function numberValue(field: ScalarField, value: BsonValue, path: string, to: Findings): ExactNumber | null {
  const exact = exactNumber(value, path);
  if (exact !== null) return exact;
  if (value.type === TYPE.timestamp) throw new DocumentRefused('cast', path);
  const number = numberOfCast(modelCast(field, value, path), value, path);
  const note = number === null ? {} : { note: number.toString() };
  to.finding({ path, code: 'cast', oldValue: value, ...note });
  return number;
}

/** The exact number of a value that is none in the source: a long decimal text keeps all its digits. */
function numberOfCast(cast: unknown, value: BsonValue, path: string): ExactNumber | null {
  if (cast === null || cast === undefined) return null;
  if (typeof cast !== 'number') throw new DocumentRefused('cast', path);
  if (!Number.isFinite(cast)) throw new DocumentRefused('notFinite', path);
  if (value.type === TYPE.string) {
    const text = textOf(value).trim();
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i.test(text)) {
      const parsed = new Exact(text);
      return parsed.eq(cast) ? cast : parsed;
    }
  }
  return cast;
}

export function booleanValue(field: ScalarField, value: BsonValue, path: string, to: Findings): boolean | null {
  if (value.type === TYPE.bool) return boolOf(value);
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
export function holdRules(rules: readonly Rule[], value: unknown, raw: BsonValue, path: string, to: Findings): unknown {
  let held = value;
  for (const rule of rules) {
    if (obeys(rule, held)) continue;
    if (rule.type === 'maxlength') {
      to.finding({ path, code: 'tooLong', note: `${(held as string).length} > ${rule.bound}` });
      continue;
    }
    const instead = standIn(rule, held, raw, path, to);
    if (instead === null) throw new DocumentRefused(codeOf(rule), path);
    held = instead;
  }
  return held;
}

function codeOf({ type }: Rule): 'enum' | 'min' | 'max' | 'rule' {
  return type === 'enum' || type === 'min' || type === 'max' ? type : 'rule';
}

/** The value that a policy puts in the place of one that breaks a rule: the bound of a number, or what a map names. */
function standIn(rule: Rule, value: unknown, raw: BsonValue, path: string, to: Findings): unknown {
  const code = codeOf(rule);
  const action = to.actionFor(code, path);
  if ((code === 'min' || code === 'max') && action === 'clamp' && rule.bound !== null && !(value instanceof Date)) {
    to.finding({ path, code: `${code}=clamp`, oldValue: rawOr(raw, value as OldValue), note: String(rule.bound) });
    return rule.bound;
  }
  if (code !== 'enum' || action === null || typeof action === 'string') return null;
  const named = typeof value === 'string' && Object.hasOwn(action, value) ? action[value]! : null;
  if (named === null || !rule.test(named)) return null;
  to.finding({ path, code: 'enum=map', oldValue: rawOr(raw, value as OldValue) });
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
