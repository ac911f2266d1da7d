import { isDeepStrictEqual } from 'node:util';
import { BSONType, Decimal128, Double, EJSON, Int32, type Long, ObjectId } from 'bson';
import { Exact } from '../../engine/document/exact-number.ts';
import type { Column } from '../../prisma/model/target-model.ts';
import { decoded, type Element, elementsOf, isArray, isObject, keyOfElement } from './raw-elements.ts';

/**
 * Whether a cell, as PostgreSQL writes it, holds a value of the source. Written against the two formats and the
 * column’s type only, so that it knows nothing of how the one became the other.
 * @param legacyKeys keys (hex) by row id
 */
export function isSameValue(
  element: Element,
  cell: string | null,
  column: Column,
  legacyKeys: ReadonlyMap<string, string>,
): boolean {
  if (cell === null) return element.type === BSONType.null;
  if (column.array) {
    return isArray(element) && isDeepStrictEqual(elementsOf(element.payload).map(textOf), JSON.parse(cell));
  }
  switch (column.kind) {
    case 'text':
    case 'enum':
      return textOf(element) === cell;
    case 'boolean':
      return element.type === BSONType.bool && (element.payload[0] === 1) === (cell === 'true');
    case 'integer':
    case 'bigint':
    case 'decimal': {
      const number = numberText(element);
      return number !== null && new Exact(number).eq(cell);
    }
    case 'timestamp':
      return element.type === BSONType.date && Buffer.from(element.payload).readBigInt64LE() === millisecondsOf(cell);
    case 'uuid':
      return legacyKeys.get(cell) === keyOfElement(element).toString('hex');
    default:
      return column.kind === 'json' && isSameJson(element, JSON.parse(cell));
  }
}

function textOf(element: Element): string | null {
  return element.type === BSONType.string ? Buffer.from(element.payload.subarray(4, -1)).toString('utf8') : null;
}

/** An exact decimal; null for what is no number, or not finite. */
function numberText(element: Element): string | null {
  const value = decoded(element);
  if (value instanceof Int32) return `${value.value}`;
  if (value instanceof Double) return Number.isFinite(value.value) ? `${value.value}` : null;
  if (element.type === BSONType.long) return (value as Long).toString();
  if (value instanceof Decimal128) return /N/.test(`${value}`) || `${value}`.endsWith('y') ? null : `${value}`;
  return null;
}

/** `2023-11-14T22:13:20.123+00:00`, years of any length, `BC` behind. */
export function millisecondsOf(timestamp: string): bigint | null {
  const parts = /^(\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?\+00:00( BC)?$/.exec(timestamp);
  if (parts === null) return null;
  const [year, month, day, hours, minutes, seconds] = parts.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(parts[8] === undefined ? year! : 1 - year!, month! - 1, day!);
  date.setUTCHours(hours!, minutes!, seconds!, Number((parts[7] ?? '').padEnd(3, '0')));
  return BigInt(date.getTime());
}

/** Whether JSON holds a BSON value: plainly where JSON has such a type, otherwise as relaxed Extended JSON. */
export function isSameJson(element: Element, json: unknown): boolean {
  if (isArray(element)) {
    const inner = elementsOf(element.payload);
    return Array.isArray(json) && json.length === inner.length && inner.every((one, i) => isSameJson(one, json[i]));
  }
  if (isObject(element)) {
    const inner = elementsOf(element.payload);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
    const held = new Map(Object.entries(json));
    return (
      held.size === inner.length && inner.every((one) => held.has(one.name) && isSameJson(one, held.get(one.name)))
    );
  }
  if (element.type === BSONType.undefined) return isDeepStrictEqual(json, { $undefined: true });
  if (element.type === BSONType.date) return isSameDate(element, json);
  const value = decoded(element);
  if (value instanceof Int32) return json === value.value;
  if (value instanceof Double) {
    if (!Number.isFinite(value.value)) return isDeepStrictEqual(json, { $numberDouble: `${value.value}` });
    return json === value.value;
  }
  if (element.type === BSONType.long) {
    const number = (value as Long).toNumber();
    return isDeepStrictEqual(json, Number.isSafeInteger(number) ? number : { $numberLong: `${value}` });
  }
  if (value instanceof ObjectId) return isDeepStrictEqual(json, { $oid: value.toHexString() });
  if (element.type === BSONType.bool || element.type === BSONType.string || value === null) return json === value;
  return isDeepStrictEqual(json, JSON.parse(EJSON.stringify(value, { relaxed: true })));
}

function isSameDate(element: Element, json: unknown): boolean {
  const milliseconds = Buffer.from(element.payload).readBigInt64LE();
  const { $date: date } = (json ?? {}) as { $date?: unknown };
  if (typeof date === 'string') return BigInt(Date.parse(date)) === milliseconds;
  return isDeepStrictEqual(date, { $numberLong: `${milliseconds}` });
}
