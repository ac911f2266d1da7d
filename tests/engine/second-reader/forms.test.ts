import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Decimal128, Double, Int32, Long, serialize } from 'bson';
import { type Declared, flag, list, number, text, time } from '../../../engine/plan/declare.ts';
import { Cursor, still } from '../../../engine/verify/second-reader/values/cursor.ts';
import { formOf } from '../../../engine/verify/second-reader/values/form.ts';
import { readSchema } from '../../../prisma/model/read-schema.ts';
import type { Column } from '../../../prisma/model/target-model.ts';
import { HELD } from '../../prisma/every-type.ts';
import { project } from '../../support/scripts.ts';

const { tables } = await readSchema(join(project, 'tests/prisma/every-type.prisma'));
const columnAt = (field: string) => tables['Everything']!.columns.find((column) => column.field === field)!;

/** What the second reader expects of a column for a value of the source. */
function expectedOf(declared: Declared, column: Column, value: unknown): string | null {
  const bytes = Buffer.from(serialize({ value }));
  const cursor = new Cursor(bytes, 0, bytes.length);
  cursor.next();
  return formOf(declared, column)(still(cursor));
}

const DECLARED: Readonly<Partial<Record<Column['kind'], Declared>>> = {
  ...{ text: text('value'), boolean: flag('value') },
  ...{ integer: number('value'), bigint: number('value'), decimal: number('value'), float: number('value') },
  ...{ timestamp: time('value'), date: time('value'), time: time('value') },
};

/** As MongoDB would hold what a row holds. */
function inSource({ kind }: Column, value: unknown): unknown {
  if (kind === 'float') return new Double(value as number);
  if (kind === 'decimal') return Decimal128.fromString(Object.is(value, -0) ? '0' : String(value));
  if (kind === 'bigint') return Long.fromBigInt(value as bigint);
  if (kind === 'integer') return Number(value) > 2 ** 31 - 1 ? new Double(Number(value)) : new Int32(Number(value));
  if (kind === 'timestamp' || kind === 'date' || kind === 'time') return new Date(value as Date);
  return value;
}

const told = HELD.filter(([field]) => !columnAt(field).array && DECLARED[columnAt(field).kind] !== undefined);

describe.each(told)('the second reader of a column such as %s', (field, values) => {
  const column = columnAt(field);
  test.each(values)('expects of %p what PostgreSQL has of it', (value, found) => {
    expect(expectedOf(DECLARED[column.kind]!, column, inSource(column, value))).toBe(found);
  });
});

describe('the second reader of a list', () => {
  test.each([
    ['texts', ['a,b', ''], '["a,b",""]'],
    ['flags', [true, false], '["true","false"]'],
    ['int8s', [Long.fromBigInt(9_007_199_254_740_993n)], '["9007199254740993"]'],
    ['float8s', [new Double(0.1), new Double(1e300), new Int32(3)], '["0.1","1e+300","3"]'],
    ['moneys', [new Double(0.1), Decimal128.fromString('7')], '["0.10","7.00"]'],
    ['instants', [new Date('2026-01-31T10:20:30.120Z')], '["2026-01-31 10:20:30.12+00"]'],
    ['dates', [new Date('2026-01-31T00:00:00Z')], '["2026-01-31"]'],
  ])('%s expects each element as PostgreSQL writes it', (field, value, found) => {
    expect(expectedOf(list('value'), columnAt(field), value)).toBe(found);
  });

  test('expects nothing of an element that the column cannot take', () => {
    expect(expectedOf(list('value'), columnAt('int8s'), ['7'])).toBeNull();
  });
});

test('the second reader of a float expects nothing of an integer that no float is', () => {
  expect(expectedOf(number('value'), columnAt('float8'), Long.fromBigInt(9_007_199_254_740_993n))).toBeNull();
  expect(expectedOf(number('value'), columnAt('float4'), new Double(0.1))).toBeNull();
});
