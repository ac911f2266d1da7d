import type { Column } from '../../../../prisma/model/target-model.ts';
import type { Declared, Setter } from '../../../plan/declare.ts';
import { Cursor, still, TYPE, textOf, type Value } from './cursor.ts';
import { type Decimal, decimalOf, numericText, shortNumericText } from './decimal.ts';
import { timestampText } from './moment.ts';

/** PostgreSQL's text of a value that the column takes as it is; null for every other one. @throws Unreadable */
export type Form = (value: Value) => string | null;

/** How values of a column stand in PostgreSQL's text. */
export function formOf(declared: Declared, column: Column): Form {
  switch (declared.kind) {
    case 'text':
      return textForm(declared);
    case 'number':
      return numberForm(scaleOf(column));
    case 'flag':
      return ({ type, bytes, at }) => (type === TYPE.boolean ? (bytes[at] === 1 ? 't' : 'f') : null);
    case 'time':
      return ({ type, bytes, at }) => (type === TYPE.date ? momentText(bytes.readBigInt64LE(at)) : null);
    case 'list':
      return listForm;
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

function numberForm(scale: number): Form {
  return (value) => {
    const { type, bytes, at } = value;
    if (type === TYPE.int) return shortNumericText(bytes.readInt32LE(at), scale);
    if (type === TYPE.double) return shortNumericText(bytes.readDoubleLE(at), scale);
    const exact = decimalOf(value);
    return exact === null ? null : numericText(exact, scale);
  };
}

/** PostgreSQL's text of a moment in milliseconds; null where none of its own is that far away. */
export function momentText(milliseconds: bigint): string | null {
  const near = Number(milliseconds);
  return Number.isSafeInteger(near) ? timestampText(near) : null;
}

/** An array of texts as PostgreSQL's JSON of a `text[]`. */
function listForm({ type, bytes, at, end }: Value): string | null {
  if (type !== TYPE.array) return null;
  const texts: string[] = [];
  const cursor = new Cursor(bytes, at, end);
  while (cursor.next()) {
    const text = cursor.type === TYPE.string ? textOf(still(cursor)) : null;
    if (text === null) return null;
    texts.push(JSON.stringify(text));
  }
  return `[${texts.join(',')}]`;
}

/** What a finding has made of a value, on its way to the column. */
export type Now = Value | string | boolean | bigint | Decimal | null;

/** PostgreSQL's text of what has become of a value, null for NULL; undefined when the column cannot take it. */
export function textOfNow(form: Form, column: Column, now: Now): string | null | undefined {
  if (now === null) return null;
  if (typeof now === 'string') return now;
  if (typeof now === 'boolean') return now ? 't' : 'f';
  if (typeof now === 'bigint') return momentText(now) ?? undefined;
  if ('digits' in now) return numericText(now, scaleOf(column)) ?? undefined;
  return form(now) ?? undefined;
}
