import { describe } from '@jest/globals';
import { BSONRegExp, Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'bson';
import { moved, quarantined, testBadInputs } from '../../support/bad-inputs.ts';

const DAY = new Date('2024-01-01T00:00:00Z');

/** Writes one field name over another of the same length. */
const renaming = (from: string, to: Uint8Array | string) => (bytes: Buffer) => {
  const at = bytes.indexOf(`${from}\0`);
  Buffer.from(to as string).copy(bytes, at);
  return bytes;
};

describe('nothing is lost in silence', () => {
  testBadInputs((make) => [
    {
      what: '41: an _id of a nested object',
      given: make.profile({ socialLinks: { _id: new ObjectId('65000000000000000000dddd'), youtube: 'y' } }),
      becomes: moved({ socialLinks: '{"youtube": "y"}' }, [['unknownField', 'socialLinks._id']], {
        kept: { 'socialLinks._id': new ObjectId('65000000000000000000dddd') },
      }),
    },
    {
      what: '42: a regular expression that JavaScript cannot read',
      given: make.payment({ metadata: { r: new BSONRegExp('(?i)abc', 'sx') } }),
      becomes: moved({ metadata: '{"r": {"$regularExpression": {"options": "sx", "pattern": "(?i)abc"}}}' }),
    },
    {
      what: '42: a regular expression that JavaScript cannot read, in a field that the model does not know',
      given: make.user({ odd: new BSONRegExp('(?i)abc', 'sx') }),
      becomes: moved({}, [['unknownField', 'odd']], { kept: { odd: new BSONRegExp('(?i)abc', 'sx') } }),
    },
    {
      what: '39: a key named _bsontype in a JSON column',
      given: make.payment({ metadata: { b: 1, AAsontype: 'ObjectId' } }),
      bytes: renaming('AAsontype', '_bsontype'),
      becomes: moved({ metadata: '{"b": 1, "_bsontype": "ObjectId"}' }),
    },
    {
      what: '39: a key named _bsontype in a field that the model does not know',
      given: make.user({ odd: { AAsontype: 'ObjectId' } }),
      bytes: renaming('AAsontype', '_bsontype'),
      becomes: moved({}, [['unknownField', 'odd']]),
    },
    {
      what: '34: a long where yes or no belongs',
      given: make.user({ isVerified: Long.fromNumber(1) }),
      becomes: moved({ isVerified: 'true' }, [['cast', 'isVerified']]),
    },
    {
      what: '34: a double where yes or no belongs',
      given: make.user({ isVerified: new Double(1) }),
      becomes: moved({ isVerified: 'true' }, [['cast', 'isVerified']]),
    },
    {
      what: '34: a Decimal128 where a text belongs',
      given: make.user({ bio: Decimal128.fromString('1.50') }),
      becomes: moved({ bio: '1.50' }, [['cast', 'bio']]),
    },
    {
      what: '34: a double where a text belongs',
      given: make.user({ bio: new Double(1.5) }),
      becomes: moved({ bio: '1.5' }, [['cast', 'bio']]),
    },
    {
      what: '4: a field name that is no UTF-8',
      given: make.user({ oddname: 'x' }),
      bytes: renaming('oddname', Buffer.from([0x6f, 0x64, 0x64, 0xff, 0xfe, 0x6d, 0x65])),
      becomes: quarantined('invalidUtf8', null),
    },
    {
      what: '4: a key that is no UTF-8 in a JSON column',
      given: make.payment({ metadata: { oddname: 'x' } }),
      bytes: renaming('oddname', Buffer.from([0x6f, 0x64, 0x64, 0xff, 0xfe, 0x6d, 0x65])),
      becomes: quarantined('invalidUtf8', null),
    },
    {
      what: '41: one field name twice in one document',
      given: make.user({ bio: 'first', biA: 'second' }),
      bytes: renaming('biA', 'bio'),
      becomes: quarantined('repeatedField', 'bio'),
    },
    {
      what: '41: one key twice in a JSON column',
      given: make.payment({ metadata: { inner: [{ keyA: 1, keyB: 2 }] } }),
      bytes: renaming('keyB', 'keyA'),
      becomes: quarantined('repeatedField', 'metadata.inner.0.keyA'),
    },
    {
      what: '32: an _id that is a Decimal128',
      given: make.user({ _id: Decimal128.fromString('7.5') }),
      becomes: moved({}),
    },
    {
      what: '32: a reference to a Decimal128',
      given: make.project({ artist: Decimal128.fromString('7.5') }),
      becomes: moved({}),
    },
    { what: '32: an _id that is a yes', given: make.user({ _id: true }), becomes: moved({}) },
    { what: '32: an _id that is null', given: make.user({ _id: null }), becomes: moved({}) },
    {
      what: '32: an _id that is a Timestamp',
      given: make.user({ _id: new Timestamp({ t: 5, i: 6 }) }),
      becomes: moved({}),
    },
    { what: '32: an _id that is a fraction', given: make.user({ _id: new Double(2.5) }), becomes: moved({}) },
    {
      what: '32: an _id that is the same number of another type',
      given: make.user({ _id: new Int32(7777) }),
      becomes: moved({}),
    },
    {
      what: '35: metadata with null and with nothing in it',
      given: make.payment({ metadata: { a: null, b: {}, c: [], at: DAY } }),
      becomes: moved({ metadata: '{"a": null, "b": {}, "c": [], "at": {"$date": "2024-01-01T00:00:00Z"}}' }),
    },
    { what: '35: metadata that is null', given: make.payment({ metadata: null }), becomes: moved({ metadata: null }) },
    {
      what: '38: 10,000 backers',
      given: make.funding({
        currentAmount: 10_000_000,
        backers: Array.from({ length: 10_000 }, () => ({ _id: make.id(), amount: 1000, backedAt: DAY })),
      }),
      becomes: moved({ currentAmount: '10000000.00' }),
    },
  ]);
});
