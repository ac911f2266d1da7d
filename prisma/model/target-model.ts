/** The target as a value: its tables, columns and enums by the names of Prisma's schema, with their names in PostgreSQL. */

/** What a column's values are: PostgreSQL's types that hold the same are one kind. */
export type ColumnKind =
  | 'uuid'
  | 'text'
  | 'enum'
  | 'boolean'
  | 'integer'
  | 'bigint'
  | 'decimal'
  | 'float'
  | 'timestamp'
  | 'date'
  | 'time'
  | 'json'
  | 'bytes';

export interface Column {
  /** Name in Prisma's model. */
  readonly field: string;
  /** Name in the database, unquoted. */
  readonly column: string;
  /** Kind of the value, of each element when `array`. */
  readonly kind: ColumnKind;
  /** PostgreSQL's own name of the type, of each element when `array`: `int4`, `timestamptz`, `varchar`, an enum's name. */
  readonly type: string;
  /** The column's type in SQL, enum names quoted, `[]` included: `uuid`, `"UserRole"`, `text[]`, `numeric(18,2)`. */
  readonly sqlType: string;
  readonly nullable: boolean;
  readonly array: boolean;
  /** The enum's name in Prisma's schema, a key of {@link TargetModel.enums}; null when `kind` is another one. */
  readonly enumName: string | null;
  /** The stored label of each of that enum's members. */
  readonly labels: Readonly<Record<string, string>> | null;
  /** Total number of digits of a decimal. */
  readonly precision: number | null;
  /** Decimals of a decimal. */
  readonly scale: number | null;
  /** Characters of a `bpchar` or `varchar`, bits of a `bit` or `varbit`, decimals of a time's seconds; null without a limit. */
  readonly length: number | null;
  /** True when the database numbers the rows itself: bulk SQL leaves the column out. */
  readonly serial: boolean;
}

/** A unique constraint, the primary key not included; `fields` are Prisma's names. */
export interface Unique {
  readonly fields: readonly string[];
  readonly constraint: string;
}

/** A foreign key to the primary key of `model`; `fields` are Prisma's names. */
export interface Reference {
  readonly fields: readonly string[];
  readonly model: string;
  readonly constraint: string;
}

export interface Table {
  /** Name in Prisma's schema. */
  readonly model: string;
  /** Name of its schema in the database, unquoted; null where the connection's own is meant. */
  readonly schema: string | null;
  /** Name in the database, unquoted. */
  readonly table: string;
  readonly columns: readonly Column[];
  /** The primary key's fields, by Prisma's names, and its constraint. */
  readonly primaryKey: Unique;
  readonly uniques: readonly Unique[];
  readonly references: readonly Reference[];
  /** The fields of each index, unique ones among them and the primary key not. */
  readonly indexes: readonly (readonly string[])[];
}

/** A PostgreSQL enum: its type's name, unquoted, and the stored label of each of Prisma's members. */
export interface EnumType {
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a plan is written against. Keys are the names of Prisma's schema. */
export interface TargetModel {
  readonly tables: Readonly<Record<string, Table>>;
  readonly enums: Readonly<Record<string, EnumType>>;
}
