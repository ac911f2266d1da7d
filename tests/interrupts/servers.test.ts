import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { applyMigrations } from '../../prisma/apply/apply-migrations.ts';
import { type MongoServer, startMongo } from '../../scripts/servers/mongodb.ts';
import { type PostgresServer, startPostgres } from '../../scripts/servers/postgres.ts';
import type { TrapPlace } from '../support/faults/trap.ts';
import type { Ground } from '../support/ground.ts';
import { openGround } from '../support/open-ground.ts';

let postgres: PostgresServer;
let mongo: MongoServer;
let ground: Ground;

beforeAll(async () => {
  [postgres, mongo] = await Promise.all([startPostgres(), startMongo()]);
  await applyMigrations(postgres.url);
  ground = await openGround({
    databaseUrl: postgres.url,
    mongoUrl: `${mongo.url}platform`,
    input: { stages: ['user', 'artist'], batchSize: 20 },
    durableTemporal: true,
  });
});

afterEach(() => ground.tidy());

afterAll(async () => {
  await ground?.close();
  await Promise.all([postgres?.stop(), mongo?.stop()]);
});

const batch: TrapPlace = {
  event: 'UPDATE',
  table: 'migration_partition',
  when: "NEW.stage = 'user' AND NEW.read >= 60 AND NEW.read > OLD.read",
};
const verification: TrapPlace = {
  event: 'UPDATE',
  table: 'migration_partition',
  when: "NEW.stage = 'verify:user' AND NEW.read > 0",
};
const settling: TrapPlace = { event: 'DELETE', table: 'migration_quarantine' };

/** Starts a migration and meets its worker at a place. */
async function meet(place: TrapPlace) {
  const trap = await ground.trap(place);
  const handle = await ground.start();
  await trap.sprung();
  return { trap, handle };
}

test.each([
  ['a batch', batch],
  ['a verification', verification],
])('PostgreSQL is shut down (fast) and started again in the middle of %s', async (_, place) => {
  const { handle } = await meet(place);
  await postgres.restart();
  await ground.expectWhole(handle);
});

test.each([
  ['a batch', batch],
  ['the commit of a batch', { event: 'INSERT', table: 'User', atCommit: true } as const],
  ['settling', settling],
])('PostgreSQL is shut down (immediate) and recovers from a crash in the middle of %s', async (_, place) => {
  const { handle } = await meet(place);
  process.kill(postgres.pid!, 'SIGQUIT');
  await postgres.restart();
  await ground.expectWhole(handle);
});

test('MongoDB is shut down and started again in the middle of a stage', async () => {
  const { trap, handle } = await meet(batch);
  await mongo.restart();
  await trap.open();
  await ground.expectWhole(handle);
});

test('MongoDB is killed and started again some seconds later', async () => {
  const { trap, handle } = await meet({ ...batch, when: "NEW.stage = 'user' AND NEW.done" });
  process.kill(mongo.pid!, 'SIGKILL');
  await trap.open();
  await sleep(2_000);
  await mongo.restart();
  await ground.expectWhole(handle);
});

test('Temporal is shut down and started again with its state in the middle of a batch', async () => {
  const { trap, handle } = await meet(batch);
  await ground.temporalServer.restart();
  await trap.open();
  await ground.expectWhole(handle);
});

test('Temporal is killed and started again with its state while the worker goes on', async () => {
  const { trap, handle } = await meet(batch);
  process.kill(ground.temporalServer.pid!, 'SIGKILL');
  await trap.open();
  await sleep(1_000);
  await ground.temporalServer.restart();
  await ground.expectWhole(handle);
});

test('Temporal is restarted while the worker is dead', async () => {
  const { trap, handle } = await meet(batch);
  await ground.workers[0]!.kill();
  await ground.temporalServer.restart();
  await ground.addWorker();
  await trap.open();
  await ground.expectWhole(handle);
  expect(ground.workers.filter((worker) => worker.isAlive())).toHaveLength(1);
});
