import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Trap, TrapPlace } from '../support/faults/trap.ts';
import type { Ground } from '../support/ground.ts';
import type { Handle } from '../support/migration.ts';
import { openGround } from '../support/open-ground.ts';
import { isAlive, until } from '../support/scripts.ts';
import { createDatabase, createMongoDatabase, type TestDatabase } from '../support/servers/databases.ts';

let database: TestDatabase;
let source: TestDatabase;
let ground: Ground;

/** Batches of a stage that is long enough to be met in its middle. */
const batch = (read: number): TrapPlace => ({
  event: 'UPDATE',
  table: 'migration_partition',
  when: `NEW.stage = 'user' AND NEW.read >= ${read} AND NEW.read > OLD.read`,
});

beforeAll(async () => {
  [database, source] = await Promise.all([createDatabase(), createMongoDatabase()]);
  const input = { stages: ['user', 'artist'], batchSize: 20 };
  ground = await openGround({ databaseUrl: database.url, mongoUrl: source.url, input });
});

afterEach(() => ground.tidy());

afterAll(async () => {
  await ground?.close();
  await Promise.all([database?.drop(), source?.drop()]);
});

/** Prisma sends it as a simple query. */
const isCommit = (request: Buffer) => request.includes('COMMIT\0');
const isFind = (request: Buffer) => request.includes('find\0') && request.includes('users\0');

/** Users that are committed, as others see them. */
async function usersCommitted(): Promise<number> {
  const [row] = await ground.sql(`SELECT count(*) FROM "User"`);
  return Number(row![0]);
}

const insertInto = (table: string): TrapPlace => ({ event: 'INSERT', table });

/** Meets the worker at a place of what `begin` starts or lets go on. */
async function meet(place: TrapPlace, begin: () => unknown) {
  const trap = await ground.trap(place);
  await begin();
  return { trap, ...(await trap.sprung()) };
}

/** The same at the beginning of a migration. */
async function meetFirst(place: TrapPlace) {
  let handle!: Handle;
  const met = await meet(place, async () => {
    handle = await ground.start();
  });
  return { ...met, handle };
}

/** Lets the batch be committed, and holds the answer back. */
async function commitUnanswered(trap: Trap): Promise<void> {
  const before = await usersCommitted();
  const answered = ground.postgres.holdAnswerTo(isCommit);
  await trap.open();
  await answered;
  expect(await usersCommitted()).toBeGreaterThan(before);
}

/** What PostgreSQL still does for a session whose connection is gone comes to its end. */
async function letEnd({ trap, pid }: { trap: Trap; pid: number }): Promise<void> {
  await trap.open();
  await until(async () => (await ground.sql('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid])).length === 0);
}

test('a commit whose answer is lost, finds its worker dead, or comes late is neither lost nor done again', async () => {
  const lost = await meetFirst(insertInto('User'));
  await commitUnanswered(lost.trap);
  const dead = await meet(insertInto('User'), () => {
    ground.postgres.cut();
    ground.postgres.heal();
  });
  await commitUnanswered(dead.trap);
  const late = await meet(insertInto('User'), async () => {
    await ground.replace(ground.workerOf(dead.application));
    ground.postgres.heal();
  });
  await commitUnanswered(late.trap);
  // Longer than the heartbeat timeout.
  await sleep(4_000);
  ground.postgres.heal();
  await ground.expectWhole(lost.handle);
});

test('connections to PostgreSQL that break in a statement and in a commit, then are refused, are made anew', async () => {
  const inStatement = await meetFirst(insertInto('User'));
  ground.postgres.cut();
  await letEnd(inStatement);
  const inCommit = await meet({ ...insertInto('User'), atCommit: true }, () => {});
  ground.postgres.cut();
  await letEnd(inCommit);
  const refused = await meet(insertInto('Artist'), () => {});
  ground.postgres.refuse();
  await refused.trap.open();
  await sleep(2_000);
  ground.postgres.heal();
  await ground.expectWhole(inStatement.handle);
});

test('a network that swallows everything, an administrator who ends a session, and a deadlock only delay', async () => {
  const swallowed = await meetFirst(insertInto('User'));
  ground.postgres.swallow();
  await swallowed.trap.open();
  await sleep(4_000);
  const ended = await meet(batch(60), ground.postgres.heal);
  await ground.sql('SELECT pg_terminate_backend($1::int)', [ended.pid]);
  const crossed = await meet(insertInto('Artist'), ended.trap.open);
  await deadlock(crossed);
  await ground.expectWhole(swallowed.handle);
  const deadlocks = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()';
  await until(async () => (await ground.sql(deadlocks))[0]![0] !== '0');
});

/** PostgreSQL ends it at the cost of the writer that stands in the trap. */
async function deadlock({ trap, pid }: { trap: Trap; pid: number }): Promise<void> {
  const rival = new pg.Client({ connectionString: database.url });
  await rival.connect();
  try {
    // The rival holds what the writer wants next, wants what the writer holds, and has more patience.
    await rival.query(`SET deadlock_timeout = '30s'; BEGIN; LOCK TABLE migration_id_map IN SHARE MODE`);
    const crossed = rival.query(`LOCK TABLE "Artist" IN ACCESS EXCLUSIVE MODE`);
    await until(async () => {
      const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'relation' AND $1 = ANY (pg_blocking_pids(pid))`;
      return (await ground.sql(waiting, [pid])).length > 0;
    });
    await trap.open();
    await crossed;
  } finally {
    await rival.end();
  }
}

test('Temporal whose connections break, that cannot be reached, and whose network swallows everything is waited for', async () => {
  const broken = await meetFirst(insertInto('User'));
  ground.temporal.cut();
  const refused = await meet(batch(60), async () => {
    await broken.trap.open();
    ground.temporal.cut();
  });
  ground.temporal.refuse();
  await refused.trap.open();
  // Longer than the heartbeat timeout.
  await sleep(5_000);
  const swallowed = await meet(insertInto('Artist'), ground.temporal.heal);
  ground.temporal.swallow();
  await swallowed.trap.open();
  await sleep(5_000);
  ground.temporal.heal();
  await ground.expectWhole(broken.handle);
  expect(isAlive(ground.workerOf(broken.application).pid)).toBe(true);
});

test('a cursor whose connection breaks, or whose worker dies, goes on behind the last document', async () => {
  const asked = ground.mongodb!.holdAnswerTo(isFind);
  const handle = await ground.start();
  await asked;
  ground.mongodb!.cut();
  ground.mongodb!.heal();
  await ground.mongodb!.holdAnswerTo(isFind);
  await ground.replace(ground.workers[0]!);
  ground.mongodb!.heal();
  await ground.expectWhole(handle);
});

test('MongoDB behind a network that swallows everything, then refusing connections between two stages, is waited for', async () => {
  const swallowed = await meetFirst(batch(20));
  ground.mongodb!.swallow();
  await swallowed.trap.open();
  await sleep(4_000);
  const refused = await meet(
    { event: 'INSERT', table: 'migration_partition', when: "NEW.stage = 'artist'" },
    ground.mongodb!.heal,
  );
  ground.mongodb!.refuse();
  await refused.trap.open();
  await sleep(3_000);
  ground.mongodb!.heal();
  await ground.expectWhole(swallowed.handle);
});
