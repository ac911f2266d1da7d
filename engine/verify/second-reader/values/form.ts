import type { Column } from '../../../../prisma/model/target-model.ts';
import type { Declared, Setter } from '../../../plan/declare.ts';
import { Cursor, still, TYPE, textOf, type Value } from './cursor.ts';
import { type Decimal, decimalOf, numericText, shortNumericText } from './decimal.ts';
import { floatText } from './float.ts';
import { momentAs, timestampText } from './moment.ts';

/** PostgreSQL's text of a value that the column takes as it is; null for every other one. @throws Unreadable */
export type Form = (value: Value) => string | null;

/** How values of a column stand in PostgreSQL's text. */
export function formOf(declared: Declared, column: Column): Form {
  switch (declared.kind) {
    case 'text':
      return textForm(declared);
    case 'number':
      return numberForm(column);
    case 'flag':
      return ({ type, bytes, at }) => (type === TYPE.boolean ? (bytes[at] === 1 ? 't' : 'f') : null);
    case 'time':
      return timeForm(column);
    case 'list':
      return listForm(column);
    default:
      return () => null;
  }
}

/** How many decimals a column of numbers has. */
export function scaleOf({ kind, scale }: Column): number {
  return kind === 'decimal' ? (scale ?? 0) : 0;
}

/** A text that the model changes, or that stands for none, needs a finding. */
function textForm({ set, emptyIsNull }: Extract<Declared, { kind: 'text' }>): Form {
  if (set.length === 0 && !emptyIsNull) return (value) => (value.type === TYPE.string ? textOf(value) : null);
  return (value) => {
    const text = value.type === TYPE.string ? textOf(value) : null;
    return text === null || setBy(set, text) !== text || (emptyIsNull && text === '') ? null : text;
  };
}

/** A text as the model stores it. */
export function setBy(setters: readonly Setter[], text: string): string {
  return setters.reduce((one, setter) => (setter === 'lowercase' ? one.toLowerCase() : one.trim()), text);
}

function numberForm(column: Column): Form {
  if (column.kind === 'float') return floatForm(column);
  const scale = scaleOf(column);
  return (value) => {
    const { type, bytes, at } = value;
    if (type === TYPE.int) return shortNumericText(bytes.readInt32LE(at), scale);
    if (type === TYPE.double) return shortNumericText(bytes.readDoubleLE(at), scale);
    const exact = decimalOf(value);
    return exact === null ? null : numericText(exact, scale);
  };
}

function floatForm({ type: column }: Column): Form {
  return ({ type, bytes, at }) => {
    if (type === TYPE.int) return floatText(bytes.readInt32LE(at), column);
    if (type === TYPE.double) return floatText(bytes.readDoubleLE(at), column);
    const whole = type === TYPE.long ? bytes.readBigInt64LE(at) : null;
    return whole === null || BigInt(Number(whole)) !== whole ? null : floatText(Number(whole), column);
  };
}

function timeForm({ type: column }: Column): Form {
  return ({ type, bytes, at }) => (type === TYPE.date ? momentText(bytes.readBigInt64LE(at), column) : null);
}

/** PostgreSQL's text of a moment in milliseconds; null where none of its own is that far away. */
function momentText(milliseconds: bigint, column: string): string | null {
  const near = Number(milliseconds);
  if (!Number.isSafeInteger(near)) return null;
  const text = timestampText(near);
  return column === 'timestamptz' ? text : momentAs(column, text);
}

/** How one element of a column of lists stands in PostgreSQL's JSON of it, as a text. */
export function elementForm(column: Column): Form {
  switch (column.kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'float':
      return numberForm(column);
    case 'timestamp':
    case 'date':
    case 'time':
      return timeForm(column);
    case 'boolean':
      return ({ type, bytes, at }) => (type === TYPE.boolean ? String(bytes[at] === 1) : null);
    default:
      return (value) => (value.type === TYPE.string ? textOf(value) : null);
  }
}

/** An array as PostgreSQL's JSON of its elements' texts. */
function listForm(column: Column): Form {
  const formOfElement = elementForm(column);
  return ({ type, bytes, at, end }) => {
    if (type !== TYPE.array) return null;
    const texts: string[] = [];
    const cursor = new Cursor(bytes, at, end);
    while (cursor.next()) {
      const text = formOfElement(still(cursor));
      if (text === null) return null;
      texts.push(JSON.stringify(text));
    }
    return `[${texts.join(',')}]`;
  };
}

/** What a finding has made of a value, on its way to the column. */
export type Now = Value | string | boolean | bigint | Decimal | null;

/** PostgreSQL's text of what has become of a value, null for NULL; undefined when the column cannot take it. */
export function textOfNow(form: Form, column: Column, now: Now): string | null | undefined {
  if (now === null) return null;
  if (typeof now === 'string') return now;
  if (typeof now === 'boolean') return now ? 't' : 'f';
  if (typeof now === 'bigint') return momentText(now, column.type) ?? undefined;
  if ('digits' in now) return numericText(now, scaleOf(column)) ?? undefined;
  return form(now) ?? undefined;
}
