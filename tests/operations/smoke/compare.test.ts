import { describe, expect, test } from '@jest/globals';
import { Decimal128, ObjectId } from 'bson';
import { QUESTIONS } from '../../../engine/messages/labels/report.ts';
import { STAND_INS } from '../../../engine/messages/labels/stand-ins.ts';
import { ANY_TIME, ById, Ranked, reference, referenceWithin } from '../../../operations/smoke/answers/answer.ts';
import { compareAnswers } from '../../../operations/smoke/answers/compare.ts';
import { sameValue } from '../../../operations/smoke/answers/same-value.ts';
import { IdNames } from '../../../operations/smoke/ids.ts';
import { questions } from '../../../operations/smoke/questions/index.ts';
import { Stopwatch } from '../../../operations/smoke/stopwatch.ts';

const ids = [1, 2, 3, 4].map((number) => ObjectId.createFromHexString(`65000000000000000000000${number}`));
const rows = ids.map((_, i) => `00000000-0000-7000-8000-00000000000${i}`);

/** An ID map in which each of the ids above, as a root or within the first, has its row. */
async function compare(legacy: unknown, prisma: unknown): Promise<string[]> {
  const query = async (_: string, [, , , keys]: readonly unknown[]) =>
    (keys as string)
      .slice(1, -1)
      .split(',')
      .map((key, i) => [String(i + 1), rows[ids.findIndex((id) => key.endsWith(id.toHexString()))]!]);
  return compareAnswers(legacy, prisma, await IdNames.of(query, legacy)).map(
    ({ root, path }) => `${root === null ? 'none' : root.key.toString('hex').slice(-1)}: ${path.join('.')}`,
  );
}

const user = (i: number) => reference('user', ids[i]);

describe('two answers', () => {
  test('are equal when the ID map says so of their references', async () => {
    expect(await compare({ _id: user(0), friend: user(1) }, { _id: rows[0], friend: rows[1] })).toEqual([]);
    expect(await compare({ _id: user(0), friend: user(1) }, { _id: rows[0], friend: rows[2] })).toEqual(['1: friend']);
    expect(await compare({ _id: user(0), friend: user(1) }, { _id: rows[0], friend: null })).toEqual(['1: friend']);
  });

  test('differ when only one side has one, about the document that there is', async () => {
    expect(await compare({ _id: user(0) }, null)).toEqual(['1: ']);
    expect(await compare(null, { _id: rows[0] })).toEqual(['none: ']);
    expect(await compare(null, null)).toEqual([]);
  });

  test('are about another document from its _id on', async () => {
    const legacy = { _id: user(0), artist: { _id: user(1), name: 'Mina' } };
    expect(await compare(legacy, { _id: rows[0], artist: { _id: rows[1], name: 'Jun' } })).toEqual(['2: name']);
  });

  test('without an order are compared by id', async () => {
    const child = (i: number, amount: number) => ({ _id: referenceWithin('fundingBacker', ids[0], ids[i]), amount });
    const legacy = { _id: user(0), backers: new ById([child(1, 5), child(2, 6)]) };
    const right = [
      { _id: rows[2], amount: 6 },
      { _id: rows[1], amount: 5 },
    ];
    expect(await compare(legacy, { _id: rows[0], backers: new ById(right) })).toEqual([]);
    expect(await compare(legacy, { _id: rows[0], backers: new ById(right.slice(1)) })).toEqual(['1: backers']);
    expect(await compare(legacy, { _id: rows[0], backers: new ById([...right, { _id: rows[3], amount: 1 }]) })).toEqual(
      ['1: backers'],
    );
  });

  test('in an order may swap what is equal in it, and only that', async () => {
    const list = (...at: (readonly [number, number])[]) => at.map(([i, rank]) => ({ _id: user(i), rank }));
    const found = (...at: (readonly [number, number])[]) => at.map(([i, rank]) => ({ _id: rows[i], rank }));
    const ask = (legacy: ReturnType<typeof list>, prisma: ReturnType<typeof found>, cut = false) =>
      compare(new Ranked(legacy, 'rank', cut), new Ranked(prisma, 'rank', cut));
    expect(await ask(list([0, 1], [1, 1], [2, 2]), found([1, 1], [0, 1], [2, 2]))).toEqual([]);
    expect(await ask(list([0, 1], [1, 2]), found([1, 2], [0, 1]))).toEqual([`1: ${STAND_INS.order.en}`]);
    expect(await ask(list([0, 1], [1, 2]), found([0, 1]))).toEqual(['2: ']);
    // A page ends among equals: any of them may be the last.
    expect(await ask(list([0, 1], [1, 2]), found([0, 1], [2, 2]), true)).toEqual([]);
    expect(await ask(list([0, 1], [1, 2]), found([0, 1], [2, 2]))).toEqual(['2: ', 'none: ']);
  });
});

test('values are equal when they mean the same', () => {
  const date = new Date(5);
  expect(sameValue(0.5, Decimal128.fromString('0.50'))).toBe(true);
  expect(sameValue(9_007_199_254_740_992, 9_007_199_254_740_993n)).toBe(true);
  expect(sameValue(0.30000000000000004, Decimal128.fromString('0.30'))).toBe(false);
  expect(sameValue('1', 1)).toBe(false);
  expect(sameValue(undefined, null)).toBe(true);
  expect(sameValue(false, null)).toBe(false);
  expect(sameValue(date, new Date(5))).toBe(true);
  expect(sameValue(date, new Date(6))).toBe(false);
  expect(sameValue(ANY_TIME, date)).toBe(true);
  expect(sameValue(ANY_TIME, null)).toBe(false);
});

test('only the queries of an input are timed, and told as median and worst', async () => {
  const watch = new Stopwatch();
  expect(watch.latency).toBeNull();
  for (const milliseconds of [0, 40, 0]) {
    await watch.time(() => new Promise((end) => setTimeout(end, milliseconds)));
    watch.endLap();
  }
  expect(watch.latency!.worst).toBeGreaterThanOrEqual(39);
  expect(watch.latency!.median).toBeLessThan(watch.latency!.worst);
});

test('every shipped question is described in Korean, too', () => {
  const shipped = Object.entries(QUESTIONS).map(([name, { en }]) => ({ name, description: en }));
  expect(questions.map(({ name, description }) => ({ name, description }))).toEqual(shipped);
});
