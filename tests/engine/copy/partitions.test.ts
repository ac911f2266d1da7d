import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Binary, type Document, Double, Int32, Long, ObjectId, Timestamp } from 'bson';
import { partitionsOfKeys, planPartitions } from '../../../engine/copy/partitions.ts';
import { compareKeys, keyOf, type LegacyKey } from '../../../engine/document/legacy-key.ts';
import type { RawDocument, Source } from '../../../engine/source/source.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import {
  type CopyOptions,
  contentsOf,
  type Engine,
  openEngine,
  quarantineOf,
  rangesOf,
} from '../../support/run-engine.ts';
import { collectionsOf, usersOf } from '../small-platform.ts';

const MIXED: readonly unknown[] = [
  ...[null, new Int32(1), new Double(1.5), Long.fromString('9007199254740993'), 'a', '1', '가', { a: 1 }, { a: '1' }],
  ...[new Binary(Buffer.from('ab')), new ObjectId('66fffffffffffffffffffff1'), false, true, new Date(5)],
  ...[Timestamp.fromBits(1, 5)],
];

describe('a collection of _ids of many types', () => {
  const users = usersOf(MIXED.length, (n) => ({ _id: MIXED[n] }));

  async function collect(documents: AsyncIterable<RawDocument>): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of documents) keys.push(key.toString('hex'));
    return keys;
  }

  test.each([
    ['as planned', undefined],
    ['in ranges of one document', rangesOf(1)],
    ['in ranges of two', rangesOf(2)],
  ])('is covered by its partitions without gap or overlap, %s', async (_, partitions) => {
    const engine = await openEngine({ collections: { users } });
    try {
      const planned = await (partitions ?? ((from, name) => planPartitions(from, name, 4)))(engine.source, 'users');
      const read: string[] = [];
      for (const { selection, total } of planned) {
        const keys = await collect(engine.source.read('users', selection, null));
        expect(keys).toHaveLength(total);
        read.push(...keys);
      }
      expect(read.sort()).toEqual(MIXED.map((id) => keyOf(id).toString('hex')).sort());
    } finally {
      await engine.close();
    }
  });

  test('moves whole: every _id is another row', async () => {
    const engine = await openEngine({ collections: { users } });
    try {
      const run = await engine.prepare();
      const { written, quarantined } = await engine.copy(run, 'user', { batchSize: 2 });
      expect({ written, quarantined }).toEqual({ written: MIXED.length, quarantined: 0 });
      expect(await engine.verify(run, 'user')).toEqual([]);
    } finally {
      await engine.close();
    }
  });
});

describe('a large collection', () => {
  const keys = Array.from({ length: 60_000 }, (_, n) => keyOf(n));
  const source = {
    async *scanKeys() {
      yield* keys;
    },
  } as unknown as Source;

  test('is split into ranges of about equal size, open at both ends', async () => {
    const planned = await planPartitions(source, 'users', 3);
    expect(planned).toHaveLength(3);
    expect(planned.reduce((sum, { total }) => sum + total, 0)).toBe(60_000);
    for (const { total } of planned) expect(Math.abs(total - 20_000)).toBeLessThanOrEqual(256);
    const ranges = planned.map(({ selection }) => selection as { after: LegacyKey | null; upTo: LegacyKey | null });
    expect(ranges.map(({ after }) => after)).toEqual([null, ranges[0]!.upTo, ranges[1]!.upTo]);
    expect(ranges[2]!.upTo).toBeNull();
    let before = 0;
    for (const [index, { total }] of planned.slice(0, 2).entries()) {
      before += total;
      expect(ranges[index]!.upTo).toEqual(keys[before - 1]);
    }
  });

  test('is not split finer than is worth while', async () => {
    expect(await planPartitions(source, 'users', 64)).toHaveLength(30);
  });

  test('under a limit is split into lists of at most 5,000 keys', () => {
    expect(partitionsOfKeys(keys.slice(0, 12_000)).map(({ total }) => total)).toEqual([5_000, 5_000, 2_000]);
    expect(partitionsOfKeys([])).toEqual([]);
  });
});

describe('what a migration makes', () => {
  const make = new PlatformDocuments();
  for (const [n, id] of MIXED.entries()) make.user({ _id: id, email: `mixed${n % 11}@example.com` });
  for (let n = 0; n < 12; n++) {
    const tasks = [
      { _id: make.id(), id: n, title: 'T', assignedTo: make.backer },
      { id: n, title: 'U' },
    ];
    make.project({ artist: n % 4 === 0 ? make.id() : make.artist, tasks });
    make.payment({
      rewardId: n % 2 ? make.reward : make.id(),
      orderId: `order-${n % 5}`,
      amount: n === 7 ? 1 : 10_000,
    });
  }
  const backwards = (count: number) => Array.from({ length: count }, (_, n) => count - 1 - n);
  const ways: readonly (readonly [string, CopyOptions])[] = [
    ['one document a batch', { batchSize: 1 }],
    ['1,000 documents a batch', { batchSize: 1_000 }],
    ['segments of one batch', { batchSize: 3, milliseconds: 0 }],
    ['a partition a document', { partitions: rangesOf(1) }],
    ['partitions of four documents, the last one first', { partitions: rangesOf(4), order: backwards, batchSize: 3 }],
  ];
  const collections: Record<string, Document[]> = collectionsOf(make.all);
  let expected: Awaited<ReturnType<typeof outcomeOf>>;

  async function outcomeOf(how: CopyOptions) {
    const engine: Engine = await openEngine({ collections });
    try {
      const { differences } = await engine.migrate(how);
      expect(Object.values(differences).flat()).toEqual([]);
      return { contents: await contentsOf(engine.target), quarantine: await quarantineOf(engine.target) };
    } finally {
      await engine.close();
    }
  }

  beforeAll(async () => {
    expected = await outcomeOf({});
  });
  afterAll(() => {
    expect(expected.quarantine.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['duplicate', 'dangling', 'min']),
    );
  });

  test.each(ways)('is the same with %s', async (_, how) => {
    expect(await outcomeOf(how)).toEqual(expected);
  });

  test('comes in MongoDB’s order of _ids, whatever the dump’s order', async () => {
    const engine = await openEngine({ collections: { users: [...collections['users']!].reverse() } });
    try {
      const keys: LegacyKey[] = [];
      for await (const key of engine.source.scanKeys('users')) keys.push(key);
      expect(keys).toEqual([...keys].sort(compareKeys));
      expect(keys).toHaveLength(collections['users']!.length);
    } finally {
      await engine.close();
    }
  });
});

describe('a collection of more documents than boundaries are remembered of', () => {
  const COUNT = 9_000_000;
  const key = keyOf(new ObjectId('64b7f0c2a1d3e4f5a6b7c8d9'));
  const source = {
    async *scanKeys() {
      for (let n = 0; n < COUNT; n++) {
        if (n % 128 === 127) key.writeUInt32BE(n, key.length - 4);
        yield n % 128 === 127 ? Buffer.from(key) : key;
      }
    },
  } as unknown as Source;

  test('is split into ranges of about equal size all the same, which cover it', async () => {
    const planned = await planPartitions(source, 'users', 7);
    expect(planned).toHaveLength(7);
    expect(planned.reduce((sum, { total }) => sum + total, 0)).toBe(COUNT);
    for (const { total } of planned) expect(Math.abs(total - COUNT / 7)).toBeLessThan(COUNT / 7 / 100);
    const bounds = planned.map(({ selection }) => ('keys' in selection ? null : selection.upTo));
    expect(bounds.at(-1)).toBeNull();
    expect([...bounds.slice(0, -1)].sort((a, b) => compareKeys(a!, b!))).toEqual(bounds.slice(0, -1));
  });
});
