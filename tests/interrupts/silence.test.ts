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

const isFind = (request: Buffer) => request.includes('find\0') && request.includes('users\0');
const isCommit = (request: Buffer) => request.includes('COMMIT\0');
/** Only reads of whole tables say so. */
const isWholeTable = (request: Buffer) => request.includes('enable_nestloop');

test('of the source as documents are asked for, in the middle of a batch, and in a read of whole tables', async () => {
  const asked = ground.mongodb!.holdAnswerTo(isFind);
  const handle = await ground.start();
  await asked;
  ground.mongodb!.silence();
  const trap = await ground.trap({ event: 'INSERT', table: 'User' });
  ground.mongodb!.heal();
  await trap.sprung();
  ground.postgres.silence();
  const read = ground.postgres.holdAnswerTo(isWholeTable);
  await trap.open();
  await read;
  ground.postgres.silence();
  ground.postgres.heal();
  await expectWholeByItself(handle);
});

test('while a commit is under way, and once one was made, before its answer came', async () => {
  const underWay = await ground.trap({ event: 'INSERT', table: 'User', atCommit: true });
  const handle = await ground.start();
  await underWay.sprung();
  ground.postgres.silence();
  await underWay.open();
  const made = await ground.trap({ event: 'INSERT', table: 'User' });
  await made.sprung();
  const answered = ground.postgres.holdAnswerTo(isCommit);
  await made.open();
  await answered;
  ground.postgres.silence();
  ground.postgres.heal();
  await expectWholeByItself(handle);
});
