/** From Prisma's datamodel to the plain description of tables and enums that `tables-generator.ts` writes. */
import type { GeneratorOptions } from '@prisma/generator-helper';
import type { Column, ColumnKind, EnumType, Table, TargetModel } from '../model/target-model.ts';

type Datamodel = GeneratorOptions['dmmf']['datamodel'];
type Model = Datamodel['models'][number];
type Field = Model['fields'][number];
type DatamodelEnum = Datamodel['enums'][number];
type Enums = Readonly<Record<string, EnumType>>;

/** PostgreSQL cuts identifiers here, and so does Prisma, before the suffix. */
const maxIdentifierBytes = 63;

/** Kind and SQL type of each scalar type without a native type, as Prisma maps them to PostgreSQL. */
const scalars: Readonly<Record<string, readonly [kind: ColumnKind, sqlType: string]>> = {
  String: ['text', 'text'],
  Boolean: ['boolean', 'boolean'],
  Int: ['integer', 'integer'],
  BigInt: ['bigint', 'bigint'],
  Json: ['json', 'jsonb'],
  Bytes: ['bytes', 'bytea'],
};

/** Kind and SQL type of the native types that the schema uses. */
const natives: Readonly<Record<string, readonly [kind: ColumnKind, sqlType: string]>> = {
  Uuid: ['uuid', 'uuid'],
  Decimal: ['decimal', 'numeric'],
  Timestamptz: ['timestamp', 'timestamptz'],
};

/** Prisma's name of a constraint: table, columns and suffix, the front part cut so that the whole fits. */
function constraintName(table: string, columns: readonly string[], suffix: string): string {
  const front = [table, ...columns].join('_').slice(0, maxIdentifierBytes - suffix.length - 1);
  return `${front}_${suffix}`;
}

function columnType(model: Model, field: Field, enums: Enums): { kind: ColumnKind; type: string } {
  if (field.kind === 'enum') return { kind: 'enum', type: `"${enums[field.type]!.type}"` };
  const [native, args] = field.nativeType ?? [null, []];
  const found = native === null ? scalars[field.type] : natives[native];
  // A type that bulk SQL does not know must stop the build, not the migration.
  if (!found) throw new Error(`${model.name}.${field.name}: no SQL type is known for ${native ?? field.type}.`);
  return { kind: found[0], type: args.length > 0 ? `${found[1]}(${args.join(',')})` : found[1] };
}

function isSerial(field: Field): boolean {
  const value = field.default;
  return typeof value === 'object' && 'name' in value && value.name === 'autoincrement';
}

function describeColumn(model: Model, field: Field, enums: Enums): Column {
  const { kind, type } = columnType(model, field, enums);
  const digits = kind === 'decimal' ? (field.nativeType?.[1] ?? []).map(Number) : [];
  return {
    field: field.name,
    column: field.dbName ?? field.name,
    kind,
    sqlType: field.isList ? `${type}[]` : type,
    nullable: !field.isRequired,
    array: field.isList,
    enumName: field.kind === 'enum' ? field.type : null,
    labels: field.kind === 'enum' ? enums[field.type]!.labels : null,
    precision: digits[0] ?? null,
    scale: digits[1] ?? null,
    serial: isSerial(field),
  };
}

function describeTable(model: Model, indexes: Datamodel['indexes'], enums: Enums): Table {
  const table = model.dbName ?? model.name;
  const stored = model.fields.filter((field) => field.kind !== 'object');
  const columnsOf = (fields: readonly string[]) =>
    fields.map((name) => stored.find((field) => field.name === name)?.dbName ?? name);
  const unique = (fields: readonly string[]) => ({
    fields,
    constraint: constraintName(table, columnsOf(fields), 'key'),
  });

  return {
    model: model.name,
    schema: model.schema ?? null,
    table,
    columns: stored.map((field) => describeColumn(model, field, enums)),
    primaryKey: {
      fields: model.primaryKey?.fields ?? stored.filter((field) => field.isId).map((field) => field.name),
      constraint: constraintName(table, [], 'pkey'),
    },
    uniques: [...stored.filter((field) => field.isUnique).map((field) => [field.name]), ...model.uniqueFields].map(
      unique,
    ),
    references: model.fields
      .filter((field) => (field.relationFromFields ?? []).length > 0)
      .map((field) => ({
        fields: field.relationFromFields ?? [],
        model: field.type,
        constraint: constraintName(table, columnsOf(field.relationFromFields ?? []), 'fkey'),
      })),
    indexes: indexes
      .filter((one) => one.model === model.name && one.type !== 'id')
      .map(({ fields }) => fields.map(({ name }) => name)),
  };
}

/** The tables and enums of a datamodel, in the schema's order. */
export function describeTarget({ models, enums, indexes }: Datamodel): TargetModel {
  const described = describeEnums(enums);
  return {
    enums: described,
    tables: Object.fromEntries(models.map((model) => [model.name, describeTable(model, indexes, described)])),
  };
}

/** Every enum with the stored label of each member. */
function describeEnums(enums: readonly DatamodelEnum[]): Enums {
  return Object.fromEntries(
    enums.map((type) => [
      type.name,
      {
        type: type.dbName ?? type.name,
        labels: Object.fromEntries(type.values.map((value) => [value.name, value.dbName ?? value.name])),
      },
    ]),
  );
}
