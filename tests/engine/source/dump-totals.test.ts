import { describe, expect, test } from '@jest/globals';
import { Decimal128, Double, Long } from 'bson';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import type { KeySelection } from '../../../engine/source/source.ts';
import { ALL_OBJECT_IDS, all, FIXTURES, ownDumps } from './own-dumps.ts';

const { opened, dumpOf } = ownDumps();

describe('totals of a dump', () => {
  test('count array elements and add up numbers of all types exactly', async () => {
    const source = await dumpOf({
      payments: [
        { _id: 1, n: 1, list: [{ v: 0.1 }, { v: 0.2 }, null], o: { list: [{ v: 5 }] } },
        { _id: 2, n: Long.fromString('9007199254740993'), list: [], o: null },
        { _id: 3, n: Decimal128.fromString('0.10'), list: { v: Decimal128.fromString('1E+3') } },
        { _id: 4, n: 0.2, list: 'text', o: { list: [{ v: -7 }, { v: '7' }] } },
        { _id: 5, n: '99', list: null, o: [{ list: [{ v: 100 }] }] },
        { _id: 6, n: [5], n2: 7, list: [[{ v: 1000 }]] },
      ],
    });
    const request = { collection: 'payments', arrays: ['list', 'o.list'], sums: ['n', 'list.v', 'o.list.v', 'absent'] };
    expect(await source.totals(request, null)).toEqual({
      documents: 6,
      elements: { list: 6, 'o.list': 4 },
      sums: { n: '9007199254740994.3', 'list.v': '1000.3', 'o.list.v': '98', absent: '0' },
      values: {},
    });
    const some: KeySelection[] = [{ type: 'number', after: keyOf(1), upTo: keyOf(3) }, { keys: [keyOf(6), keyOf(77)] }];
    expect(await source.totals({ collection: 'payments', arrays: ['list'], sums: ['n'] }, some)).toEqual({
      documents: 3,
      elements: { list: 2 },
      sums: { n: '9007199254740993.1' },
      values: {},
    });
  });

  test('do not drift over many doubles or overflow over many large integers', async () => {
    const count = 20_000;
    const amounts = Array.from({ length: count }, (_, i) => ({
      _id: i,
      a: 0.1,
      b: Number.MAX_SAFE_INTEGER,
      c: Long.MAX_VALUE,
    }));
    const source = await dumpOf({ payments: amounts });
    const { sums } = await source.totals({ collection: 'payments', arrays: [], sums: ['a', 'b', 'c'] }, null);
    expect(sums).toEqual({
      a: '2000',
      b: String(BigInt(count) * BigInt(Number.MAX_SAFE_INTEGER)),
      c: String(BigInt(count) * (2n ** 63n - 1n)),
    });
  });

  test.each([
    [[1, Number.NaN], 'NaN'],
    [[1, Number.POSITIVE_INFINITY], 'Infinity'],
    [[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 'NaN'],
    [[Decimal128.fromString('-Infinity'), 5], '-Infinity'],
    [[Decimal128.fromString('1E+6144'), Decimal128.fromString('1E-6176')], `1${'0'.repeat(6144)}.${'0'.repeat(6175)}1`],
    [[-0, new Double(-0)], '0'],
  ])('tell what is no finite number, and lose no digit: %#', async (values, sum) => {
    const source = await dumpOf({ payments: values.map((n, _id) => ({ _id, n })) });
    expect((await source.totals({ collection: 'payments', arrays: [], sums: ['n'] }, null)).sums).toEqual({ n: sum });
  });

  test('of the real dump agree with each other by count and by partition', async () => {
    const source = await opened(`dump:${FIXTURES}/platform.archive.gz`);
    const request = {
      collection: 'fundingprojects',
      arrays: ['backers', 'executionPlan.stages'],
      sums: ['backers.amount'],
    };
    const whole = await source.totals(request, null);
    expect(whole).toEqual({
      documents: 5,
      elements: { backers: 47, 'executionPlan.stages': 10 },
      sums: { 'backers.amount': '1308000' },
      values: {},
    });
    const [middle] = (await all(source.scanKeys('fundingprojects'))).slice(2);
    const halves: KeySelection[] = [
      { type: 'objectId', after: null, upTo: middle! },
      { type: 'objectId', after: middle!, upTo: null },
    ];
    expect(await source.totals(request, halves)).toEqual(whole);
    expect(await source.totals(request, [ALL_OBJECT_IDS])).toEqual(whole);
  });
});
