import type { ColumnKind } from './target-model.ts';

/** A type of PostgreSQL as columns of Prisma's schema have it. */
export interface ColumnType {
  readonly kind: ColumnKind;
  /** PostgreSQL's own name, `pg_type.typname`. */
  readonly type: string;
  /** Its name in SQL, without arguments. */
  readonly sql: string;
  /** What its arguments say; null where it takes none. */
  readonly takes: 'length' | 'digits' | null;
}

const of = (kind: ColumnKind, type: string, sql = type, takes: ColumnType['takes'] = null): ColumnType => ({
  ...{ kind, type, sql, takes },
});

/** The native types of Prisma's PostgreSQL connector that can be written, by their names behind `@db.`. */
const NATIVE: Readonly<Record<string, ColumnType>> = {
  Text: of('text', 'text'),
  Char: of('text', 'bpchar', 'char', 'length'),
  VarChar: of('text', 'varchar', 'varchar', 'length'),
  Citext: of('text', 'citext'),
  Inet: of('text', 'inet'),
  Xml: of('text', 'xml'),
  Bit: of('text', 'bit', 'bit', 'length'),
  VarBit: of('text', 'varbit', 'varbit', 'length'),
  Uuid: of('uuid', 'uuid'),
  Boolean: of('boolean', 'bool', 'boolean'),
  SmallInt: of('integer', 'int2', 'smallint'),
  Integer: of('integer', 'int4', 'integer'),
  Oid: of('integer', 'oid'),
  BigInt: of('bigint', 'int8', 'bigint'),
  Real: of('float', 'float4', 'real'),
  DoublePrecision: of('float', 'float8', 'double precision'),
  Decimal: of('decimal', 'numeric', 'numeric', 'digits'),
  Timestamp: of('timestamp', 'timestamp', 'timestamp', 'length'),
  Timestamptz: of('timestamp', 'timestamptz', 'timestamptz', 'length'),
  Date: of('date', 'date'),
  Time: of('time', 'time', 'time', 'length'),
  Timetz: of('time', 'timetz', 'timetz', 'length'),
  Json: of('json', 'json'),
  JsonB: of('json', 'jsonb'),
  ByteA: of('bytes', 'bytea'),
};

/**
 * What Prisma makes of a scalar type without a native one, with its arguments (Prisma's reference, "PostgreSQL: default type
 * mapping").
 */
const DEFAULTS: Readonly<Record<string, readonly [native: string, args: readonly string[]]>> = {
  String: ['Text', []],
  Boolean: ['Boolean', []],
  Int: ['Integer', []],
  BigInt: ['BigInt', []],
  Float: ['DoublePrecision', []],
  Decimal: ['Decimal', ['65', '30']],
  DateTime: ['Timestamp', ['3']],
  Json: ['JsonB', []],
  Bytes: ['ByteA', []],
};

/**
 * The type of a scalar field.
 * @param native its name behind `@db.` and its arguments; null where the schema names none
 * @returns null for a type whose values cannot be written exactly, such as `money`
 * @example columnType('Decimal', null) // { type: numeric, args: ['65', '30'] }
 */
export function columnType(
  scalar: string,
  native: readonly [string, readonly string[]] | null,
): { readonly type: ColumnType; readonly args: readonly string[] } | null {
  const [name, args] = native ?? DEFAULTS[scalar] ?? [scalar, []];
  const type = NATIVE[name];
  return type === undefined ? null : { type, args };
}
