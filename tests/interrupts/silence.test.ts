import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Ground } from '../support/ground.ts';
import { openGround } from '../support/open-ground.ts';
import { isAlive } from '../support/scripts.ts';
import { createDatabase, createMongoDatabase, type TestDatabase } from '../support/servers/databases.ts';

/** Connections that fall silent without a word, as when a host is lost or a firewall forgets them. */
let database: TestDatabase;
let source: TestDatabase;
let ground: Ground;

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

/** Everything is there, and the worker has not been replaced: nobody but itself has found out. */
async function expectWholeByItself(handle: Awaited<ReturnType<Ground['start']>>): Promise<void> {
  const [worker] = ground.workers;
  await ground.expectWhole(handle);
  expect(isAlive(worker!.pid)).toBe(true);
}

test('in the middle of a batch', async () => {
  const trap = await ground.trap({ event: 'INSERT', table: 'User' });
  const handle = await ground.start();
  await trap.sprung();
  ground.postgres.silence();
  await trap.open();
  await expectWholeByItself(handle);
});

test('while a commit is under way', async () => {
  const trap = await ground.trap({ event: 'INSERT', table: 'User', atCommit: true });
  const handle = await ground.start();
  await trap.sprung();
  ground.postgres.silence();
  await trap.open();
  await expectWholeByItself(handle);
});

test('once a commit was made, before its answer came', async () => {
  const trap = await ground.trap({ event: 'INSERT', table: 'User' });
  const handle = await ground.start();
  await trap.sprung();
  const answered = ground.postgres.holdAnswerTo((request) => request.includes('COMMIT\0'));
  await trap.open();
  await answered;
  ground.postgres.silence();
  ground.postgres.heal();
  await expectWholeByItself(handle);
});

test('in the middle of a read of whole tables', async () => {
  const handle = await ground.start();
  await ground.postgres.holdAnswerTo((request) => request.includes('enable_nestloop'));
  ground.postgres.silence();
  ground.postgres.heal();
  await expectWholeByItself(handle);
});

test('of the source, as documents are asked for', async () => {
  const asked = ground.mongodb!.holdAnswerTo((request) => request.includes('find\0') && request.includes('users\0'));
  const handle = await ground.start();
  await asked;
  ground.mongodb!.silence();
  ground.mongodb!.heal();
  await expectWholeByItself(handle);
});
