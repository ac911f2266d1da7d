import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordset, type TableCodec, tableCodec } from '../../engine/target/row-codec.ts';
import { openTarget, type Target } from '../../engine/target/target.ts';
import { ValueUnfit } from '../../engine/target/value-codec.ts';
import { project } from '../support/scripts.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/servers/databases.ts';
import { pushSchema } from '../support/servers/push-schema.ts';
import { HELD, ID, UNFIT } from './every-type.ts';

let database: TestDatabase;
let target: Target;
let codec: TableCodec;

beforeAll(async () => {
  database = await createEmptyDatabase();
  target = openTarget(database.url, { connections: 2 });
  await target.query('CREATE EXTENSION citext', []);
  const { tables } = await pushSchema(database.url, join(project, 'tests/prisma/every-type.prisma'));
  codec = tableCodec(tables['Everything']!);
});
afterAll(async () => {
  await target?.close();
  await database?.drop();
});

const rowOf = (field: string, value: unknown) => ({ id: ID, ...EMPTY_LISTS, [field]: value });
const EMPTY_LISTS = Object.fromEntries(
  HELD.map(([field]) => field)
    .filter((field) => field.endsWith('s') && !['bytes'].includes(field))
    .map((field) => [field, []]),
);

async function readBack(field: string): Promise<{ text: string | null; encoded: string }> {
  const [row] = await target.query(`SELECT ${codec.nameOf(field)}, ${codec.selectList} FROM ${codec.relation}`, []);
  const place = codec.columns.findIndex((column) => column.field === field);
  return { text: row![0]!, encoded: codec.decodeRow(row!.slice(1))[place]! };
}

describe.each(HELD)('a column such as %s', (field, values) => {
  test.each(values)('gives back %p, written by COPY and by INSERT', async (value, text) => {
    const row = codec.encodeRow(rowOf(field, value));
    const place = codec.columns.findIndex((column) => column.field === field);
    const ways = [
      async () => target.transaction((execute) => execute.copy([{ sql: codec.copySql, lines: codec.copyLine(row) }])),
      async () => expect(await target.transaction((execute) => execute(codec.upsertSql, recordset([row])))).toBe(1),
    ];
    for (const write of ways) {
      await target.query(`DELETE FROM ${codec.relation}`, []);
      await write();
      expect(await readBack(field)).toEqual({ text, encoded: row[place] });
    }
    // What is there already is left alone.
    expect(await target.transaction((execute) => execute(codec.upsertSql, recordset([row])))).toBe(0);
  });
});

describe.each(UNFIT)('a column such as %s', (field, values) => {
  test.each(values.map((value) => [value]))('is given no %p: it would give back another one', (value) => {
    expect(() => codec.encodeRow(rowOf(field, value))).toThrow(ValueUnfit);
  });
});

test('every column of the schema has a case', () => {
  expect(codec.columns.map(({ field }) => field)).toEqual(['id', ...HELD.map(([field]) => field)]);
});

test('docs/column-types.md has a word on every type', async () => {
  const page = await readFile(join(project, 'docs/column-types.md'), 'utf8');
  const schema = await readFile(join(project, 'tests/prisma/every-type.prisma'), 'utf8');
  const natives = new Set([...schema.matchAll(/@db\.(\w+)/g)].map(([native]) => native));
  expect([...natives].filter((native) => !page.includes(native))).toEqual([]);
});
