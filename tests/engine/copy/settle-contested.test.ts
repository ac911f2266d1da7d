import { afterEach, describe, expect, test } from '@jest/globals';
import type { Document } from 'bson';
import { Fenced } from '../../../engine/common/errors.ts';
import { settleContested } from '../../../engine/copy/conflicts/settle-contested.ts';
import { keyOf, showKey } from '../../../engine/document/legacy-key.ts';
import { sameAsEarlier } from '../../../engine/messages/labels/refusals.ts';
import { readCheckpoint } from '../../../engine/state/run/checkpoint.ts';
import { settlementOf } from '../../../engine/state/run/checkpoint-names.ts';
import type { Target } from '../../../engine/target/target.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { letEnd } from '../../support/data/writers.ts';
import { contentsOf, type Engine, openEngine, quarantineOf, rangesOf } from '../../support/run-engine.ts';
import { saying } from '../messages/saying.ts';
import { collectionsOf, column, copyOnce, fence, planned, stageNamed, usersOf } from '../small-platform.ts';

let engine: Engine;
afterEach(() => engine.close());

const backwards = (count: number) => Array.from({ length: count }, (_, n) => count - 1 - n);
const movedUsers = async () => await column(engine.target, `SELECT name FROM "User" ORDER BY length(name), name`);

/** Who lost what to whom, by legacy id. */
async function duplicates(): Promise<Record<string, unknown>> {
  const held = await quarantineOf(engine.target);
  return Object.fromEntries(
    held.map(({ key, code, path, cause }) => [
      JSON.parse(showKey(Buffer.from(key, 'hex'))).$numberInt,
      `${code} ${path} ${JSON.parse((cause as { legacyId: string }).legacyId).$numberInt}`,
    ]),
  );
}

async function usersWith(fields: Readonly<Record<number, Document>>, count: number): Promise<string> {
  engine = await openEngine({ collections: { users: usersOf(count, (n) => fields[n] ?? {}) } });
  return (await engine.prepare()).runId;
}

/** Copies users one by one in the given order, each a partition of its own, and settles. */
async function inOrder(runId: string, order: readonly number[]): Promise<void> {
  await planned(engine, runId, 'user', 1);
  for (const partition of order) await copyOnce(engine, runId, 'user', fence(1), { partition, milliseconds: 600_000 });
  await settle(runId);
}

function settle(runId: string, sequence = 1, target: Target = engine.target): Promise<number> {
  const context = { plan: engine.plan, stage: stageNamed('user'), source: engine.source, target, skipExisting: true };
  return settleContested(context, runId, fence(sequence));
}

describe('of documents that want the same unique value', () => {
  const same = { 1: { email: 'same@example.com' }, 2: { email: 'same@example.com' }, 3: { email: 'SAME@example.com' } };
  const orders = [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 3, 0, 1],
    [3, 0, 2, 1],
  ];

  test.each(orders)('the lowest _id moves, written in the order %i, %i, %i, %i', async (...order) => {
    const runId = await usersWith(same, 4);
    await inOrder(runId, order);
    expect(await movedUsers()).toEqual(['user 0', 'user 1']);
    expect(await duplicates()).toEqual({ 2: 'duplicate email 1', 3: 'duplicate email 1' });
    expect(await engine.verify({ runId, epoch: 1, resumed: false }, 'user')).toEqual([]);
  });

  test('the losers are kept with SQLSTATE, constraint and the winner, and none stays contested', async () => {
    const runId = await usersWith(same, 4);
    await inOrder(runId, [3, 2, 1, 0]);
    for (const held of await quarantineOf(engine.target)) {
      const { cause } = held;
      expect(held).toMatchObject({ state: 'open', sqlstate: '23505', constraint: 'User_email_key' });
      expect(cause).toEqual({ collection: 'users', legacyId: showKey(keyOf(1)), code: 'duplicate' });
    }
  });

  test('the one that is not valid does not count: the next one moves', async () => {
    const runId = await usersWith({ ...same, 1: { email: 'same@example.com', name: '' } }, 4);
    await inOrder(runId, [3, 2, 1, 0]);
    expect(await movedUsers()).toEqual(['user 0', 'user 2']);
    expect((await quarantineOf(engine.target)).map(({ code }) => code)).toEqual(['required', 'duplicate']);
  });
});

describe('of a chain over two unique values', () => {
  // 0 has the email of 1, whose username is that of 2: 1 must yield, and 2 must move because of it.
  const chain = {
    0: { email: 'a@example.com' },
    1: { email: 'a@example.com', username: 'u' },
    2: { email: 'c@example.com', username: 'u' },
  };
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];

  test.each(orders)('the outcome is that of _id order, written in the order %i, %i, %i', async (...order) => {
    const runId = await usersWith(chain, 3);
    await inOrder(runId, order);
    expect(await movedUsers()).toEqual(['user 0', 'user 2']);
    expect(await duplicates()).toEqual({ 1: 'duplicate email 0' });
  });
});

describe('the outcome', () => {
  test('is the same at every batch size, partitioning and order, counters and quarantine included', async () => {
    const fields = (n: number) => ({
      email: `user${n % 7}@example.com`,
      ...(n % 3 === 0 && { username: `u${n % 4}` }),
    });
    const ways = [
      { batchSize: 1000 },
      { batchSize: 1 },
      { batchSize: 2, partitions: rangesOf(3), order: backwards },
      { batchSize: 50, partitions: rangesOf(1), order: backwards },
    ];
    const outcomes: unknown[] = [];
    for (const way of ways) {
      engine = await openEngine({ collections: { users: usersOf(20, fields) } });
      const run = await engine.prepare();
      await engine.copy(run, 'user', way);
      const counters = await engine.target.query(
        `SELECT sum(written), sum(quarantined), sum(contested), sum(rows) FROM migration_partition`,
        [],
      );
      outcomes.push({ counters, rows: await contentsOf(engine.target), quarantine: await quarantineOf(engine.target) });
      expect(counters[0]!.map(Number)).toEqual([7, 13, 0, 7]);
      if (outcomes.length < ways.length) await engine.close();
    }
    for (const outcome of outcomes.slice(1)) expect(outcome).toEqual(outcomes[0]);
  });

  test('takes all rows, findings and ID map entries of a loser that had been written', async () => {
    const make = new PlatformDocuments();
    const userId = make.artist;
    make.profile({ userId, achievements: [{ title: 'winner' }], rating: '1' });
    make.profile({ userId, achievements: [{ title: 'loser' }, { title: 'loser' }], rating: '2' });
    engine = await openEngine({ collections: collectionsOf(make.all) });
    const run = await engine.prepare();
    await engine.copy(run, 'user');
    await engine.copy(run, 'artist', { partitions: rangesOf(1), order: backwards });
    expect(await column(engine.target, 'SELECT title FROM "ArtistAchievement"')).toEqual(['winner']);
    const entries = `SELECT collection FROM migration_id_map WHERE collection LIKE 'artist%' ORDER BY 1`;
    expect(await column(engine.target, entries)).toEqual(['artist', 'artistAchievement']);
    expect(await column(engine.target, `SELECT code FROM migration_finding WHERE path = 'rating'`)).toEqual(['cast']);
    expect(await engine.verify(run, 'artist')).toEqual([]);
  });

  test('never takes a row of an earlier run: the newcomer yields, although its _id is lower', async () => {
    const runId = await usersWith({ 0: { email: 'user1@example.com' } }, 2);
    await planned(engine, runId, 'user', 1);
    await copyOnce(engine, runId, 'user', fence(1), { partition: 1, milliseconds: 600_000 });
    await letEnd(engine.target, runId, 'complete');
    const later = await engine.prepare();
    await engine.copy(later, 'user');
    expect(await movedUsers()).toEqual(['user 1']);
    expect(await duplicates()).toEqual({ 0: 'duplicate email 1' });
    const reason = await column(engine.target, 'SELECT message FROM migration_quarantine');
    // Its `_id` is no ObjectId, and could be personal data.
    expect(reason).toEqual([expect.stringMatching(saying(sameAsEarlier, { fields: 'email' }))]);
    expect(reason[0]).toMatch(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/);
  });
});

describe('a settlement', () => {
  const pairs = (n: number) => ({ email: `user${n % 3}@example.com` });

  async function contested(): Promise<string> {
    engine = await openEngine({ collections: { users: usersOf(6, pairs) } });
    const { runId } = await engine.prepare();
    await planned(engine, runId, 'user', 1);
    for (const partition of backwards(6)) {
      await copyOnce(engine, runId, 'user', fence(1), { partition, milliseconds: 600_000 });
    }
    expect((await quarantineOf(engine.target)).map(({ state }) => state)).toEqual(Array(3).fill('contested'));
    return runId;
  }

  test('that dies between two groups is gone on with, and counts nothing twice', async () => {
    const runId = await contested();
    let left = 1;
    const dying: Target = {
      ...engine.target,
      transaction: (work) => {
        if (left-- === 0) throw new Error('died');
        return engine.target.transaction(work);
      },
    };
    await expect(settle(runId, 1, dying)).rejects.toThrow('died');
    expect((await quarantineOf(engine.target)).filter(({ state }) => state === 'contested')).toHaveLength(2);
    await settle(runId, 2);
    expect(await movedUsers()).toEqual(['user 0', 'user 1', 'user 2']);
    const at = { runId, stage: settlementOf('user'), partition: 0 };
    expect((await readCheckpoint(engine.target, at))!.counters).toMatchObject({
      ...{ written: 0, quarantined: 3, contested: -3, rows: 0 },
    });
  });

  test('that is done already does nothing', async () => {
    const runId = await contested();
    expect(await settle(runId, 1)).toBe(3);
    const before = await quarantineOf(engine.target);
    expect(await settle(runId, 2)).toBe(0);
    expect(await quarantineOf(engine.target)).toEqual(before);
  });

  test('of an attempt that was overtaken is refused', async () => {
    const runId = await contested();
    await settle(runId, 2);
    await expect(settle(runId, 1)).rejects.toThrow(Fenced);
  });
});
