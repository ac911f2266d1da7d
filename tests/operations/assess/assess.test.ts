import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Document, ObjectId } from 'bson';
import fc from 'fast-check';
import { generalPath } from '../../../engine/document/findings/path.ts';
import { stableJson } from '../../../engine/document/json.ts';
import { showKey } from '../../../engine/document/legacy-key.ts';
import { censusFacts } from '../../../engine/report/facts/census-facts.ts';
import { openSource } from '../../../engine/source/open-source.ts';
import type { Source } from '../../../engine/source/source.ts';
import { type Assessment, type AssessOptions, assess } from '../../../operations/assess/assess.ts';
import type { Prediction } from '../../../operations/assess/assess-stage.ts';
import { ByteKeys } from '../../../operations/assess/byte-keys.ts';
import { fillMongoDB } from '../../../scripts/demo/data/fill-mongodb.ts';
import type { DemoOptions } from '../../../scripts/demo/data/options.ts';
import { plan } from '../../../stages/plan.ts';
import { collectionsOf } from '../../engine/small-platform.ts';
import { type Collections, withEmptyOnes, writeDumpFolder } from '../../support/data/dump-writer.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import {
  type Engine,
  findingsOf,
  type Migration,
  openEngine,
  quarantineOf,
  rangesOf,
} from '../../support/run-engine.ts';
import { createMongoDatabase } from '../../support/servers/databases.ts';

const collections = plan.stages.map(({ collection }) => collection);

interface Assessed extends Assessment {
  readonly predictions: readonly Prediction[];
}

async function assessed(source: Source, options: Partial<AssessOptions> = {}): Promise<Assessed> {
  const predictions: Prediction[] = [];
  const given: AssessOptions = {
    ...{ sample: null, signal: new AbortController().signal, onProgress: () => {}, onNote: () => {} },
    ...{ onPrediction: (one) => void predictions.push(one), ...options },
  };
  return { ...(await assess(source, plan, given)), predictions };
}

const predicted = ({ predictions }: Assessed) =>
  predictions.map(({ stage, key, code, path, cause }) => ({ stage, key: key.toString('hex'), code, path, cause }));

async function quarantined(engine: Engine) {
  const all = await quarantineOf(engine.target);
  return all.map(({ stage, key, code, path, cause }) => ({ stage, key, code, path, cause }));
}

const sorted = <T>(all: readonly T[]) => all.map(stableJson).sort();

/** Findings by stage, code and path, as a migration wrote or counted them. */
async function findingsWritten(engine: Engine): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { stage, code, path } of await findingsOf(engine.target)) {
    const name = `${stage} ${code} ${generalPath(path)}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

const COUNTED = ['default', 'unknownField', 'fromId', 'fromCreatedAt'];

describe.each<[string, DemoOptions]>([
  ['ordinary flaws', { scale: 0.1 }],
  ['what only a dump can hold', { scale: 0.1, seed: 7, rich: true }],
])('an assessment of a dump with %s', (_, demo) => {
  let engine: Engine;
  let run: Migration;
  let found: Assessed;

  beforeAll(async () => {
    engine = await openEngine({ demo });
    found = await assessed(engine.source);
    run = await engine.migrate({ partitions: rangesOf(70), order: (n) => [...Array(n).keys()].reverse() });
  });
  afterAll(() => engine.close());

  test('predicts exactly the quarantine of the migration: stage, _id, code, path and cause', async () => {
    expect(found.predictions.length).toBeGreaterThan(40);
    expect(sorted(predicted(found))).toEqual(sorted(await quarantined(engine)));
    expect(found.verdict).toBe('quarantine');
  });

  test('predicts every finding that is written down', async () => {
    const told = found.stages.flatMap(({ name, findings }) =>
      findings
        .filter(({ code }) => !COUNTED.includes(code))
        .map(({ code, path, count }) => [`${name} ${code} ${path}`, count] as const),
    );
    expect(new Map(told)).toEqual(await findingsWritten(engine));
  });

  test('predicts the rows of every table', async () => {
    for (const { table, rows } of found.stages.flatMap(({ tables }) => tables)) {
      const [[count]] = (await engine.target.query(`SELECT count(*) FROM "${table}"`, [])) as [[string]];
      expect({ table, rows }).toEqual({ table, rows: Number(count) });
    }
  });

  test('takes the census that the verification takes', async () => {
    const asked: Parameters<typeof censusFacts>[0] = (sql, params) => engine.target.query(sql, params);
    for (const [n, stage] of plan.stages.entries()) {
      expect(found.stages[n]!.census).toEqual(await censusFacts(asked, run.runId, stage));
    }
  });

  test('estimates the size of the tables to within a half', async () => {
    await engine.target.query('VACUUM', []);
    const names = found.stages.flatMap(({ tables }) => tables.map(({ table }) => `'"${table}"'`));
    const [[bytes]] = (await engine.target.query(
      `SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(ARRAY[${names}]) AS name`,
      [],
    )) as [[string]];
    // Seventeen tables with an empty page or three in each of their indexes: a fixed cost that is no document's.
    expect(found.estimate.tableBytes).toBeLessThan(Number(bytes) * 1.5);
    expect(found.estimate.tableBytes).toBeGreaterThan(Number(bytes) * 0.2);
  });
});

describe('an assessment', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assess-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function withDump<T>(documents: Collections, work: (source: Source) => Promise<T>): Promise<T> {
    const dump = await mkdtemp(join(folder, 'dump-'));
    await writeDumpFolder(dump, 'platform', documents);
    const source = await openSource(`dump:${dump}`, { spoolFolder: join(dump, 'spool'), collections });
    try {
      return await work(source);
    } finally {
      await source.close();
    }
  }

  test('of a live MongoDB predicts the same as that of a dump of it', async () => {
    const demo = { scale: 0.1, seed: 3 };
    const database = await createMongoDatabase();
    const engine = await openEngine({ demo });
    const live = await openSource(database.url, { collections });
    try {
      await fillMongoDB(database.url, demo);
      const [ofDump, ofLive] = [await assessed(engine.source), await assessed(live)];
      expect(predicted(ofLive)).toEqual(predicted(ofDump));
      expect(ofLive.stages.map(({ census }) => census.documents)).toEqual(ofDump.stages.map(({ total }) => total));
      expect(ofLive.stages.map(({ findings }) => findings)).toEqual(ofDump.stages.map(({ findings }) => findings));
    } finally {
      await live.close();
      await engine.close();
      await database.drop();
    }
  });

  test('predicts cascades through stages, chains of unique values, and every type of _id', async () => {
    const make = new PlatformDocuments();
    const bad = make.user({ name: 'a\0b' });
    const ofBad = make.profile({ userId: bad.document['_id'] });
    const lost = make.funding({ artist: bad.document['_id'] });
    make.payment({ projectId: lost.document['_id'] });
    make.payment({ projectId: new ObjectId() });
    make.payment({ rewardId: make.reward });
    make.payment({ rewardId: new ObjectId() });
    make.user({ email: 'x@example.com', username: 'p' });
    make.user({ email: 'x@example.com', username: 'q' });
    make.user({ email: 'y@example.com', username: 'q' });
    make.user({ _id: 7, email: 'y@example.com' });
    make.user({ _id: 'seven' });
    make.profile({ userId: 7 });
    make.profile({ userId: 'seven', _id: { a: 1 } });
    make.profile({ userId: 'seven', _id: { a: 2 } });
    expect(ofBad.collection).toBe('artists');
    const engine = await openEngine({ collections: collectionsOf(make.all) });
    try {
      const found = await assessed(engine.source);
      await engine.migrate({ partitions: rangesOf(2), order: (n) => [...Array(n).keys()].reverse() });
      expect(sorted(predicted(found))).toEqual(sorted(await quarantined(engine)));
      expect(new Set(found.predictions.map(({ code }) => code))).toEqual(
        new Set(['nul', 'cascade', 'dangling', 'duplicate']),
      );
    } finally {
      await engine.close();
    }
  });

  test('is clean where nothing would be quarantined, also where collections are missing', async () => {
    const make = new PlatformDocuments();
    const { users = [] } = collectionsOf(make.all);
    const found = await withDump({ users }, (source) => assessed(source));
    expect(found).toMatchObject({ verdict: 'clean', predictions: [] });
    expect(found.stages.map(({ documents }) => documents)).toEqual([users.length, 0, 0, 0, 0]);
  });

  test('of a sample follows its references into the rest, and counts the sample only', async () => {
    const make = new PlatformDocuments();
    const bad = make.user({ name: '' });
    for (let n = 0; n < 40; n++) make.payment(n % 2 === 0 ? { backerId: bad.document['_id'] } : {});
    const documents: Record<string, Document[]> = collectionsOf(make.all);
    await withDump(documents, async (source) => {
      const sample = { size: 10, seed: 4 };
      const found = await assessed(source, { sample });
      const payment = found.stages.at(-1)!;
      expect(payment).toMatchObject({ total: 40, documents: 10 });
      const even = new Set(documents['payments']!.filter((_, n) => n % 2 === 0).map(({ _id }) => String(_id)));
      const held = found.predictions.filter(({ stage }) => stage === 'payment');
      expect(held.length).toBeGreaterThan(0);
      expect(held.length).toBeLessThan(10);
      for (const { key, code, cause } of held) {
        expect(even).toContain(showKey(key));
        expect({ code, cause }).toEqual({
          code: 'cascade',
          cause: { collection: 'users', legacyId: String(bad.document['_id']), code: 'required' },
        });
      }
      expect(payment.tables).toEqual([{ table: 'Payment', rows: (10 - held.length) * 4, bytes: expect.any(Number) }]);
      expect(predicted(await assessed(source, { sample }))).toEqual(predicted(found));
      const others = await Promise.all([5, 6, 7].map((seed) => assessed(source, { sample: { size: 10, seed } })));
      expect(new Set([found, ...others].map((one) => stableJson(predicted(one)))).size).toBeGreaterThan(1);
    });
  });

  test('of a sample as large as the source is the full one', async () => {
    const make = new PlatformDocuments();
    for (let n = 0; n < 5; n++) make.payment({ amount: n === 2 ? -1 : 1000 });
    await withDump(collectionsOf(make.all), async (source) => {
      const [full, sample] = [await assessed(source), await assessed(source, { sample: { size: 1_000, seed: 1 } })];
      expect(predicted(sample)).toEqual(predicted(full));
      expect(sample.stages.map(({ findings }) => findings)).toEqual(full.stages.map(({ findings }) => findings));
    });
  });

  test('ends when it is told to', async () => {
    const make = new PlatformDocuments();
    const controller = new AbortController();
    await withDump(collectionsOf(make.all), async (source) => {
      const stopped = assessed(source, { signal: controller.signal, onProgress: () => controller.abort() });
      await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    });
  });

  test('holds no value of a document', async () => {
    const make = new PlatformDocuments();
    make.user({ name: 'Geheim\0', secretField: 'Geheim' });
    make.user({ email: 'geheim@example.com' });
    make.user({ email: 'geheim@example.com' });
    const { predictions, ...found } = await withDump(collectionsOf(make.all), (source) => assessed(source));
    expect(predictions).toHaveLength(2);
    expect(JSON.stringify([found, predictions])).not.toMatch(/geheim/i);
  });
});

describe('a set of keys', () => {
  test('numbers byte strings of any length in the order in which they came', () => {
    const bytes = fc.uint8Array({ maxLength: 6, max: 3 });
    const long = fc.uint8Array({ minLength: 250, maxLength: 260 });
    fc.assert(
      fc.property(fc.array(fc.oneof(bytes, long)), fc.array(bytes), (added, asked) => {
        const keys = new ByteKeys();
        const known = new Map<string, number>();
        const nameOf = (key: Uint8Array) => Buffer.from(key).toString('hex');
        for (const key of added) {
          if (!known.has(nameOf(key))) known.set(nameOf(key), known.size);
          expect(keys.add(key)).toBe(known.get(nameOf(key)));
        }
        expect(keys.size).toBe(known.size);
        for (const key of [...asked, ...added]) expect(keys.find(key)).toBe(known.get(nameOf(key)) ?? -1);
        for (const [name, number] of known) expect(keys.at(number).toString('hex')).toBe(name);
      }),
    );
  });

  test('takes less than thirty bytes for an ObjectId, and keys longer than its pieces', () => {
    const keys = new ByteKeys();
    const key = Buffer.alloc(13, 7);
    for (let n = 0; n < 20_000; n++) {
      key.writeUInt32BE(n, 9);
      keys.add(key);
    }
    expect(keys.bytes / keys.size).toBeLessThan(30);
    const huge = Buffer.alloc(200_000, 5);
    expect(keys.at(keys.add(huge)).equals(huge)).toBe(true);
    expect(keys.find(key)).toBe(19_999);
  });
});

test('a field that the plan has forgotten would stop a migration, which comes before whatever else would happen', async () => {
  const make = new PlatformDocuments();
  make.user({ last_login: new Date(0), legacyPoints: 5 });
  make.user({ name: '' });
  const folder = await mkdtemp(join(tmpdir(), 'assess-'));
  try {
    await writeDumpFolder(join(folder, 'dump'), 'platform', withEmptyOnes(collectionsOf(make.all)));
    const source = await openSource(`dump:${join(folder, 'dump')}`, {
      spoolFolder: join(folder, 'spool'),
      collections,
    });
    const { verdict, stages } = await assessed(source);
    await source.close();
    expect(verdict).toBe('blocked');
    expect(stages[0]!.forgotten).toEqual([{ path: 'last_login', documents: 1, table: 'User', column: 'lastLogin' }]);
    expect(stages.slice(1).flatMap(({ forgotten }) => forgotten)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
