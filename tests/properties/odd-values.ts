import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';
import fc from 'fast-check';
import { Pairs, RawDate, RawText, Undefined } from './raw-writer.ts';

type Values = fc.Arbitrary<unknown>;

export const objectId = fc
  .uint8Array({ minLength: 12, maxLength: 12 })
  .map((bytes) => new ObjectId(Buffer.from(bytes).toString('hex')));

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const long = fc
  .oneof(
    fc.bigInt(INT64),
    fc.constantFrom(INT64.min, INT64.max, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 31n, -(2n ** 31n) - 1n),
    fc.bigInt({ min: 0n, max: 1000n }),
  )
  .map((value) => Long.fromBigInt(value));

const decimal128 = fc.oneof(
  fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0', '0E-20', '1E+6111', '9999999999999999.99', '0.005'),
  fc
    .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 34n - 1n }), fc.integer({ min: -6176, max: 6111 }))
    .map(([minus, digits, exponent]) => `${minus ? '-' : ''}${digits}E${exponent}`),
  fc.integer({ min: -1_000_000, max: 100_000_000 }).map((cents) => `${cents}E-2`),
);

const double = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 1e300, 5e-324, 2 ** 53, 0.1 + 0.2, 12345.600000000002, -1e-9),
  fc.integer({ min: 0, max: 100_000_000 }).map((cents) => cents / 100),
);

/** Numbers of every BSON type, as they are and as text, and what some clients take for numbers. */
export const oddNumbers: Values = fc.oneof(
  fc.integer().map((value) => new Int32(value)),
  fc.constantFrom(-1, 0, 1, 5, 99, 100, 101, 1000, 999, 100_000, 10_000_000, 10_000_001).map((one) => new Int32(one)),
  long,
  double.map((value) => new Double(value)),
  decimal128.map((text) => Decimal128.fromString(text)),
  double.map(String),
  fc.constantFrom(
    '50000',
    ' 5e4 ',
    '오만',
    '50,000',
    '',
    ' ',
    '0x10',
    '1e400',
    '.5',
    '9007199254740993.07',
    '-0',
    '+7.10',
  ),
  fc.boolean(),
  fc.date(),
);

const surrogate = new RawText(Buffer.from('ab\u00e9\xed\xa0\x80', 'latin1'));
const noUtf8 = new RawText(Buffer.from([0x61, 0xff, 0xfe, 0x80]));

const letters = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.toWellFormed()),
);

/** Texts that are long, empty, blank, not normalised, or that PostgreSQL cannot store. */
export const oddTexts: Values = fc.oneof(
  letters,
  fc.constantFrom(
    '',
    ' ',
    '\u3000\n',
    'a\0b',
    '\0',
    'jose\u0301',
    '\uffff\u{10ffff}',
    '\u202eevil\u200f',
    '{"a":1}',
    '\\N',
  ),
  fc.constantFrom<unknown>(surrogate, noUtf8),
  fc.integer({ min: 1, max: 6000 }).map((length) => '가'.repeat(length)),
  fc.string({ unit: 'binary-ascii', minLength: 3000, maxLength: 5000 }).map((text) => text.replaceAll('\0', '')),
);

/** Dates to the ends of 64 bits, and what is written for dates. */
export const oddDates: Values = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }).map((seconds) => new Date(seconds * 1000 + 7)),
  fc.bigInt(INT64).map((milliseconds) => new RawDate(milliseconds)),
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
  fc.constantFrom('2023-11-14', '2023-11-14T22:13:20', '2023-02-30', '05-06-2023', '어제', '', '1700000000000', '2023'),
  fc.constantFrom('2023-11-14T22:13:20.123456Z', '2023-11-15T07:13:20+09:00', 'Tue, 14 Nov 2023 22:13:20 GMT'),
  fc.integer().map((value) => new Int32(value)),
  fc.double().map((value) => new Double(value)),
  long,
  fc.integer({ min: 0, max: 3 }).map((i) => new Timestamp({ t: 1_700_000_000, i })),
);

export const oddBooleans: Values = fc.constantFrom<unknown>(
  ...['yes', 'no', 'true', 'false', '1', '0', '', '글쎄요', new Int32(1), new Int32(0), new Int32(2), new Double(1)],
  ...[Long.fromNumber(0), Decimal128.fromString('1'), new Date(1)],
);

const names = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((name) => name.replaceAll('\0', '')),
  fc.constantFrom('$set', 'a.b', 'a b', '', '0', '__proto__', 'constructor', '_bsontype', 'toString', '_id', 'length'),
);

const scalars: Values = fc.oneof(
  oddNumbers,
  oddTexts,
  oddDates,
  objectId,
  fc.constant(null),
  fc.uuid().map((text) => new UUID(text)),
  fc
    .tuple(fc.uint8Array({ maxLength: 20 }), fc.constantFrom(0, 3, 5, 128))
    .map(([bytes, type]) => new Binary(bytes, type)),
  fc.constantFrom<unknown>(
    ...[new Undefined(), new MinKey(), new MaxKey(), new Code('x'), new Code('x\0y'), new Code('x', { a: 1 })],
    ...[new BSONRegExp('^a', 'i'), new BSONRegExp('(?i)a', 'sx'), new BSONSymbol('s'), new Timestamp({ t: 5, i: 6 })],
  ),
  objectId.map((id) => new DBRef('users', id)),
);

function objects(inner: Values): Values {
  return fc.array(fc.tuple(names, inner), { maxLength: 4 }).map((pairs) => new Pairs(uniqueNames(pairs)));
}

function uniqueNames<V>(pairs: readonly [string, V][]): [string, V][] {
  return [...new Map(pairs)];
}

function nested(levels: number, shape: readonly boolean[], end: unknown): unknown {
  let value = end;
  for (let level = 0; level < levels; level++) value = shape[level % shape.length] ? [value] : { a: value };
  return value;
}

/** Values of every BSON type, at any depth that MongoDB allows; the odder they are, the rarer. */
export const oddValues: Values = fc.oneof(
  { weight: 8, arbitrary: scalars },
  { weight: 1, arbitrary: fc.array(scalars, { maxLength: 3 }) },
  { weight: 1, arbitrary: objects(scalars) },
  { weight: 1, arbitrary: objects(fc.oneof(scalars, fc.array(objects(scalars), { maxLength: 2 }))) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 2, max: 90 }), fc.array(fc.boolean(), { minLength: 1 }), scalars)
      .map(([levels, shape, end]) => nested(levels, shape, end)),
  },
);

/** A field that a model does not know: one name, any value; now and then a name that is no UTF-8, or stands there already. */
export const unknownFields: fc.Arbitrary<readonly [string | Uint8Array, unknown]> = fc.tuple(
  fc.oneof(
    { weight: 12, arbitrary: names.map((name) => (name === '_id' ? 'id' : name)) },
    { weight: 1, arbitrary: fc.constant(Buffer.from([0x6f, 0xff, 0xfe])) },
    { weight: 1, arbitrary: fc.constantFrom('createdAt', 'title', 'name', '__v') },
  ),
  oddValues,
);
