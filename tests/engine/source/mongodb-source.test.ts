import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Binary, type Document, Double, Long, ObjectId, serialize } from 'bson';
import { mongo } from 'mongoose';
import {
  compareKeys,
  KEY_TYPES,
  keyOf,
  keyOfDocument,
  type LegacyKey,
  typeOfKey,
} from '../../../engine/document/legacy-key.ts';
import { MONGODB_REASONS, mongodbRefuses } from '../../../engine/messages/engine/source.ts';
import { openSource } from '../../../engine/source/open-source.ts';
import type { KeySelection, Source } from '../../../engine/source/source.ts';
import { createMongoDatabase, type TestDatabase } from '../../support/servers/databases.ts';

const IDS: unknown[] = [
  ...Array.from({ length: 1200 }, () => new ObjectId()),
  ...Array.from({ length: 30 }, (_, i) => `name ${(i * 7) % 30}`),
  ...Array.from({ length: 30 }, (_, i) => (i * 7) % 30),
  new Double(2.5),
  Long.fromString('9007199254740993'),
  new Binary(Buffer.alloc(16, 7), 4),
  true,
];
const ALL_OBJECT_IDS: KeySelection = { type: 'objectId', after: null, upTo: null };

let database: TestDatabase;
let client: mongo.MongoClient;
let source: Source;
let written: Map<string, Uint8Array>;
let keys: LegacyKey[];

beforeAll(async () => {
  database = await createMongoDatabase();
  client = new mongo.MongoClient(database.url);
  const documents: Document[] = IDS.map((_id, at) => ({
    _id,
    at,
    name: '하늘',
    long: Long.fromNumber(at),
    amount: at % 2 === 0 ? at : `${at}`,
    list: at < 10 ? [{ v: at }, { v: 0.5 }, null] : [],
    o: { list: at < 5 ? [{ v: 2 }] : [], v: at === 7 ? null : 1.5 },
  }));
  await client.db().collection('users').insertMany(documents);
  await client.db().createCollection('artists');
  written = new Map(documents.map((each) => [keyOfDocument(serialize(each))!.toString('latin1'), serialize(each)]));
  keys = IDS.map((_id) => keyOfDocument(serialize({ _id }))!).sort(compareKeys);
  source = await openSource(database.url, { collections: ['users', 'artists', 'payments'] });
});

afterAll(async () => {
  await source?.close();
  await client?.close();
  await database?.drop();
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const shown = (some: readonly LegacyKey[]) => some.map((key) => key.toString('latin1'));
const ofType = (type: string) => keys.filter((key) => typeOfKey(key) === type);

describe('a live MongoDB', () => {
  test('is called by its address, without user and password', async () => {
    const { host, pathname } = new URL(database.url);
    expect([source.kind, source.label]).toEqual(['mongodb', `mongodb://${host}${pathname}`]);
    const secret = await openSource('mongodb://someone:s3cret@a.example:1,b.example:2/shop?replicaSet=rs');
    expect(secret.label).toBe('mongodb://a.example:1,b.example:2/shop');
    await secret.close();
  });

  test('is the same source for every worker, and another database is another', async () => {
    const again = await openSource(database.url, { collections: ['users', 'artists', 'payments'] });
    const other = await createMongoDatabase();
    const elsewhere = await openSource(other.url);
    try {
      expect(await again.fingerprint()).toBe(await source.fingerprint());
      expect(await elsewhere.fingerprint()).not.toBe(await source.fingerprint());
    } finally {
      await Promise.all([again.close(), elsewhere.close()]);
      await other.drop();
    }
  });

  test('tells what stands under a name', async () => {
    const found = await Promise.all(['users', 'artists', 'payments'].map((name) => source.kindOf(name)));
    expect(found).toEqual(['collection', 'collection', 'missing']);
  });

  test('lists every _id', async () => {
    expect(shown(await all(source.scanKeys('users'))).sort()).toEqual(shown(keys).sort());
    expect(await all(source.scanKeys('payments'))).toEqual([]);
  });

  test('gives each document once, byte for byte, type by type, in _id order', async () => {
    for (const type of new Set(keys.map(typeOfKey))) {
      const documents = await all(source.read('users', { type, after: null, upTo: null }, null));
      expect(shown(documents.map(({ key }) => key))).toEqual(shown(ofType(type)));
      for (const { key, bytes } of documents) {
        expect(Buffer.compare(bytes, written.get(key.toString('latin1'))!)).toBe(0);
      }
    }
  });

  test('keeps a range inside its type and goes on after a checkpoint', async () => {
    for (const type of ['objectId', 'number', 'string'] as const) {
      const own = ofType(type);
      const [a, b, c] = [5, 12, 25].map((place) => own[place]!);
      const read = async (selection: KeySelection, from: LegacyKey | null) =>
        shown((await all(source.read('users', selection, from))).map(({ key }) => key));
      expect(await read({ type, after: a!, upTo: c! }, null)).toEqual(shown(own.slice(6, 26)));
      expect(await read({ type, after: a!, upTo: c! }, b!)).toEqual(shown(own.slice(13, 26)));
      expect(await read({ type, after: b!, upTo: null }, a!)).toEqual(shown(own.slice(13)));
      const before = KEY_TYPES.indexOf(type) > 0 ? keys[0]! : null;
      if (before && typeOfKey(before) !== type)
        expect(await read({ type, after: null, upTo: null }, before)).toEqual(shown(own));
      expect(await read({ type, after: null, upTo: null }, keys.at(-1)!)).toEqual([]);
    }
  });

  test('finds named documents, in order, once, and only those that exist', async () => {
    const [first, second, third] = [keys[3]!, keys[40]!, keys.at(-1)!];
    const some = [third, keyOf('nobody'), first, second, first, keyOf(new ObjectId())];
    expect(shown((await source.readByKeys('users', some)).map(({ key }) => key))).toEqual(
      shown([first, second, third]),
    );
    const rest = await all(source.read('users', { keys: some }, first));
    expect(shown(rest.map(({ key }) => key))).toEqual(shown([second, third]));
  });

  test('stops reading when the reader does', async () => {
    for await (const { key } of source.read('users', ALL_OBJECT_IDS, null)) {
      expect(key).toEqual(ofType('objectId')[0]);
      break;
    }
  });

  test('counts and adds up by itself, over all and over a selection', async () => {
    const request = {
      collection: 'users',
      arrays: ['list', 'o.list'],
      sums: ['amount', 'list.v', 'o.list.v', 'o.v', 'none'],
    };
    const evens = IDS.map((_, at) => at).filter((at) => at % 2 === 0);
    expect(await source.totals(request, null)).toEqual({
      documents: IDS.length,
      elements: { list: 30, 'o.list': 5 },
      sums: {
        amount: String(evens.reduce((sum, at) => sum + at, 0)),
        'list.v': '50',
        'o.list.v': '10',
        'o.v': String((IDS.length - 1) * 1.5),
        none: '0',
      },
      values: {},
    });
    const firstOnes = IDS.slice(0, 4).map((_id) => keyOf(_id));
    expect(await source.totals(request, [{ keys: firstOnes }, { type: 'bool', after: null, upTo: null }])).toEqual({
      documents: 5,
      elements: { list: 12, 'o.list': 4 },
      sums: { amount: '2', 'list.v': '8', 'o.list.v': '8', 'o.v': '7.5', none: '0' },
      values: {},
    });
    const own = ofType('objectId');
    const parts: KeySelection[] = [
      { type: 'objectId', after: null, upTo: own[700]! },
      { type: 'objectId', after: own[700]!, upTo: null },
    ];
    expect((await source.totals(request, parts)).documents).toBe(own.length);
    expect(await source.totals({ collection: 'payments', arrays: ['a'], sums: ['b'] }, null)).toEqual({
      documents: 0,
      elements: { a: 0 },
      sums: { b: '0' },
      values: {},
    });
  });

  test('values are counted with what stands in for a missing date, whatever type createdAt has', async () => {
    const created = new Date('2023-08-23T08:34:25.225Z');
    const documents = [
      { createdAt: created, updatedAt: '' },
      { createdAt: '2020-02-01T00:00:00.500Z' },
      { createdAt: created, updatedAt: new Date('2022-01-01T00:00:00.250Z') },
    ];
    await client
      .db()
      .collection('dated')
      .insertMany(documents as mongo.Document[]);
    const updatedAt = { path: 'updatedAt', kind: 'date', standIn: 'createdAt' } as const;
    for (const keep of [1, 64]) {
      const request = { collection: 'dated', arrays: [], sums: [], values: [updatedAt], keep };
      const { lowest, highest } = (await source.totals(request, null)).values['updatedAt']!;
      expect(lowest[0]).toBe(`${Date.parse('2020-02-01T00:00:00.500Z')}`);
      expect(highest[0]).toBe(`${created.getTime()}`);
    }
  });

  test('gives a sample of distinct keys, all of them where it asks for more', async () => {
    const sample = shown(await source.sampleKeys('users', 20));
    expect(new Set(sample).size).toBe(20);
    expect(shown(keys)).toEqual(expect.arrayContaining(sample));
    expect(await source.sampleKeys('artists', 5)).toEqual([]);
  });
});

describe('a MongoDB that cannot be used is told in one sentence', () => {
  const sentence = async (uri: string): Promise<string> => {
    try {
      const unusable = await openSource(uri);
      try {
        return await unusable.fingerprint();
      } finally {
        await unusable.close();
      }
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  };

  test('when it is down or unknown', async () => {
    expect(await sentence('mongodb://someone:s3cret@127.0.0.1:1/shop?serverSelectionTimeoutMS=500')).toBe(
      `SourceUnavailable: ${mongodbRefuses({ source: 'mongodb://127.0.0.1:1/shop', why: MONGODB_REASONS.down.en }).text}`,
    );
    expect(await sentence('mongodb://db.invalid/shop?serverSelectionTimeoutMS=500')).toBe(
      `SourceUnavailable: ${mongodbRefuses({ source: 'mongodb://db.invalid:27017/shop', why: MONGODB_REASONS.unknownHost.en }).text}`,
    );
  });

  test('when it refuses the login', async () => {
    const url = new URL(database.url);
    expect(await sentence(`mongodb://someone:s3cret@${url.host}/shop`)).toBe(
      `SourceUnavailable: ${mongodbRefuses({ source: `mongodb://${url.host}/shop`, why: MONGODB_REASONS.login.en }).text}`,
    );
  });

  test('when its URI makes no sense, without repeating it', async () => {
    const uris = [
      'mongodb://someone:s3cret@host:99999/shop',
      'mongodb://someone:s3@cret@host/shop',
      'mongodb://someone:s3cret@host/shop?nonsense=s3cret',
      'mongodb://someone:s3cret@host',
      'postgres://someone:s3cret@host/shop',
    ];
    for (const uri of uris) {
      const told = await sentence(uri);
      expect(told).toMatch(/^ConfigurationError: [^\n]+\.$/);
      expect(told).not.toMatch(/s3|cret/);
    }
  });
});
