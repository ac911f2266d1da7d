import type { Column } from '../../prisma/model/target-model.ts';
import { Exact } from '../document/exact-number.ts';
import { stableJson } from '../document/json.ts';
import { timestampText } from '../document/moment.ts';
import { byteaText } from './bytea.ts';

/** A value that its column would not give back as it is; what one document holds is that document's own affair. */
export class ValueUnfit extends Error {
  override readonly name = 'ValueUnfit';
  /** The column's name in Prisma's model. */
  readonly field: string;

  constructor({ field, sqlType }: Column) {
    super(`the column ${field} (${sqlType}) cannot hold the value exactly`);
    this.field = field;
  }
}

/**
 * How one value of a column, or one element of an array, is written and read. Both give the same JSON text exactly when they
 * mean the same value.
 */
export interface ValueCodec {
  /** @throws ValueUnfit */
  readonly encode: (value: never) => string;
  /** @param text as PostgreSQL writes the value */
  readonly decode: (text: string) => string;
}

const asIs = (text: string) => text;
const text = JSON.stringify as (value: string) => string;

/** The codec of a column's type, made once for each column: it may keep what it has seen last. */
export function valueCodec(column: Column): ValueCodec {
  switch (column.kind) {
    case 'uuid':
      return { encode: uuids(column), decode: text };
    case 'text':
      return { encode: texts(column), decode: text };
    case 'enum':
      return { encode: members(column), decode: text };
    case 'boolean':
      return { encode: String, decode: (found) => (found === 't' || found === 'true' ? 'true' : 'false') };
    case 'integer':
    case 'bigint':
      return { encode: integers(column), decode: asIs };
    case 'decimal':
      return { encode: decimals(column), decode: asIs };
    case 'float':
      return { encode: floats(column), decode: (found) => floatText(single(column)(Number(found))) };
    case 'timestamp':
    case 'date':
    case 'time':
      return { encode: moments(column), decode: (found) => withMilliseconds(column, found) };
    case 'json':
      return { encode: stableJson as (value: never) => string, decode: (found) => stableJson(JSON.parse(found)) };
    case 'bytes':
      return { encode: (value: Uint8Array) => text(byteaText(value)), decode: text };
  }
}

const DASH = 45;

/** PostgreSQL reads many forms of a UUID and writes one (manual, section 8.12); what has no 32 digits it refuses itself. */
function isCanonicalUuid(id: string): boolean {
  if (id.length !== 36 || id.charCodeAt(8) !== DASH || id.charCodeAt(13) !== DASH) return false;
  return id.charCodeAt(18) === DASH && id.charCodeAt(23) === DASH && id === id.toLowerCase();
}

/** Sub-documents of one document refer to it: that id's text is made and kept once. */
function uuids(column: Column): (id: string) => string {
  let last = '';
  let encoded = '';
  return (id) => {
    if (id === last) return encoded;
    if (!isCanonicalUuid(id)) throw new ValueUnfit(column);
    last = id;
    encoded = text(id);
    return encoded;
  };
}

/** Types whose texts PostgreSQL changes or cuts, and what it leaves alone. */
const KEPT: Readonly<Record<string, (value: string, length: number | null) => boolean>> = {
  // Spaces beyond the limit are cut in silence (manual, section 8.3).
  varchar: (value, most) => most === null || value.length <= most || characters(value) <= most,
  // A shorter text is filled up with spaces.
  bpchar: (value, length) => characters(value) === length,
  bit: (value, length) => /^[01]*$/.test(value) && value.length === length,
  varbit: (value, most) => /^[01]*$/.test(value) && (most === null || value.length <= most),
  // Its declaration is rewritten (manual, section 8.13).
  xml: (value) => !/^\s*<\?xml/i.test(value),
  inet: isCanonicalAddress,
};

const characters = (value: string) => [...value].length;

/** An address as PostgreSQL writes it: no host's own netmask, hexadecimal digits lower-case, the longest zeros cut. */
function isCanonicalAddress(value: string): boolean {
  const [address = '', bits = null, ...more] = value.split('/');
  if (more.length > 0 || (bits !== null && !/^(0|[1-9]\d{0,2})$/.test(bits))) return false;
  if (!address.includes(':')) {
    const parts = address.split('.');
    return (
      parts.length === 4 &&
      parts.every((part) => /^\d+$/.test(part) && String(Number(part)) === part && Number(part) < 256) &&
      (bits === null || Number(bits) < 32)
    );
  }
  if (bits !== null && Number(bits) > 127) return false;
  // What stands for an IPv4 address is written otherwise by different programs.
  if (address.includes('.') || /^::(ffff:)?[0-9a-f]+:[0-9a-f]+$/.test(address)) return false;
  return URL.canParse(`http://[${address}]`) && new URL(`http://[${address}]`).hostname === `[${address}]`;
}

function texts(column: Column): (value: string) => string {
  const isKept = KEPT[column.type];
  if (isKept === undefined) return text;
  return (value) => {
    if (!isKept(value, column.length)) throw new ValueUnfit(column);
    return text(value);
  };
}

function members(column: Column): (member: string) => string {
  const encoded = new Map(Object.entries(column.labels!).map(([member, label]) => [member, text(label)]));
  return (member) => {
    const found = encoded.get(member);
    if (found === undefined) throw new ValueUnfit(column);
    return found;
  };
}

const INTEGERS: Readonly<Record<string, readonly [least: bigint, most: bigint]>> = {
  int2: [-(2n ** 15n), 2n ** 15n - 1n],
  oid: [0n, 2n ** 32n - 1n],
};

function integers(column: Column): (value: number | bigint) => string {
  const range = INTEGERS[column.type];
  // Of the other ones PostgreSQL refuses what they do not hold.
  if (range === undefined) return String;
  return (value) => {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new ValueUnfit(column);
    if (BigInt(value) < range[0] || BigInt(value) > range[1]) throw new ValueUnfit(column);
    return String(value);
  };
}

/** With all the decimals of the column: so PostgreSQL writes it, which would round what has more of them. */
function decimals(column: Column): (value: unknown) => string {
  const { scale } = column;
  const isPlain = new RegExp(
    scale === null
      ? '^-?(0|[1-9]\\d*)(\\.\\d+)?$'
      : scale === 0
        ? '^-?(0|[1-9]\\d*)$'
        : `^-?(0|[1-9]\\d*)\\.\\d{${scale}}$`,
  );
  const isZero = /^-[0.]+$/;
  return (value) => {
    const plain = String(value);
    if (isPlain.test(plain) && (!plain.startsWith('-') || !isZero.test(plain))) return plain;
    const exact = exactly(plain);
    if (exact === null || (scale !== null && exact.decimalPlaces() > scale)) throw new ValueUnfit(column);
    return exact.isZero() ? new Exact(0).toFixed(scale ?? 0) : exact.toFixed(scale ?? exact.decimalPlaces());
  };
}

function exactly(number: string): InstanceType<typeof Exact> | null {
  try {
    const exact = new Exact(number);
    return exact.isFinite() ? exact : null;
  } catch {
    return null;
  }
}

/** The nearest number of 32 bits where the column has no more (`real`). */
const single = ({ type }: Column) => (type === 'float4' ? Math.fround : (value: number) => value);

function floats(column: Column): (value: number) => string {
  const nearest = single(column);
  return (value) => {
    if (!Object.is(nearest(value), value)) throw new ValueUnfit(column);
    return floatText(value);
  };
}

/** PostgreSQL's `float8` has what JavaScript's numbers have; those that JSON has no word for are texts. */
function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? String(value) : text(String(value));
}

const DAY = 86_400_000;

function moments(column: Column): (value: Date | string) => string {
  const step = 10 ** Math.max(0, 3 - (column.length ?? 6));
  return (value) => {
    const date = typeof value === 'string' ? new Date(value) : value;
    const time = date.getTime();
    if (Number.isNaN(time)) throw new ValueUnfit(column);
    if (column.kind === 'date' ? time % DAY !== 0 : time % step !== 0) throw new ValueUnfit(column);
    if (column.kind === 'time' && (time < 0 || time >= DAY)) throw new ValueUnfit(column);
    return `"${momentText(column, timestampText(date))}"`;
  };
}

/** @param moment `2026-01-31 10:20:30.000+00`, with ` BC` behind it where it is due */
function momentText({ type, kind }: Column, moment: string): string {
  if (type === 'timestamptz') return moment;
  const [, day, time, zone, era] = /^(\S+) ([\d:.]+)(\+00)( BC)?$/.exec(moment)!;
  if (kind === 'date') return `${day}${era ?? ''}`;
  if (kind === 'time') return type === 'timetz' ? `${time}${zone}` : time!;
  return `${day} ${time}${era ?? ''}`;
}

/** PostgreSQL leaves out the zeros at a fraction's end; what somebody else has put there may be infinite, or finer. */
function withMilliseconds({ kind }: Column, found: string): string {
  // The usual one: `2026-01-31 10:20:30.123+00`.
  if (found.length === 26 && found[19] === '.' && found[23] === '+') return `"${found}"`;
  const parts =
    kind === 'date' ? null : /^(.*\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?((?:[+-]\d\d(?::\d\d){0,2})?(?: BC)?)$/.exec(found);
  if (parts === null) return text(found);
  return `"${parts[1]}.${(parts[2] ?? '').padEnd(3, '0')}${parts[3]}"`;
}
