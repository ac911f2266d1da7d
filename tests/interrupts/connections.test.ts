import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Ground } from '../support/ground.ts';
import { openGround } from '../support/open-ground.ts';
import { isAlive, until } from '../support/scripts.ts';
import { createDatabase, createMongoDatabase, type TestDatabase } from '../support/servers/databases.ts';

let database: TestDatabase;
let source: TestDatabase;
let ground: Ground;

/** Batches of a stage that is long enough to be met in its middle. */
const batch = (read: number) => ({
  event: 'UPDATE' as const,
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

/** Whether the first batch is committed, as others see it. */
async function isCommitted(): Promise<boolean> {
  const [row] = await ground.sql(`SELECT count(*) FROM "User"`);
  return row![0] !== '0';
}

async function meetFirstBatch() {
  const trap = await ground.trap({ event: 'INSERT', table: 'User' });
  const handle = await ground.start();
  const { application } = await trap.sprung();
  return { trap, handle, worker: ground.workerOf(application) };
}

test('a commit whose answer is lost with the connection is neither lost nor done again', async () => {
  const { trap, handle } = await meetFirstBatch();
  const answered = ground.postgres.holdAnswerTo(isCommit);
  await trap.open();
  await answered;
  expect(await isCommitted()).toBe(true);
  ground.postgres.cut();
  ground.postgres.heal();
  await ground.expectWhole(handle);
});

test('killed between a commit and its answer, the worker is replaced, and the batch is not done again', async () => {
  const { trap, handle, worker } = await meetFirstBatch();
  const answered = ground.postgres.holdAnswerTo(isCommit);
  await trap.open();
  await answered;
  expect(await isCommitted()).toBe(true);
  await ground.replace(worker);
  ground.postgres.heal();
  await ground.expectWhole(handle);
});

test('an answer to a commit that comes after the heartbeat timeout harms nothing', async () => {
  const { trap, handle } = await meetFirstBatch();
  const answered = ground.postgres.holdAnswerTo(isCommit);
  await trap.open();
  await answered;
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  ground.postgres.heal();
  await ground.expectWhole(handle);
});

test('connections to PostgreSQL that break in the middle of a statement are made anew', async () => {
  const { trap, handle } = await meetFirstBatch();
  ground.postgres.cut();
  await trap.open();
  await ground.expectWhole(handle);
});

test('connections to PostgreSQL that break while a commit is under way are made anew', async () => {
  const trap = await ground.trap({ event: 'INSERT', table: 'User', atCommit: true });
  const handle = await ground.start();
  await trap.sprung();
  ground.postgres.cut();
  await trap.open();
  await ground.expectWhole(handle);
});

test('PostgreSQL that refuses connections for a while is waited for', async () => {
  const { trap, handle } = await meetFirstBatch();
  ground.postgres.refuse();
  await trap.open();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  ground.postgres.heal();
  await ground.expectWhole(handle);
});

test('PostgreSQL behind a network that swallows everything for a while is waited for', async () => {
  const { trap, handle } = await meetFirstBatch();
  ground.postgres.swallow();
  await trap.open();
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  ground.postgres.heal();
  await ground.expectWhole(handle);
});

test('a session that an administrator terminates in the middle of a transaction is made anew', async () => {
  const trap = await ground.trap(batch(60));
  const handle = await ground.start();
  const { pid } = await trap.sprung();
  await ground.sql('SELECT pg_terminate_backend($1::int)', [pid]);
  await trap.open();
  await ground.expectWhole(handle);
});

test('a deadlock that PostgreSQL ends at the writer’s cost is tried again', async () => {
  const trap = await ground.trap({ event: 'INSERT', table: 'User' });
  const handle = await ground.start();
  const { pid } = await trap.sprung();
  const rival = new pg.Client({ connectionString: database.url });
  await rival.connect();
  try {
    // The rival holds what the writer wants next, wants what the writer holds, and has more patience.
    await rival.query(`SET deadlock_timeout = '30s'; BEGIN; LOCK TABLE migration_id_map IN SHARE MODE`);
    const crossed = rival.query(`LOCK TABLE "User" IN ACCESS EXCLUSIVE MODE`);
    await until(async () => {
      const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'relation' AND $1 = ANY (pg_blocking_pids(pid))`;
      return (await ground.sql(waiting, [pid])).length > 0;
    });
    await trap.open();
    await crossed;
  } finally {
    await rival.end();
  }
  await ground.expectWhole(handle);
  const deadlocks = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()';
  await until(async () => (await ground.sql(deadlocks))[0]![0] !== '0');
});

test('connections to Temporal that break in the middle of a batch are made anew', async () => {
  const { trap, handle, worker } = await meetFirstBatch();
  ground.temporal.cut();
  await trap.open();
  ground.temporal.cut();
  await ground.expectWhole(handle);
  expect(isAlive(worker.pid)).toBe(true);
});

test('Temporal that cannot be reached for longer than the heartbeat timeout is waited for', async () => {
  const { trap, handle, worker } = await meetFirstBatch();
  ground.temporal.refuse();
  await trap.open();
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  ground.temporal.heal();
  await ground.expectWhole(handle);
  expect(isAlive(worker.pid)).toBe(true);
});

test('Temporal behind a network that swallows everything for a while is waited for', async () => {
  const { trap, handle, worker } = await meetFirstBatch();
  ground.temporal.swallow();
  await trap.open();
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  ground.temporal.heal();
  await ground.expectWhole(handle);
  expect(isAlive(worker.pid)).toBe(true);
});

test('a cursor whose connection breaks goes on behind the last document', async () => {
  const asked = ground.mongodb!.holdAnswerTo(isFind);
  const handle = await ground.start();
  await asked;
  ground.mongodb!.cut();
  ground.mongodb!.heal();
  await ground.expectWhole(handle);
});

test('killed while it reads, the worker is replaced', async () => {
  const asked = ground.mongodb!.holdAnswerTo(isFind);
  const handle = await ground.start();
  await asked;
  await ground.replace(ground.workers[0]!);
  ground.mongodb!.heal();
  await ground.expectWhole(handle);
});

test('MongoDB behind a network that swallows everything for a while is waited for', async () => {
  const trap = await ground.trap(batch(20));
  const handle = await ground.start();
  await trap.sprung();
  ground.mongodb!.swallow();
  await trap.open();
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  ground.mongodb!.heal();
  await ground.expectWhole(handle);
});

test('MongoDB that refuses connections between two stages is waited for', async () => {
  const trap = await ground.trap({ event: 'INSERT', table: 'migration_partition', when: "NEW.stage = 'artist'" });
  const handle = await ground.start();
  await trap.sprung();
  ground.mongodb!.refuse();
  await trap.open();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  ground.mongodb!.heal();
  await ground.expectWhole(handle);
});
