import { describe, expect, test } from '@jest/globals';
import { Prisma } from '../../prisma/generated/client/client.ts';
import * as prismaEnums from '../../prisma/generated/client/enums.ts';
import { enums, tables } from '../../prisma/generated/tables.ts';
import type { Table } from '../../prisma/model/target-model.ts';
import { readColumns, readConstraints, readEnums, readIndexes } from './catalog.ts';
import { ownDatabase } from './own-database.ts';

const described: readonly Table[] = Object.values(tables);

/** Database names of fields that the description gives by Prisma's names. */
function columnsOf(table: Table, fields: readonly string[]): string[] {
  return fields.map((field) => table.columns.find((column) => column.field === field)?.column ?? `no column ${field}`);
}

const byName = <T extends { name: string }>(a: T, b: T) => (a.name < b.name ? -1 : 1);

describe('the generated description of the tables', () => {
  const { client } = ownDatabase();

  test('names every table and column with the type and nullability that the database has', async () => {
    const catalog = (await readColumns(client())).map(({ table, column, type, nullable, default: value }) => ({
      table,
      column,
      type,
      nullable,
      serial: value?.startsWith('nextval(') ?? false,
    }));
    // PostgreSQL's own spelling of each type, asked for by the name that bulk SQL will use.
    const spelling = new Map<string, string>();
    for (const { sqlType } of described.flatMap(({ columns }) => columns)) {
      if (spelling.has(sqlType)) continue;
      await client().query(`CREATE TEMPORARY TABLE probe (x ${sqlType})`);
      const probe = await client().query<{ type: string }>(
        `SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = 'probe'::regclass AND attnum = 1`,
      );
      await client().query('DROP TABLE probe');
      spelling.set(sqlType, probe.rows[0]?.type ?? '');
    }

    const generated = described
      .toSorted((a, b) => (a.table < b.table ? -1 : 1))
      .flatMap(({ table, columns }) =>
        columns.map(({ column, sqlType, nullable, serial }) => ({
          table,
          column,
          type: spelling.get(sqlType),
          nullable,
          serial,
        })),
      );
    expect(generated).toEqual(catalog);
  });

  test('says of every column how its values are handed over', () => {
    const kinds: Record<string, RegExp> = {
      uuid: /^uuid$/,
      text: /^text$/,
      enum: /^"\w+"$/,
      boolean: /^boolean$/,
      integer: /^integer$/,
      bigint: /^bigint$/,
      decimal: /^numeric\(\d+,\d+\)$/,
      timestamp: /^timestamptz\(3\)$/,
      json: /^jsonb$/,
      bytes: /^bytea$/,
    };
    for (const column of described.flatMap(({ columns }) => columns)) {
      expect(column.sqlType.replace(/\[\]$/, '')).toMatch(kinds[column.kind] ?? 'a known kind');
      expect(column.array).toBe(column.sqlType.endsWith('[]'));
      expect(column.enumName).toBe(column.kind === 'enum' ? column.sqlType.replaceAll(/["[\]]/g, '') : null);
      const digits = column.precision === null ? null : `numeric(${column.precision},${column.scale})`;
      expect(digits).toBe(column.kind === 'decimal' ? column.sqlType : null);
    }
  });

  test('names primary keys and uniques as the database names their indexes', async () => {
    const generated = described.flatMap((table) =>
      [table.primaryKey, ...table.uniques].map(({ fields, constraint }) => ({
        table: table.table,
        name: constraint,
        columns: columnsOf(table, fields),
      })),
    );
    const catalog = (await readIndexes(client()))
      .filter(({ unique, expressions }) => unique && !expressions)
      .map(({ table, name, columns }) => ({ table, name, columns }));
    expect(generated.sort(byName)).toEqual(catalog.sort(byName));
  });

  test('names foreign keys as the database does, with the table that they point to', async () => {
    const generated = described.flatMap((table) =>
      table.references.map(({ fields, model, constraint }) => ({
        table: table.table,
        name: constraint,
        columns: columnsOf(table, fields),
        target: described.find((other) => other.model === model)?.table,
      })),
    );
    const catalog = (await readConstraints(client()))
      .filter(({ type }) => type === 'f')
      .map(({ table, name, columns, target }) => ({ table, name, columns, target }));
    expect(generated.sort(byName)).toEqual(catalog.sort(byName));
  });

  test('gives each enum member the label that the database stores', async () => {
    const generated = Object.values(enums).map(({ type, labels }) => [type, Object.values(labels)]);
    expect(Object.fromEntries(generated)).toEqual(await readEnums(client()));
  });

  test('has the models and enum members of the generated client()', () => {
    expect(Object.keys(tables)).toEqual(Object.values(Prisma.ModelName));
    for (const [name, { labels }] of Object.entries(enums)) {
      const members = (prismaEnums as Record<string, Record<string, string>>)[name];
      expect(Object.keys(labels)).toEqual(Object.keys(members ?? {}));
    }
  });
});
