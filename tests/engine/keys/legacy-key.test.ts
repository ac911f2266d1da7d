import { describe, expect, test } from '@jest/globals';
import { Binary, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, serialize, Timestamp } from 'bson';
import fc from 'fast-check';
import {
  compareKeys,
  keyOf,
  keyOfDocument,
  type LegacyKey,
  parseKey,
  placeKey,
  secondsOfKey,
  showKey,
  typeOfKey,
  valueOfKey,
} from '../../../engine/document/legacy-key.ts';

const key = (value: unknown): LegacyKey => keyOfDocument(serialize({ name: 'x', _id: value }))!;

/** In the order of MongoDB's manual, "Comparison/Sort Order"; no two are equal. */
const IN_ORDER: unknown[] = [
  new MinKey(),
  null,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  Long.fromString('-9007199254740993'),
  new Double(-0.5),
  new Int32(2),
  Decimal128.fromString('2.5'),
  new Int32(10),
  Long.fromString('9007199254740992'),
  Long.fromString('9007199254740993'),
  Decimal128.fromString('1E+30'),
  Number.POSITIVE_INFINITY,
  '',
  'Z',
  'a',
  'a!',
  'a"b',
  'aé',
  '가',
  '\u{10000}',
  {},
  { a: 1 },
  { a: 1, b: 1 },
  { a: 2 },
  { b: 0 },
  { a: 'x' },
  new Binary(Buffer.from('zz'), 0),
  new Binary(Buffer.from('abcdefghijklmnop'), 3),
  new Binary(Buffer.from('0bcdefghijklmnop'), 4),
  new Binary(Buffer.from('abcdefghijklmnop'), 4),
  new ObjectId('000000000000000000000001'),
  new ObjectId('ff0000000000000000000000'),
  false,
  true,
  new Date(-5),
  new Date(0),
  new Date(1e12),
  new Timestamp({ t: 9, i: 100 }),
  new Timestamp({ t: 10, i: 2 }),
  new Timestamp({ t: 10, i: 10 }),
  new Code('return 1'),
  new MaxKey(),
];

describe('a legacy key', () => {
  test('sorts as MongoDB sorts _ids, across and inside types', () => {
    const keys = IN_ORDER.map(key);
    for (const [i, a] of keys.entries()) {
      for (const [j, b] of keys.entries()) {
        expect([i, j, Math.sign(compareKeys(a, b))]).toEqual([i, j, Math.sign(i - j)]);
      }
    }
  });

  test.each(IN_ORDER.map((value) => [value]))('gives back the value it was made of: %p', (value) => {
    const bytes = serialize({ _id: value });
    expect(Buffer.from(serialize({ _id: valueOfKey(keyOfDocument(bytes)!) }))).toEqual(Buffer.from(bytes));
    expect(parseKey(showKey(key(value)))).toEqual(key(value));
  });

  test('tells a type from another with the same text', () => {
    const hex = '65a0b1c2aabbccddee000001';
    const keys = [new ObjectId(hex), hex, 1, '1', new Double(1), Long.fromNumber(1), true, 'true'].map(key);
    expect(new Set(keys.map((each) => each.toString('latin1'))).size).toBe(keys.length);
  });

  test('compares 0 only with itself, and orders any two strings or numbers one way', () => {
    const values = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.integer(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    );
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [x, y, z] = [key(a), key(b), key(c)];
        expect(compareKeys(x, y) === 0).toBe(x.equals(y));
        expect(Math.sign(compareKeys(x, y)) + Math.sign(compareKeys(y, x))).toBe(0);
        if (compareKeys(x, y) < 0 && compareKeys(y, z) < 0) expect(compareKeys(x, z)).toBeLessThan(0);
      }),
    );
  });

  test('of a date that JavaScript cannot hold is its own', () => {
    const dates = [2n ** 62n, 2n ** 62n + 1n, -(2n ** 63n)].map((milliseconds) => {
      const bytes = Buffer.from(serialize({ _id: new Date(0) }));
      bytes.writeBigInt64LE(milliseconds, 9);
      return keyOfDocument(bytes)!;
    });
    expect([...dates].sort(compareKeys)).toEqual([dates[2], dates[0], dates[1]]);
    expect(dates.map(typeOfKey)).toEqual(['date', 'date', 'date']);
  });

  test('is found wherever the _id stands in the document, and null without one', () => {
    const id = new ObjectId();
    expect(keyOfDocument(serialize({ a: { _id: 1 }, b: [{ _id: 2 }], _id: id }))).toEqual(keyOf(id));
    expect(keyOfDocument(serialize({ a: { _id: 1 }, _idx: 5 }))).toBeNull();
  });

  test('of a place is read back, and an _id with a slash is not taken for one', () => {
    const place = placeKey(key(new ObjectId()), 'executionPlan.stages', 3);
    expect(parseKey(showKey(place))).toEqual(place);
    const slash = key('a/b');
    expect(parseKey(showKey(slash))).toEqual(slash);
    expect(secondsOfKey(slash)).toBeNull();
    expect(secondsOfKey(key(new ObjectId('65a0b1c2aabbccddee000001')))).toBe(0x65a0b1c2);
  });
});
