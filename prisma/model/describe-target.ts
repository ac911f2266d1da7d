/** From Prisma's datamodel to the tables and enums of a target. */
import type { GeneratorOptions } from '@prisma/generator-helper';
import { columnType } from './column-types.ts';
import type { Column, EnumType, Table, TargetModel } from './target-model.ts';

type Datamodel = GeneratorOptions['dmmf']['datamodel'];
type Model = Datamodel['models'][number];
type Field = Model['fields'][number];
type DatamodelEnum = Datamodel['enums'][number];
type Enums = Readonly<Record<string, EnumType>>;

/** PostgreSQL cuts identifiers here, and so does Prisma, before the suffix. */
const maxIdentifierBytes = 63;

/** Prisma's name of a constraint: table, columns and suffix, the front part cut so that the whole fits. */
function constraintName(table: string, columns: readonly string[], suffix: string): string {
  const front = [table, ...columns].join('_').slice(0, maxIdentifierBytes - suffix.length - 1);
  return `${front}_${suffix}`;
}

type Typed = Pick<Column, 'kind' | 'type' | 'sqlType' | 'length' | 'precision' | 'scale'>;

/** @throws Error for a type that nothing can be written to exactly: that must stop the build, not the migration */
function typeOf(model: Model, field: Field, enums: Enums): Typed {
  const none = { length: null, precision: null, scale: null };
  if (field.kind === 'enum') {
    const { type } = enums[field.type]!;
    return { ...none, kind: 'enum', type, sqlType: `"${type.replaceAll('"', '""')}"` };
  }
  const found = columnType(field.type, (field.nativeType ?? null) as readonly [string, readonly string[]] | null);
  if (found === null) {
    throw new Error(
      `${model.name}.${field.name}: no value of ${field.nativeType?.[0] ?? field.type} is written exactly.`,
    );
  }
  const { type, args } = found;
  const [first = null, second = null] = args.map(Number);
  return {
    ...none,
    // Without a length these have one character, one bit (manual, sections 8.3 and 8.10).
    ...(type.takes === 'length' && { length: first ?? (['bpchar', 'bit'].includes(type.type) ? 1 : null) }),
    ...(type.takes === 'digits' && { precision: first, scale: second ?? (first === null ? null : 0) }),
    ...{ kind: type.kind, type: type.type },
    sqlType: args.length > 0 ? `${type.sql}(${args.join(',')})` : type.sql,
  };
}

function isSerial(field: Field): boolean {
  const value = field.default;
  return typeof value === 'object' && 'name' in value && value.name === 'autoincrement';
}

function describeColumn(model: Model, field: Field, enums: Enums): Column {
  const { sqlType, ...typed } = typeOf(model, field, enums);
  return {
    field: field.name,
    column: field.dbName ?? field.name,
    ...typed,
    sqlType: field.isList ? `${sqlType}[]` : sqlType,
    nullable: !field.isRequired,
    array: field.isList,
    enumName: field.kind === 'enum' ? field.type : null,
    labels: field.kind === 'enum' ? enums[field.type]!.labels : null,
    serial: isSerial(field),
  };
}

function describeTable(model: Model, indexes: Datamodel['indexes'], enums: Enums): Table {
  const table = model.dbName ?? model.name;
  const stored = model.fields.filter((field) => field.kind !== 'object');
  const columnsOf = (fields: readonly string[]) =>
    fields.map((name) => stored.find((field) => field.name === name)?.dbName ?? name);
  const own = indexes.filter((one) => one.model === model.name && one.type !== 'id');
  const unique = (fields: readonly string[]) => ({
    fields,
    constraint:
      own.find((one) => one.type === 'unique' && one.fields.map(({ name }) => name).join() === fields.join())?.dbName ??
      constraintName(table, columnsOf(fields), 'key'),
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
    indexes: own.map(({ fields }) => fields.map(({ name }) => name)),
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
