import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Document, Double, Long, ObjectId } from 'bson';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { changesFileShorter } from '../../../engine/messages/engine/source.ts';
import { FileFeed } from '../../../engine/source/feed/file-feed.ts';
import { openSource } from '../../../engine/source/open-source.ts';
import type { Source } from '../../../engine/source/source.ts';
import { markFeed } from '../../../engine/sync/find/feed-position.ts';
import { findChanges } from '../../../engine/sync/find/find-changes.ts';
import { writeDemoDump } from '../../../scripts/demo/data/write-dump.ts';
import { writeDumpFolder } from '../../support/data/dump-writer.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { writerNow, writerOf } from '../../support/data/writers.ts';
import { type Engine, type Migration, openEngine } from '../../support/run-engine.ts';
import { type MongoEngine, openMongoEngine } from '../../support/servers/mongodb-engine.ts';
import { feedOf, forget, nextSequence, noted, search, truth, waysOf } from './searching.ts';

const DATA = { scale: 0.4, seed: 3, rich: true };

describe('a dump made later, of a platform that has gone on', () => {
  let engine: Engine;
  let run: Migration;
  let later: Source;
  let changesFile: string;
  let changed: string[];

  beforeAll(async () => {
    engine = await openEngine({ demo: DATA });
    const prepared = await engine.prepare();
    await markFeed(engine.target, writerOf(prepared), engine.plan.stages, feedOf(engine.source));
    run = await engine.migrate();
    expect(run.runId).toBe(prepared.runId);
    later = await laterDump(engine, 'later', { ...DATA, churn: { share: 0.1, seed: 5 } });
    changesFile = join(engine.folder, 'later', 'changes.ndjson');
    changed = await truth(engine.plan, engine.source, later);
  });

  beforeEach(() => forget(engine));

  afterAll(async () => {
    await later.close();
    await engine.close();
  });

  test('was changed in every collection, and only a tenth of it', () => {
    expect(new Set(changed.map((line) => line.split(' ')[0])).size).toBe(5);
    expect(changed.length).toBeGreaterThan(150);
    expect(changed.length).toBeLessThan(350);
  });

  test('comparing all documents finds just those that differ', async () => {
    const { stages } = await search(engine, run, { source: later });
    expect(await noted(engine)).toEqual(changed);
    expect(await waysOf(engine)).toEqual({ fingerprint: changed.length });
    const found = Object.values(stages).reduce((sum, stage) => sum + stage.found, 0);
    expect(found).toBe(changed.length);
  });

  test('finds the same when it is interrupted after every page', async () => {
    const { calls, stages } = await search(engine, run, { source: later, milliseconds: 0, pageSize: 64 });
    expect(calls).toBeGreaterThan(40);
    expect(await noted(engine)).toEqual(changed);
    const examined = Object.values(stages).reduce((sum, stage) => sum + stage.examined, 0);
    const whole = await search(engine, run, { source: later });
    expect(examined).toBe(Object.values(whole.stages).reduce((sum, stage) => sum + stage.examined, 0));
  });

  test('finds nothing in the source that was moved, whatever lies in quarantine', async () => {
    const [held] = await engine.target.query(`SELECT count(*) FROM migration_quarantine`, []);
    expect(Number(held![0])).toBeGreaterThan(20);
    await search(engine, run);
    expect(await noted(engine)).toEqual([]);
  });

  test('by updatedAt and the _ids the same is found', async () => {
    await search(engine, run, { source: later, how: 'feed' });
    expect(await noted(engine)).toEqual(changed);
    const ways = await waysOf(engine);
    expect(Object.keys(ways).sort()).toEqual(['keys', 'updatedAt']);
    // Every deletion, and nothing that updatedAt has told.
    expect(ways['keys']).toBeLessThan(changed.length / 4);
  });

  test('a file of changes leads to the same', async () => {
    const feed = new FileFeed(changesFile);
    await engine.target.query(`UPDATE migration_run SET facts = facts - 'feed'`, []);
    await markFeed(
      engine.target,
      await writerNow(engine.target, run.runId),
      engine.plan.stages,
      new FileFeed(join(engine.folder, 'not-there-yet')),
    );
    const { stages } = await search(engine, run, { source: later, how: 'feed', feed, milliseconds: 0 });
    expect(await noted(engine)).toEqual(changed);
    expect(await waysOf(engine)).toEqual({ feed: changed.length });
    expect(stages['payment']!.lost).toBeNull();
  });

  test('a file of changes that was cut is given up for comparing all documents', async () => {
    const path = join(engine.folder, 'cut.ndjson');
    await writeFile(path, '{"collection":"users","_id":1}\n'.repeat(20));
    await engine.target.query(`UPDATE migration_run SET facts = facts - 'feed'`, []);
    await markFeed(engine.target, await writerNow(engine.target, run.runId), engine.plan.stages, new FileFeed(path));
    await writeFile(path, '');
    const { stages } = await search(engine, run, { source: later, how: 'feed', feed: new FileFeed(path) });
    expect(stages['user']!.lost).toBe(changesFileShorter().text);
    expect(await noted(engine)).toEqual(changed);
    expect(await waysOf(engine)).toEqual({ fingerprint: changed.length });
    // The next search reads the file from where it ends now.
    await forget(engine);
    const next = await search(engine, run, { source: later, how: 'feed', feed: new FileFeed(path) });
    expect(next.stages['user']!.lost).toBeNull();
    expect(await noted(engine)).toEqual([]);
  });

  test('a call that is repeated after its end answers what it has found, and searches no more', async () => {
    const [stage] = engine.plan.stages;
    const context = { stage: stage!, source: later, target: engine.target, feed: feedOf(later) };
    const limits = { milliseconds: 60_000, signal: new AbortController().signal };
    const call = (sequence: number, attempt: number) =>
      findChanges(context, run.runId, { epoch: run.epoch, sequence, attempt }, 'fingerprint', limits);
    const sequence = nextSequence();
    const first = await call(sequence, 1);
    await forget(engine);
    expect(await call(sequence, 2)).toEqual(first);
    expect(await noted(engine)).toEqual([]);
    expect(await call(nextSequence(), 1)).toEqual(first);
    expect(await noted(engine)).not.toEqual([]);
  });

  test('a document that was dealt with is to be dealt with again when it is found again', async () => {
    await search(engine, run, { source: later });
    await engine.target.query(`UPDATE migration_change SET state = 'applied'`, []);
    expect(await noted(engine)).toEqual([]);
    await search(engine, run, { source: later });
    expect(await noted(engine)).toEqual(changed);
  });
});

describe('_ids of every type', () => {
  const IDS: readonly unknown[] = [
    ...[1, 9, 10, new Double(2.5), Long.fromString('9007199254740993')],
    ...['a', 'a!', 'a"', 'b', 'Ä', ''],
    ...[true, false, new Date(5), new Date(-5), { x: 1 }, { x: 1, y: 'z' }],
    ...Array.from({ length: 9 }, (_, i) => new ObjectId(`6500000000000000000000${i}0`)),
  ];
  const user = (_id: unknown, number: number, fields: Document = {}): Document =>
    new PlatformDocuments().user({ _id, email: `u${number}@example.com`, ...fields }).document;
  const users = IDS.map((_id, number) => user(_id, number));

  test.each([1, 4_096])('are compared exactly, whatever is gone, new or changed (pages of %i)', async (pageSize) => {
    const engine = await openEngine({ collections: { users } });
    try {
      const run = await engine.migrate();
      for (const seed of [0, 1, 2]) {
        // A third of them stays, a third changes, a third goes; as many are new.
        const later = users.flatMap((one, number) => {
          const fate = (number + seed) % 3;
          return fate === 0 ? [one] : fate === 1 ? [{ ...one, name: 'other' }] : [];
        });
        later.push(user(new ObjectId('6400000000000000000000ff'), 100), user('c', 101), user(11, 102));
        const source = await laterDump(engine, `later-${seed}`, { users: later });
        await search(engine, run, { source, pageSize, milliseconds: 0 });
        expect(await noted(engine)).toEqual(await truth(engine.plan, engine.source, source));
        await source.close();
        await forget(engine);
      }
    } finally {
      await engine.close();
    }
  });

  test('a collection that was emptied has lost all its documents', async () => {
    const engine = await openEngine({ collections: { users } });
    try {
      const run = await engine.migrate();
      const source = await laterDump(engine, 'emptied', { users: [] });
      await search(engine, run, { source, pageSize: 2 });
      expect(await noted(engine)).toHaveLength(users.length);
      await source.close();
    } finally {
      await engine.close();
    }
  });

  test('under a limit only the chosen documents are compared', async () => {
    const engine = await openEngine({ collections: { users } });
    try {
      const run = await engine.migrate({ limit: 5 });
      const source = await laterDump(engine, 'later', { users: users.map((one) => ({ ...one, name: 'other' })) });
      for (const how of ['fingerprint', 'feed'] as const) {
        await search(engine, run, { source, how });
        expect(await noted(engine)).toHaveLength(5);
        await forget(engine);
      }
      await source.close();
    } finally {
      await engine.close();
    }
  });
});

describe('a MongoDB that is written to meanwhile', () => {
  let engine: MongoEngine;
  let run: Migration;

  beforeAll(async () => {
    const platform = new PlatformDocuments();
    for (let number = 0; number < 300; number++) platform.user({});
    platform.user({ _id: 'a text' });
    platform.user({ _id: 7 });
    const documents = (name: string) =>
      platform.all.filter(({ collection }) => collection === name).map(({ document }) => document);
    engine = await openMongoEngine({ users: documents('users'), fundingprojects: documents('fundingprojects') });
    const prepared = await engine.prepare();
    await markFeed(engine.target, writerOf(prepared), engine.plan.stages, feedOf(engine.source));
    run = await engine.migrate();
  });

  afterAll(() => engine.close());

  test('is searched by updatedAt and by its _ids; what leaves updatedAt alone is found by comparing all', async () => {
    await search(engine, run, { how: 'feed' });
    await search(engine, run);
    expect(await noted(engine)).toEqual([]);

    const users = engine.database.collection<Document>('users');
    const all = await users
      .find({ _id: { $type: 'objectId' } })
      .sort({ _id: 1 })
      .toArray();
    const ids = all.map(({ _id }) => new ObjectId(String(_id)));
    const [updated, silent, gone] = [ids[10]!, ids[20]!, ids.at(-1)!];
    await users.updateOne({ _id: updated }, { $set: { name: '새 이름', updatedAt: new Date() } });
    await users.updateOne({ _id: silent }, { $set: { name: '조용히' } });
    await users.deleteMany({ _id: { $in: [gone, 'a text' as never] } });
    const { document } = new PlatformDocuments().user({ _id: new ObjectId(), email: 'new@example.com' });
    await users.insertOne(document as never);
    const lineOf = (id: unknown) => `user ${keyOf(id).toString('hex')}`;
    const told = [updated, gone, 'a text', document['_id']].map(lineOf).sort();

    await search(engine, run, { how: 'feed', milliseconds: 0, pageSize: 50 });
    expect(await noted(engine)).toEqual(told);
    expect(await waysOf(engine)).toEqual({ updatedAt: 1, keys: 3 });
    await search(engine, run);
    expect(await noted(engine)).toEqual([...told, lineOf(silent)].sort());
  });
});

async function laterDump(
  engine: Engine,
  name: string,
  content: Parameters<typeof writeDemoDump>[1] | Record<string, Document[]>,
): Promise<Source> {
  const folder = join(engine.folder, name);
  if (content !== undefined && 'users' in content) await writeDumpFolder(folder, 'platform', content);
  else await writeDemoDump(folder, content as Parameters<typeof writeDemoDump>[1]);
  return openSource(`dump:${folder}`, {
    spoolFolder: join(engine.folder, 'spool'),
    collections: engine.plan.stages.map(({ collection }) => collection),
  });
}
