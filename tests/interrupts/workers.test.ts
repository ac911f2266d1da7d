import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { contentOf, filledTables } from '../support/data/content.ts';
import type { TrapPlace } from '../support/faults/trap.ts';
import { failureOf, untilProgress } from '../support/migration.ts';
import { until } from '../support/scripts.ts';
import { ownGround } from './own-ground.ts';

const ground = ownGround({ input: { stages: ['user', 'artist'], batchSize: 20 } });

const firstBatch: TrapPlace = { event: 'INSERT', table: 'User' };
const batchAmid: TrapPlace = {
  event: 'UPDATE',
  table: 'migration_partition',
  when: "NEW.stage = 'user' AND NEW.read >= 60 AND NEW.read > OLD.read",
};

/** Starts a migration and meets the worker that comes to a place. */
async function meet(place: TrapPlace, input = {}) {
  const trap = await ground().trap(place);
  const handle = await ground().start(input);
  const { application, pid } = await trap.sprung();
  return { trap, handle, pid, worker: ground().workerOf(application) };
}

/** Sessions of a worker that hold a transaction open. */
async function transactionsOf(worker: { readonly name: string }): Promise<number> {
  const rows = await ground().sql(
    'SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND xact_start IS NOT NULL',
    [worker.name],
  );
  return rows.length;
}

test('of two workers the other one goes on when one is killed', async () => {
  await (await ground().addWorker()).ready();
  const { trap, handle, worker } = await meet(firstBatch);
  await worker.kill();
  await trap.open();
  await ground().expectWhole(handle);
});

test('of two workers that write two partitions at once both are killed, and nothing is lost or twice', async () => {
  await (await ground().addWorker()).ready();
  const { trap, handle } = await meet(batchAmid, { parallelism: 2 });
  for (const worker of [...ground().workers]) await worker.kill();
  await ground().addWorker();
  await trap.open();
  await ground().expectWhole(handle);
});

test('a worker that stands still in the middle of a transaction loses its locks, and as a zombie commits nothing', async () => {
  const { trap, handle, worker } = await meet(batchAmid);
  ground().suspend(worker);
  await ground().addWorker();
  await trap.open();
  await until(async () => (await transactionsOf(worker)) === 0);
  await untilProgress(handle, ({ stages }) => (stages[0]?.read ?? 0) > 60 || stages[0]?.state !== 'copying');
  worker.wake();
  await ground().expectWhole(handle);
  expect(worker.isAlive()).toBe(true);
});

test('a worker that stands still until the migration is complete commits nothing when it wakes', async () => {
  const { trap, handle, worker } = await meet(firstBatch);
  ground().suspend(worker);
  await ground().addWorker();
  await trap.open();
  await handle.result();
  worker.wake();
  await sleep(1_500);
  await ground().expectWhole(handle);
  expect(worker.isAlive()).toBe(true);
});

test('a worker that stands still while the run is rolled back and done again commits nothing when it wakes', async () => {
  const { trap, handle, worker } = await meet(batchAmid);
  ground().suspend(worker);
  await handle.signal('rollbackToStage', 'user');
  await ground().addWorker();
  await trap.open();
  await untilProgress(handle, ({ stages }) => stages[0]?.state === 'verifying' || stages[0]?.state === 'complete');
  worker.wake();
  await ground().expectWhole(handle);
  const [[epoch]] = (await ground().sql('SELECT epoch FROM migration_run')) as [[string]];
  expect(Number(epoch)).toBeGreaterThan(1);
});

test('a worker that stands still while it verifies is replaced, and its late answer is refused', async () => {
  const { trap, handle, worker } = await meet({
    event: 'UPDATE',
    table: 'migration_partition',
    when: "NEW.stage = 'verify:user' AND NEW.read > 0",
  });
  ground().suspend(worker);
  await ground().addWorker();
  await trap.open();
  await untilProgress(handle, ({ stages }) => stages[0]?.state === 'complete');
  worker.wake();
  await ground().expectWhole(handle);
});

test('a worker that is shut down in the middle of a batch commits it, answers and ends well', async () => {
  const { trap, handle, worker } = await meet(batchAmid);
  const ended = worker.shutDown();
  await ground().addWorker();
  await trap.open();
  expect(await ended).toEqual({ code: 0, signal: null });
  const [row] = await ground().sql(`SELECT sum(read) FROM migration_partition WHERE stage = 'user'`);
  expect(Number(row![0])).toBeGreaterThanOrEqual(60);
  await ground().expectWhole(handle);
});

test('paused while its worker is dead, the run pauses with the next one, and goes on when resumed', async () => {
  const { trap, handle, worker } = await meet(batchAmid);
  await worker.kill();
  await trap.open();
  await handle.signal('pause', {});
  await ground().addWorker();
  await untilProgress(handle, ({ state }) => state === 'paused');
  await handle.signal('resume');
  await ground().expectWhole(handle);
});

test('resumed twice, and once more by somebody else, the run goes on once', async () => {
  const { trap, handle } = await meet(batchAmid);
  await handle.signal('pause', {});
  await trap.open();
  await untilProgress(handle, ({ state }) => state === 'paused');
  await Promise.all([handle.signal('resume'), handle.signal('resume'), handle.signal('resume')]);
  await ground().expectWhole(handle);
});

test('aborted while its worker is dead, the run ends with the next one, and a new run moves the rest only', async () => {
  const { trap, handle, worker } = await meet(batchAmid);
  await worker.kill();
  await trap.open();
  await handle.signal('abort', {});
  await ground().addWorker();
  expect((await failureOf(handle)).type).toBe('Aborted');
  const { stages } = await (await ground().startAgain()).result();
  expect(stages[0]!.skipped).toBeGreaterThan(0);
  // The aborted run's quarantine stays on its own account.
  const { migration_quarantine: _, ...content } = await contentOf(ground());
  expect(ground().undisturbed).toMatchObject(content);
});

test('aborted with rollback while its worker is dead, the run leaves nothing', async () => {
  const { trap, handle, worker } = await meet(batchAmid);
  await worker.kill();
  await trap.open();
  await handle.signal('abort', { rollback: true });
  await ground().addWorker();
  expect((await failureOf(handle)).type).toBe('Aborted');
  expect(await filledTables(ground())).toEqual([]);
});

test('rolled back while its worker is dead, the run begins the stage anew', async () => {
  const { trap, handle, worker } = await meet({
    event: 'INSERT',
    table: 'migration_partition',
    when: "NEW.stage = 'artist'",
  });
  await worker.kill();
  await trap.open();
  await handle.signal('rollbackToStage', 'user');
  await ground().addWorker();
  await ground().expectWhole(handle);
  const [[epoch]] = (await ground().sql('SELECT epoch FROM migration_run')) as [[string]];
  expect(Number(epoch)).toBeGreaterThan(1);
});

test.each<[string, TrapPlace]>([
  ['as it raises the epoch', { event: 'UPDATE', table: 'migration_run', when: 'NEW.epoch > OLD.epoch' }],
  ['as it deletes rows', { event: 'DELETE', table: 'User' }],
  ['at the commit of a deletion', { event: 'DELETE', table: 'User', atCommit: true }],
])('killed in a rollback %s, the worker is replaced, and the stage is done anew', async (_, place) => {
  const handle = await ground().start({ gates: { artist: 'manual' } });
  await untilProgress(handle, ({ gate }) => gate === 'artist');
  const trap = await ground().trap(place);
  await handle.signal('rollbackToStage', 'user');
  const { application } = await trap.sprung();
  await ground().replace(ground().workerOf(application));
  await trap.open();
  await handle.signal('approve', 'artist');
  await ground().expectWhole(handle);
});

test('killed in a dry run, the worker is replaced, and nothing is left of the dry run', async () => {
  const handle = await ground().start({ dryRun: true, gates: { user: 'manual' } });
  await untilProgress(handle, ({ gate }) => gate === 'user');
  const [[schema]] = (await ground().sql(
    `SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'mongo_to_prisma_dry_')`,
  )) as [[string]];
  const trap = await ground().trap({ ...batchAmid, schema });
  await handle.signal('approve', 'user');
  const { application } = await trap.sprung();
  await ground().replace(ground().workerOf(application));
  await trap.open();
  const { stages } = await handle.result();
  expect(stages.map(({ state, differences }) => [state, differences])).toEqual([
    ['complete', 0],
    ['complete', 0],
  ]);
  expect(await filledTables(ground())).toEqual([]);
  expect(await ground().sql(`SELECT 1 FROM pg_namespace WHERE starts_with(nspname, 'mongo_to_prisma_dry_')`)).toEqual(
    [],
  );
});
