import fc from 'fast-check';
import type { Tried } from '../corpus/placed.ts';

/** One element: its type, its name as bytes without a zero, its payload. */
type Element = readonly [type: number, name: Buffer, payload: Buffer];

const i32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
const framed = (elements: readonly Element[]): Buffer => {
  const body = Buffer.concat(
    elements.flatMap(([type, name, payload]) => [Buffer.of(type), name, Buffer.of(0), payload]),
  );
  return Buffer.concat([i32(body.length + 5), body, Buffer.of(0)]);
};
const text = (bytes: Buffer) => Buffer.concat([i32(bytes.length + 1), bytes, Buffer.of(0)]);
const fixed = (size: number) => fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => Buffer.from(bytes));
const special = (size: number, ...hex: string[]) =>
  fc.oneof(fixed(size), fc.constantFrom(...hex.map((one) => Buffer.from(one, 'hex'))));

const names = fc
  .oneof(
    { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'name', 'x') },
    { weight: 2, arbitrary: fc.constantFrom('0', '1', '2', '10', '07', '4294967295', '') },
    {
      weight: 2,
      arbitrary: fc.constantFrom('_id', '_bsontype', '__proto__', 'constructor', 'length', 'toJSON', 'a.b'),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom('$ref', '$id', '$db', '$oid', '$date', '$numberLong', '$code', '$bson', '$foo'),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }).map((name) => name.replaceAll('\0', '')) },
  )
  .map((name) => Buffer.from(name));

const words = fc.oneof(
  fc
    .constantFrom(
      '',
      'ObjectId',
      'ObjectID',
      'fs.files',
      'users',
      '가나다',
      'a\0b',
      '\u{1f3b8}',
      '65a0b1c2aabbccddee000001',
    )
    .map((one) => Buffer.from(one)),
  fc.string({ unit: 'binary', maxLength: 8 }).map((one) => Buffer.from(one.toWellFormed())),
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)) },
);
const cstring = fc.oneof(
  fc.constantFrom('', '^a', 'im', 'mi', 'zq', '가').map((one) => Buffer.from(one)),
  fc.uint8Array({ min: 1, maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
);

const scalar: fc.Arbitrary<readonly [number, Buffer]> = fc.oneof(
  special(8, '0000000000000080', '000000000000f87f', '000000000000f8ff', '000000000000f03f', '000000000000f07f').map(
    (p) => [0x01, p] as const,
  ),
  words.map((one) => [0x02, text(one)] as const),
  fc.tuple(fc.constantFrom(0, 2, 3, 4, 9, 128), fc.uint8Array({ maxLength: 17 })).map(([kind, bytes]) => {
    const data = kind === 2 ? Buffer.concat([i32(bytes.length), bytes]) : Buffer.from(bytes);
    return [0x05, Buffer.concat([i32(data.length), Buffer.of(kind), data])] as const;
  }),
  fc.constantFrom(0x06, 0x0a, 0x7f, 0xff).map((type) => [type, Buffer.alloc(0)] as const),
  fixed(12).map((p) => [0x07, p] as const),
  fc.constantFrom(0, 1).map((bit) => [0x08, Buffer.of(bit)] as const),
  special(8, 'ffffffffffffff7f', '0000000000000080', '0000dcc208b21e00', '0100dcc208b21e00').map(
    (p) => [0x09, p] as const,
  ),
  fc
    .tuple(cstring, cstring)
    .map(([pattern, options]) => [0x0b, Buffer.concat([pattern, Buffer.of(0), options, Buffer.of(0)])] as const),
  fc.tuple(words, fixed(12)).map(([name, id]) => [0x0c, Buffer.concat([text(name), id])] as const),
  fc.tuple(fc.constantFrom(0x0d, 0x0e), words).map(([type, one]) => [type, text(one)] as const),
  special(4, '00000000', 'ffffffff').map((p) => [0x10, p] as const),
  fixed(8).map((p) => [0x11, p] as const),
  special(8, 'ffffffffffffff7f', '0100000000002000', '0500000000000000').map((p) => [0x12, p] as const),
  special(
    16,
    '00000000000000000000000000003eb0',
    '0000000000000000000000000000007c',
    'ffffffffffffffffffffffffffff4130',
  ).map((p) => [0x13, p] as const),
);

const { value } = fc.letrec<{ value: readonly [number, Buffer]; object: Buffer; array: Buffer }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 7, arbitrary: scalar },
    { weight: 1, arbitrary: tie('object').map((body) => [0x03, body] as const) },
    { weight: 1, arbitrary: tie('array').map((body) => [0x04, body] as const) },
    {
      weight: 1,
      arbitrary: fc.tuple(words, tie('object')).map(([one, scope]) => {
        const code = text(one);
        return [0x0f, Buffer.concat([i32(4 + code.length + scope.length), code, scope])] as const;
      }),
    },
  ),
  object: fc
    .array(fc.tuple(names, tie('value')), { maxLength: 4 })
    .map((members) => framed(members.map(([name, [type, payload]]) => [type, name, payload]))),
  array: fc
    .tuple(
      fc.array(tie('value'), { maxLength: 4 }),
      fc.option(fc.array(names, { minLength: 4, maxLength: 4 }), { freq: 4 }),
    )
    .map(([all, odd]) => framed(all.map(([type, payload], i) => [type, odd?.[i] ?? Buffer.from(String(i)), payload]))),
}));

const objects = fc
  .array(fc.tuple(names, value), { minLength: 1, maxLength: 5 })
  .map((members) => framed(members.map(([name, [type, payload]]) => [type, name, payload])));

/** An object within objects, as deep as no server stores. */
const deep = fc.tuple(fc.constantFrom(150, 900, 1_200, 3_000), scalar).map(([levels, [type, payload]]) => {
  let inner = framed([[type, Buffer.from('a'), payload]]);
  for (let level = 0; level < levels; level++)
    inner = framed([[level % 3 === 0 ? 0x04 : 0x03, Buffer.from('0'), inner]]);
  return inner;
});

/** A byte of an object changed: a length, a type, a terminator or nothing that matters. Its own length stays right. */
const damaged = fc.tuple(objects, fc.nat(), fc.integer({ min: 1, max: 255 })).map(([object, at, by]) => {
  const copy = Buffer.from(object);
  if (copy.length > 6) copy[4 + (at % (copy.length - 5))]! ^= by;
  return copy;
});

/** Objects of BSON as bytes: all types, odd names and names that stand twice, deep ones, damaged ones; the same for a seed. */
export function randomObjects(count: number, seed: number): Tried[] {
  const any = fc.oneof(
    { weight: 120, arbitrary: objects.map((object) => ({ name: 'object', object })) },
    { weight: 40, arbitrary: damaged.map((object) => ({ name: 'damaged object', object })) },
    { weight: 1, arbitrary: deep.map((object) => ({ name: 'deep object', object })) },
  );
  return fc.sample(any, { numRuns: count, seed }).map(({ name, object }, n) => ({ name: `${name} ${n}`, object }));
}
