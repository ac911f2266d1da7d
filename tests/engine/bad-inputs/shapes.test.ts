import { describe, expect, test } from '@jest/globals';
import { BSONRegExp, BSONSymbol, Code, type Document, MaxKey, MinKey, ObjectId, serialize, Timestamp } from 'bson';
import { moved, quarantined, testBadInputs } from '../../support/bad-inputs.ts';

const DAY = new Date('2024-01-01T00:00:00Z');

/** Makes a null field undefined: a BSON type that no driver writes any more, but old data holds. */
const undefining = (field: string) => (bytes: Buffer) => {
  bytes[bytes.indexOf(`\n${field}\0`)] = 0x06;
  return bytes;
};

function nested(levels: number): Document {
  let inner: Document = { end: true };
  for (let level = 1; level < levels; level++) inner = level % 2 ? { a: inner } : { a: [inner] };
  return inner;
}

/** A sub-document with a key that an object literal cannot have. */
const withProto = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}}') as Document;

describe('shapes', () => {
  testBadInputs((make) => {
    const task = (id: number) => ({ _id: make.id(), id, title: `task ${id}` });
    return [
      {
        what: '34: a single value where an array of texts belongs',
        given: make.project({ tags: 'rock' }),
        becomes: moved({ tags: '["rock"]' }, [['notAnArray', 'tags']]),
      },
      {
        what: '34: a single sub-document where an array belongs',
        given: make.project({ tasks: task(1) }),
        becomes: moved({}, [['notAnArray', 'tasks']], { children: { ProjectTask: [{ title: 'task 1' }] } }),
      },
      {
        what: '34: an array where a text belongs',
        given: make.user({ bio: ['a', 'b'] }),
        becomes: quarantined('cast', 'bio'),
      },
      {
        what: '34: an array where a number belongs',
        given: make.project({ budget: [5] }),
        becomes: quarantined('cast', 'budget'),
      },
      {
        what: '34: an object where a text belongs',
        given: make.user({ bio: { ko: '소개' } }),
        becomes: quarantined('cast', 'bio'),
      },
      {
        what: '34: an object where a number belongs',
        given: make.project({ budget: { won: 5 } }),
        becomes: quarantined('cast', 'budget'),
      },
      {
        what: '34: a text where an array of sub-documents belongs',
        given: make.project({ tasks: 'record' }),
        becomes: quarantined('cast', 'tasks.0'),
      },
      {
        what: '34: a text where an object belongs',
        given: make.profile({ socialLinks: 'http://x' }),
        becomes: quarantined('cast', 'socialLinks'),
      },
      {
        what: '34: a text where a map belongs',
        given: make.payment({ metadata: 'x' }),
        becomes: quarantined('cast', 'metadata'),
      },
      {
        what: '34: an array where a map belongs',
        given: make.payment({ metadata: [1] }),
        becomes: quarantined('cast', 'metadata'),
      },
      {
        what: '34: an array in an array of texts',
        given: make.project({ tags: [['a']] }),
        becomes: quarantined('cast', 'tags.0'),
      },
      {
        what: '34: a number where a text belongs',
        given: make.user({ name: 20_231 }),
        becomes: moved({ name: '20231' }, [['cast', 'name']]),
      },
      {
        what: '34: a date where a text belongs, the same in every time zone',
        given: make.user({ bio: DAY }),
        becomes: moved({ bio: '2024-01-01T00:00:00.000Z' }, [['cast', 'bio']]),
      },
      {
        what: '34: an ObjectId where a text belongs',
        given: make.user({ bio: new ObjectId('65000000000000000000bbbb') }),
        becomes: moved({ bio: '65000000000000000000bbbb' }, [['cast', 'bio']]),
      },
      {
        what: '34: words for yes and no',
        given: make.user({ isVerified: 'yes', isActive: 0 }),
        becomes: moved({ isVerified: 'true', isActive: 'false' }, [
          ['cast', 'isVerified'],
          ['cast', 'isActive'],
        ]),
      },
      {
        what: '34: other words for yes and no',
        given: make.user({ isActive: '글쎄요' }),
        becomes: quarantined('cast', 'isActive'),
      },
      {
        what: '34: a Timestamp where a number belongs',
        given: make.project({ budget: new Timestamp({ t: 1, i: 1 }) }),
        becomes: quarantined('cast', 'budget'),
      },
      {
        what: '34: bytes where a text belongs',
        given: make.user({ bio: Buffer.from('abc') }),
        becomes: quarantined('cast', 'bio'),
      },
      {
        what: '35: null elements in an array of texts',
        given: make.project({ tags: [null, 'a', null, ''] }),
        becomes: moved({ tags: '["a", ""]' }, [
          ['nullElement', 'tags.0'],
          ['nullElement', 'tags.2'],
        ]),
      },
      {
        what: '35: null elements in an array of sub-documents',
        given: make.project({ tasks: [null, task(1)] }),
        becomes: moved({}, [['nullElement', 'tasks.0']], { children: { ProjectTask: [{ title: 'task 1' }] } }),
      },
      {
        what: '35: null where an array belongs is none',
        given: make.project({ tags: null, tasks: null }),
        becomes: moved({ tags: '[]' }),
      },
      {
        what: '36: repeated task and milestone numbers',
        given: make.project({
          tasks: [task(1), task(2), task(1)],
          milestones: [1, 1].map((id) => ({ _id: make.id(), id, title: 'm', date: DAY })),
        }),
        becomes: moved(
          {},
          [
            ['repeatedNumber', 'tasks.2.id'],
            ['repeatedNumber', 'milestones.1.id'],
          ],
          {
            children: { ProjectTask: [{ taskNumber: '1' }, { taskNumber: '1' }, { taskNumber: '2' }] },
          },
        ),
      },
      {
        what: '37: nesting 100 levels deep in a JSON column',
        given: make.payment({ metadata: nested(95) }),
        becomes: moved({ metadata: jsonbText(nested(95)) }),
      },
      {
        what: '37: deep nesting in a field that the model does not know',
        given: make.user({ odd: nested(95) }),
        becomes: moved({}, [['unknownField', 'odd']], { kept: { odd: nested(95) } }),
      },
      {
        what: '39: keys with dollars, dots, spaces, and empty ones',
        given: make.payment({ metadata: { $set: 1, 'a.b': 2, 'a b': 3, '': 4, '0': 5 } }),
        becomes: moved({ metadata: '{"": 4, "0": 5, "a b": 3, "a.b": 2, "$set": 1}' }),
      },
      {
        what: '39: keys named __proto__ and constructor in a JSON column',
        given: make.payment({ metadata: { inner: withProto } }),
        becomes: moved({ metadata: '{"inner": {"__proto__": {"polluted": true}, "constructor": {"prototype": 1}}}' }),
      },
      {
        what: '39: a root field named __proto__',
        given: make.user(JSON.parse('{"__proto__": {"isVerified": true}}') as Document),
        becomes: moved({ isVerified: 'false' }),
      },
      {
        what: '41: fields that the model does not know',
        given: make.user({ legacyPoints: 5, address: { zip: '04039' } }),
        becomes: moved(
          {},
          [
            ['unknownField', 'legacyPoints'],
            ['unknownField', 'address'],
          ],
          {
            kept: { legacyPoints: 5, address: { zip: '04039' } },
          },
        ),
      },
      {
        what: '41: a field of a sub-document that the model does not know',
        given: make.project({ tasks: [{ ...task(1), colour: 'red' }] }),
        becomes: moved({}, [['unknownField', 'tasks.0.colour']], { kept: { 'tasks.0.colour': 'red' } }),
      },
      {
        what: '41: MinKey and a regular expression in a field that the model does not know',
        given: make.user({ odd: [new MinKey(), new BSONRegExp('a', 'i')] }),
        becomes: moved({}, [['unknownField', 'odd']], { kept: { odd: [new MinKey(), new BSONRegExp('a', 'i')] } }),
      },
      { what: '41: Mongoose’s own __v is none of them', given: make.user({ __v: 3 }), becomes: moved({}) },
      {
        what: '42: odd types in a JSON column stay Extended JSON',
        given: make.payment({
          metadata: {
            min: new MinKey(),
            max: new MaxKey(),
            code: new Code('return 1'),
            regexp: new BSONRegExp('^a', 'i'),
            symbol: new BSONSymbol('s'),
            time: new Timestamp({ t: 1, i: 2 }),
            id: new ObjectId('65000000000000000000bbbb'),
          },
        }),
        becomes: moved({
          metadata:
            '{"id": {"$oid": "65000000000000000000bbbb"}, "max": {"$maxKey": 1}, "min": {"$minKey": 1}, "code": {"$code": "return 1"}, "time": {"$timestamp": {"i": 2, "t": 1}}, "regexp": {"$regularExpression": {"options": "i", "pattern": "^a"}}, "symbol": {"$symbol": "s"}}',
        }),
      },
      {
        what: '42: undefined in a JSON column',
        given: make.payment({ metadata: { nothing: null } }),
        bytes: undefining('nothing'),
        becomes: moved({ metadata: '{"nothing": {"$undefined": true}}' }),
      },
      ...[
        ['undefined', null],
        ['MinKey', new MinKey()],
        ['MaxKey', new MaxKey()],
        ['Code', new Code('x')],
        ['a regular expression', new BSONRegExp('x')],
        ['Symbol', new BSONSymbol('x')],
      ].flatMap(([type, value]) =>
        [
          { field: 'name', given: make.user({ name: value }) },
          { field: 'lastLogin', given: make.user({ lastLogin: value }) },
          { field: 'isActive', given: make.user({ isActive: value }) },
          { field: 'budget', given: make.project({ budget: value }) },
          { field: 'approvedBy', given: make.project({ approvedBy: value }) },
        ].map(({ field, given }) => ({
          what: `42: ${type} in ${field}`,
          given,
          ...(value === null && { bytes: undefining(field) }),
          becomes: quarantined('bsonType', field),
        })),
      ),
      {
        what: '42: undefined in an array of texts',
        given: make.project({ tags: [null] }),
        bytes: undefining('0'),
        becomes: quarantined('bsonType', 'tags.0'),
      },
      { what: '45: progress 140', given: make.project({ progress: 140 }), becomes: quarantined('max', 'progress') },
      { what: '45: rating 7', given: make.profile({ rating: 7 }), becomes: quarantined('max', 'rating') },
      { what: '45: rating below 0', given: make.profile({ rating: -0.5 }), becomes: quarantined('min', 'rating') },
      {
        what: '46: a sum of pledges that disagrees',
        given: make.funding({ currentAmount: 5000, backers: [{ _id: make.id(), amount: 4000, backedAt: DAY }] }),
        becomes: moved({ currentAmount: '5000.00' }, [['sumMismatch', 'currentAmount']]),
      },
      {
        what: '46: a refund beyond the amount',
        given: make.payment({ amount: 5000, refundAmount: 5000.01 }),
        becomes: moved({ refundAmount: '5000.01' }, [['sumMismatch', 'refundAmount']]),
      },
      {
        what: '46: sums that agree, though doubles would not add up',
        given: make.funding({
          currentAmount: 3000.3,
          backers: [1000.1, 1000.1, 1000.1].map((amount) => ({ _id: make.id(), amount, backedAt: DAY })),
        }),
        becomes: moved({ currentAmount: '3000.30' }),
      },
    ];
  });

  test('39: no key has reached a prototype', () => {
    expect((Object.prototype as Document)['polluted']).toBeUndefined();
    expect(({} as Document)['isVerified']).toBeUndefined();
    expect(serialize({ a: withProto }).length).toBeGreaterThan(40);
  });
});

/** JSON as PostgreSQL writes jsonb of objects with one key. */
function jsonbText(value: unknown): string {
  return JSON.stringify(value).replaceAll('":', '": ');
}
