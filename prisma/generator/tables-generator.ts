/**
 * Prisma generator, run by `prisma generate`: writes what bulk SQL needs to know of the schema (table, column and
 * constraint names, column types, enum labels) as typed constants.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import helper, { type GeneratorOptions } from '@prisma/generator-helper';
import { describeEnums, describeIndexes, describeTables } from './describe-tables.ts';

const declarations = `/** How a column's values are handed to the database. */
export type ColumnKind =
  | 'uuid'
  | 'text'
  | 'enum'
  | 'boolean'
  | 'integer'
  | 'bigint'
  | 'decimal'
  | 'timestamp'
  | 'json'
  | 'bytes';

export interface Column {
  /** Name in Prisma's model. */
  readonly field: string;
  /** Name in the database, unquoted. */
  readonly column: string;
  /** Kind of the value, of each element when \`array\`. */
  readonly kind: ColumnKind;
  /** The column's type in SQL, enum names quoted, \`[]\` included: \`uuid\`, \`"UserRole"\`, \`text[]\`, \`numeric(18,2)\`. */
  readonly sqlType: string;
  readonly nullable: boolean;
  readonly array: boolean;
  /** Key of \`enums\` when \`kind\` is \`enum\`. */
  readonly enumName: EnumName | null;
  /** Total number of digits of a decimal. */
  readonly precision: number | null;
  /** Decimals of a decimal. */
  readonly scale: number | null;
  /** True when the database numbers the rows itself: bulk SQL leaves the column out. */
  readonly serial: boolean;
}

/** A unique constraint, the primary key not included; \`fields\` are Prisma's names. */
export interface Unique {
  readonly fields: readonly string[];
  readonly constraint: string;
}

/** A foreign key to the primary key of \`model\`; \`fields\` are Prisma's names. */
export interface Reference {
  readonly fields: readonly string[];
  readonly model: string;
  readonly constraint: string;
}

export interface Table {
  readonly model: string;
  /** Name in the database, unquoted. */
  readonly table: string;
  readonly columns: readonly Column[];
  /** The primary key's fields, by Prisma's names, and its constraint. */
  readonly primaryKey: Unique;
  readonly uniques: readonly Unique[];
  readonly references: readonly Reference[];
}

/** A PostgreSQL enum: its type's name, unquoted, and the stored label of each of Prisma's members. */
export interface EnumType {
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
}
`;

function render(options: GeneratorOptions): string {
  const { models, enums, indexes } = options.dmmf.datamodel;
  return [
    '// Written by prisma/generator/tables-generator.ts; changes here are lost.\n',
    declarations,
    `export const enums = ${JSON.stringify(describeEnums(enums), null, 2)} as const satisfies Record<string, EnumType>;\n`,
    'export type EnumName = keyof typeof enums;\n',
    `export const tables = ${JSON.stringify(describeTables(models), null, 2)} as const satisfies Record<string, Table>;\n`,
    'export type TableName = keyof typeof tables;\n',
    '/** The fields of each index of a table, unique ones among them. */',
    `export const indexes: Readonly<Record<TableName, readonly (readonly string[])[]>> = ${JSON.stringify(describeIndexes(models, indexes), null, 2)};\n`,
  ].join('\n');
}

helper.generatorHandler({
  onManifest: () => ({ prettyName: 'table names', defaultOutput: './generated/tables.ts' }),
  onGenerate: async (options) => {
    const file = options.generator.output?.value;
    if (!file) throw new Error('The generator "tables" has no output in prisma/schema.prisma.');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, render(options));
  },
});
