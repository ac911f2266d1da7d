import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { contentOf, filledTables } from '../support/data/content.ts';
import type { Trap, TrapPlace } from '../support/faults/trap.ts';
import { failureOf, type Handle, untilProgress } from '../support/migration.ts';
import { until } from '../support/scripts.ts';
import { ownGround } from './own-ground.ts';

const ground = ownGround({ input: { stages: ['user', 'artist'], batchSize: 20 } });

const firstBatch: TrapPlace = { event: 'INSERT', table: 'User' };
const batchAmid: TrapPlace = {
  event: 'UPDATE',
  table: 'migration_partition',
  when: "NEW.stage = 'user' AND NEW.read >= 60 AND NEW.read > OLD.read",
};
const firstOfArtists: TrapPlace = { event: 'INSERT', table: 'Artist' };
const rowsVerified: TrapPlace = {
  event: 'UPDATE',
  table: 'migration_partition',
  when: "NEW.stage = 'verify:user' AND NEW.read > 0",
};
const IN_A_ROLLBACK: readonly TrapPlace[] = [
  { event: 'UPDATE', table: 'migration_run', when: 'NEW.epoch > OLD.epoch' },
  { event: 'DELETE', table: 'User' },
  { event: 'DELETE', table: 'User', atCommit: true },
];

/** Meets the worker that comes to a place because of what `begin` starts. */
async function meet(place: TrapPlace, begin: () => Promise<unknown>) {
  const trap = await ground().trap(place);
  await begin();
  return meetIn(trap);
}

/** Meets the worker that comes into a trap. */
async function meetIn(trap: Trap) {
  const { application } = await trap.sprung();
  return { trap, worker: ground().workerOf(application) };
}

/** The same at the beginning of a migration. */
async function meetFirst(place: TrapPlace, input = {}) {
  let handle!: Handle;
  const met = await meet(place, async () => {
    handle = await ground().start(input);
  });
  return { ...met, handle };
}

const epochOf = async () => Number((await ground().sql('SELECT epoch FROM migration_run'))[0]![0]);

/** Sessions of a worker that hold a transaction open. */
async function transactionsOf(worker: { readonly name: string }): Promise<number> {
  const rows = await ground().sql(
    'SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND xact_start IS NOT NULL',
    [worker.name],
  );
  return rows.length;
}

test('of two workers the other one goes on when one is killed, and another when both are', async () => {
  await (await ground().addWorker()).ready();
  const { trap, handle, worker } = await meetFirst(firstBatch, { parallelism: 2 });
  await worker.kill();
  const both = await ground().trap(batchAmid);
  await trap.open();
  await (await ground().addWorker()).ready();
  await both.sprung();
  for (const each of ground().workers) await each.kill();
  await ground().addWorker();
  await both.open();
  await ground().expectWhole(handle);
});

test('a worker that stands still is replaced, loses its locks, and commits nothing when it wakes', async () => {
  const amid = await meetFirst(batchAmid);
  const { handle } = amid;
  ground().suspend(amid.worker);
  await ground().addWorker();
  const beyond = await ground().trap(firstOfArtists);
  await amid.trap.open();
  await until(async () => (await transactionsOf(amid.worker)) === 0);
  await untilProgress(handle, ({ stages }) => (stages[0]?.read ?? 0) > 60 || stages[0]?.state !== 'copying');

  amid.worker.wake();
  const rolledBack = await meetIn(beyond);
  ground().suspend(rolledBack.worker);
  await handle.signal('rollbackToStage', 'user');
  const verified = await meet(rowsVerified, rolledBack.trap.open);
  rolledBack.worker.wake();
  expect(await epochOf()).toBeGreaterThan(1);

  ground().suspend(verified.worker);
  const beyondAgain = await ground().trap(firstOfArtists);
  await verified.trap.open();
  await untilProgress(handle, ({ stages }) => stages[0]?.state === 'complete');
  verified.worker.wake();
  const untilTheEnd = await meetIn(beyondAgain);
  ground().suspend(untilTheEnd.worker);
  await untilTheEnd.trap.open();
  await handle.result();
  untilTheEnd.worker.wake();
  await sleep(1_500);
  await ground().expectWhole(handle);
  expect(ground().workers.map((worker) => worker.isAlive())).toEqual([true, true]);
});

test('paused and rolled back while its worker is dead, resumed thrice, and killed in a rollback, the run is whole', async () => {
  const { trap, handle, worker } = await meetFirst(batchAmid, { gates: { artist: 'manual' } });
  const atGate = () => untilProgress(handle, ({ gate, rollback }) => gate === 'artist' && rollback === null);
  await worker.kill();
  await trap.open();
  await handle.signal('pause', {});
  await ground().addWorker();
  await untilProgress(handle, ({ state }) => state === 'paused');
  await Promise.all([handle.signal('resume'), handle.signal('resume'), handle.signal('resume')]);
  await atGate();

  for (const place of IN_A_ROLLBACK) {
    const met = await meet(place, () => handle.signal('rollbackToStage', 'user'));
    await ground().replace(met.worker);
    await met.trap.open();
    await atGate();
  }
  const epoch = await epochOf();
  const planned = await meet({ event: 'INSERT', table: 'migration_partition', when: "NEW.stage = 'artist'" }, () =>
    handle.signal('approve', 'artist'),
  );
  await planned.worker.kill();
  await planned.trap.open();
  await handle.signal('rollbackToStage', 'user');
  await ground().addWorker();
  await ground().expectWhole(handle);
  expect(await epochOf()).toBeGreaterThan(epoch);
});

test('shut down in the middle of a batch, a worker commits it and ends well; aborted while the next is dead, a new run moves the rest', async () => {
  const { trap, handle, worker } = await meetFirst(batchAmid);
  const ended = worker.shutDown();
  await trap.open();
  expect(await ended).toEqual({ code: 0, signal: null });
  const [row] = await ground().sql(`SELECT sum(read) FROM migration_partition WHERE stage = 'user'`);
  expect(Number(row![0])).toBeGreaterThanOrEqual(60);

  const next = await meet(batchAmid, () => ground().addWorker());
  await next.worker.kill();
  await next.trap.open();
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
  const { trap, handle, worker } = await meetFirst(batchAmid);
  await worker.kill();
  await trap.open();
  await handle.signal('abort', { rollback: true });
  await ground().addWorker();
  expect((await failureOf(handle)).type).toBe('Aborted');
  expect(await filledTables(ground())).toEqual([]);
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
