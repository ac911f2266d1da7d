import { Decimal128, Double, EJSON, Int32, Long, ObjectId, Timestamp } from 'bson';
import { type Findings, storableText } from './check-value.ts';
import { WideDate } from './wide-date.ts';

/** A JSON value for a `jsonb` column. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * A mixed BSON value as JSON: what JSON has no type for stays as MongoDB Extended JSON (relaxed form, v2), so that
 * nothing is lost; an integer beyond 2^53 stays `{"$numberLong": "…"}` since a JSON reader would round it.
 * @throws DocumentRefused `nul`, `loneSurrogate`, for any text or key at any depth
 */
export function jsonOfBson(value: unknown, path: string, to: Findings): JsonValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return storableText(value, path, to);
  if (value instanceof Int32) return value.value;
  if (value instanceof Double) {
    return Number.isFinite(value.value) ? value.value + 0 : { $numberDouble: String(value.value) };
  }
  if (value instanceof Long && !(value instanceof Timestamp)) {
    const number = value.toNumber();
    return Number.isSafeInteger(number) ? number : { $numberLong: value.toString() };
  }
  if (value instanceof Decimal128) return { $numberDecimal: value.toString() };
  if (value instanceof ObjectId) return { $oid: value.toHexString() };
  if (value === undefined) return { $undefined: true };
  if (Array.isArray(value)) return value.map((element, index) => jsonOfBson(element, `${path}.${index}`, to));
  if (value instanceof WideDate) return { $date: { $numberLong: `${value.milliseconds}` } };
  if (value instanceof Date && Number.isNaN(value.getTime())) return { $date: 'invalid' };
  if (!isPlainObject(value)) {
    return checkedTexts(EJSON.serialize(value, { relaxed: true }) as JsonValue, path, to);
  }
  return objectOf(
    Object.entries(value).map(([key, inner]) => [key, jsonOfBson(inner, `${path}.${key}`, to)]),
    path,
    to,
  );
}

/** An object of the document itself, whatever its keys: `_bsontype` may be one of them, as in a type of the BSON library. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function checkedTexts(value: JsonValue, path: string, to: Findings): JsonValue {
  if (typeof value === 'string') return storableText(value, path, to);
  if (Array.isArray(value)) return value.map((inner) => checkedTexts(inner, path, to));
  if (value === null || typeof value !== 'object') return value;
  return objectOf(
    Object.entries(value).map(([key, inner]) => [key, checkedTexts(inner, path, to)]),
    path,
    to,
  );
}

/** Keys are defined, never assigned: `__proto__` is a key like any other and must not reach the prototype. */
function objectOf(entries: readonly (readonly [string, JsonValue])[], path: string, to: Findings): JsonValue {
  const object: { [key: string]: JsonValue } = {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, storableText(key, path, to), {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

/** JSON text with sorted keys, so that equal values are equal texts; numbers as JavaScript writes them. */
export function stableJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${stableJson(inner)}`).join(',')}}`;
}
