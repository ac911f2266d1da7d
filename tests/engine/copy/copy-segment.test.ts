import { afterEach, describe, expect, test } from '@jest/globals';
import type { Source } from '../../../engine/source/source.ts';
import { readCheckpoint } from '../../../engine/state/run/checkpoint.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { letEnd } from '../../support/data/writers.ts';
import { contentsOf, type Engine, openEngine } from '../../support/run-engine.ts';
import { collectionsOf, column, copyOnce, fence, planned, usersOf } from '../small-platform.ts';

let engine: Engine;
afterEach(() => engine.close());

const LONG = 600_000;
const names = () => column(engine.target, `SELECT name FROM "User" ORDER BY length(name), name`);
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `user ${n}`);

async function usersToCopy(count: number): Promise<string> {
  engine = await openEngine({ collections: { users: usersOf(count) } });
  const { runId } = await engine.prepare();
  await planned(engine, runId, 'user');
  return runId;
}

/** A source that breaks when it is asked for the document after the first `documents`. */
function breaking(source: Source, documents: number): Source {
  return {
    ...source,
    async *read(...asked) {
      let left = documents;
      for await (const document of source.read(...asked)) {
        if (left-- === 0) throw new Error('the cursor died');
        yield document;
      }
    },
  };
}

describe('a segment', () => {
  test('moves whole batches, and leaves the checkpoint at the last document of the last one', async () => {
    const runId = await usersToCopy(10);
    const result = await copyOnce(engine, runId, 'user', fence(1), { batchSize: 3 });
    expect(result).toMatchObject({ done: false, total: 10, counters: { read: 3, written: 3, rows: 3 } });
    expect(await names()).toEqual(numbered(3));
    const checkpoint = await readCheckpoint(engine.target, { runId, stage: 'user', partition: 0 });
    expect(checkpoint).toMatchObject({ done: false, counters: result.counters, lastKey: result.lastKey });
  });

  test('begins where the last one ended, and the last one tells that the partition is done', async () => {
    const runId = await usersToCopy(10);
    const read: number[] = [];
    for (let sequence = 1, done = false; !done; sequence++) {
      const result = await copyOnce(engine, runId, 'user', fence(sequence), { batchSize: 3 });
      read.push(result.counters.read);
      done = result.done;
    }
    expect(read).toEqual([3, 6, 9, 10]);
    expect(await names()).toEqual(numbered(10));
  });

  test('tells of every batch after its commit', async () => {
    const runId = await usersToCopy(10);
    const seen: Promise<(string | null)[]>[] = [];
    const onBatch = () => seen.push(column(engine.target, 'SELECT read FROM migration_partition'));
    await copyOnce(engine, runId, 'user', fence(1), { batchSize: 4, milliseconds: LONG, onBatch });
    const counts = (await Promise.all(seen)).map(([read]) => Number(read));
    expect(counts).toHaveLength(4);
    for (const [index, least] of [4, 8, 10, 10].entries()) expect(counts[index]).toBeGreaterThanOrEqual(least);
  });

  test('that is cancelled stops at a batch boundary and answers what it has done', async () => {
    const runId = await usersToCopy(20);
    const cancelled = new AbortController();
    const options = { batchSize: 2, milliseconds: LONG, signal: cancelled.signal, onBatch: () => cancelled.abort() };
    const { counters, done } = await copyOnce(engine, runId, 'user', fence(1), options);
    expect(done).toBe(false);
    expect(counters.read % 2).toBe(0);
    expect(counters.read).toBeLessThan(20);
    expect(await names()).toEqual(numbered(counters.read));
  });

  test('whose source dies keeps the batches before, and the next attempt goes on after them', async () => {
    const runId = await usersToCopy(10);
    const source = breaking(engine.source, 7);
    const options = { batchSize: 3, milliseconds: LONG };
    await expect(copyOnce(engine, runId, 'user', fence(1, 1), { ...options, source })).rejects.toThrow(
      'the cursor died',
    );
    expect(await names()).toEqual(numbered(6));
    const result = await copyOnce(engine, runId, 'user', fence(1, 2), options);
    expect(result).toMatchObject({ done: true, counters: { read: 10, written: 10 } });
    expect(await names()).toEqual(numbered(10));
  });

  test('of a partition that is done reads nothing and answers the same again', async () => {
    const runId = await usersToCopy(3);
    const first = await copyOnce(engine, runId, 'user', fence(1), { milliseconds: LONG });
    const again = await copyOnce(engine, runId, 'user', fence(2), { source: breaking(engine.source, 0) });
    expect(again).toEqual(first);
    expect(first.done).toBe(true);
  });

  test('of an empty partition is done at once', async () => {
    engine = await openEngine({ collections: { users: usersOf(1), artists: [] } });
    const run = await engine.prepare();
    await engine.copy(run, 'user');
    expect(await engine.copy(run, 'artist')).toMatchObject({ read: 0, written: 0 });
  });
});

describe('a document', () => {
  test('and all its sub-documents are in one transaction, whatever the batch size', async () => {
    const make = new PlatformDocuments();
    for (let n = 0; n < 3; n++) {
      make.project({ tasks: [1, 2, 3].map((id) => ({ _id: make.id(), id, title: 'T' })), notes: [{ content: 'N' }] });
    }
    engine = await openEngine({ collections: collectionsOf(make.all) });
    const run = await engine.prepare();
    await engine.copy(run, 'user');
    await engine.copy(run, 'project', { batchSize: 1 });
    const rows = await engine.target.query(
      `SELECT p.xmin::text, array_agg(DISTINCT t.xmin::text)::text, array_agg(DISTINCT n.xmin::text)::text,
         (SELECT array_agg(DISTINCT m.xmin::text)::text FROM migration_id_map AS m WHERE m.prisma_id IN (p.id, min(t.id::text)::uuid))
       FROM "Project" AS p JOIN "ProjectTask" AS t ON t."projectId" = p.id JOIN "ProjectNote" AS n ON n."projectId" = p.id
       GROUP BY p.id, p.xmin`,
      [],
    );
    expect(rows).toHaveLength(3);
    for (const [own, ...others] of rows) expect(others).toEqual(others.map(() => `{${own}}`));
    expect(new Set(rows.map(([own]) => own)).size).toBe(3);
  });

  test('has the same ids, rows and hashes in every database that it is moved to', async () => {
    const make = new PlatformDocuments();
    make.profile({ achievements: [{ title: 'A' }, { title: 'B' }] });
    make.payment({ rewardId: make.reward });
    const contents: string[][] = [];
    for (let n = 0; n < 2; n++) {
      engine = await openEngine({ collections: collectionsOf(make.all) });
      await engine.migrate();
      contents.push(await contentsOf(engine.target));
      if (n === 0) await engine.close();
    }
    expect(contents[0]!.length).toBeGreaterThan(15);
    expect(contents[1]).toEqual(contents[0]);
  });

  test('that an earlier run has moved is skipped, and stays that run’s', async () => {
    const earlier = await usersToCopy(5);
    await copyOnce(engine, earlier, 'user', fence(1), { batchSize: 3 });
    await letEnd(engine.target, earlier, 'complete');
    const { runId } = await engine.prepare();
    await planned(engine, runId, 'user');
    const { counters } = await copyOnce(engine, runId, 'user', fence(1), { milliseconds: LONG });
    expect(counters).toMatchObject({ read: 5, written: 2, skipped: 3, rows: 2 });
    const owners = await column(engine.target, 'SELECT run_id FROM migration_id_map ORDER BY legacy_key');
    expect(owners).toEqual([earlier, earlier, earlier, runId, runId]);
    expect(await names()).toEqual(numbered(5));
  });
});
