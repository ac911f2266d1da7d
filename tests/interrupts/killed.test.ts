import { expect, test } from '@jest/globals';
import type { TrapPlace } from '../support/faults/trap.ts';
import { untilProgress } from '../support/migration.ts';
import { ownGround } from './own-ground.ts';

const ground = ownGround({ input: { stages: ['user', 'artist'], batchSize: 20 } });

const checkpointOf = (stage: string, and: string): TrapPlace => ({
  event: 'UPDATE',
  table: 'migration_partition',
  when: `NEW.stage = '${stage}' AND ${and}`,
});
const runNotes = (what: string): TrapPlace => ({
  event: 'UPDATE',
  table: 'migration_run',
  when: `${what} AND NOT coalesce(${what.replaceAll('NEW', 'OLD')}, false)`,
});

/** Where the worker is when it is killed, and the place in the database where it is met then. */
const PLACES: readonly (readonly [string, TrapPlace])[] = [
  ['in preflight, as it takes the target', { event: 'INSERT', table: 'migration_run' }],
  ['as it plans a stage', { event: 'INSERT', table: 'migration_partition', when: "NEW.stage = 'user'" }],
  ['in the first batch, as its rows are written', { event: 'INSERT', table: 'User' }],
  ['in a batch amid a stage', checkpointOf('user', 'NEW.read >= 60 AND NEW.read > OLD.read')],
  [
    'in a batch, as its ID map is written',
    { event: 'INSERT', table: 'migration_id_map', when: "NEW.collection <> 'users'" },
  ],
  ['at the commit of a batch', { event: 'INSERT', table: 'User', atCommit: true }],
  ['as it marks a partition as done', checkpointOf('user', 'NEW.done')],
  ['as it decides who of two with the same e-mail address moves', { event: 'DELETE', table: 'migration_quarantine' }],
  ['at the commit of such a decision', { event: 'DELETE', table: 'migration_quarantine', atCommit: true }],
  ['as settling ends', checkpointOf('settle:user', 'NEW.done')],
  ['as it compares totals', runNotes("NEW.facts -> 'totals' ? 'user'")],
  [
    'as it plans the verification',
    { event: 'INSERT', table: 'migration_partition', when: "NEW.stage = 'verify:user'" },
  ],
  ['as it verifies rows', checkpointOf('verify:user', 'NEW.read > 0')],
  ['as it draws samples', runNotes("NEW.facts -> 'samples' ? 'user'")],
  ['between two stages', runNotes("NEW.stages -> 'user' ->> 'state' = 'complete'")],
  ['in the last batch of the last stage', checkpointOf('artist', 'NEW.done')],
  ['as it lets go of the target', { event: 'UPDATE', table: 'migration_run', when: 'NEW.lease IS NULL' }],
];

test.each(PLACES)('killed %s, the worker is replaced, and nothing is lost or twice', async (_, place) => {
  const trap = await ground().trap(place);
  const handle = await ground().start();
  const { application } = await trap.sprung();
  await ground().replace(ground().workerOf(application));
  await trap.open();
  await ground().expectWhole(handle);
});

test.each(['migration_run', 'User'])('killed twice as it writes %s, nothing is lost or twice', async (table) => {
  const trap = await ground().trap({ event: 'INSERT', table });
  const handle = await ground().start();
  for (let kill = 0; kill < 2; kill++) {
    const { application } = await trap.sprung();
    await ground().replace(ground().workerOf(application));
    // Sessions of the dead stand in the trap until PostgreSQL has seen them off.
    await ground().sql(
      `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
       WHERE application_name = $1 AND datname = current_database()`,
      [application],
    );
  }
  await trap.open();
  await ground().expectWhole(handle);
});

test('killed as it writes the reports, the worker is replaced, and the reports are written', async () => {
  const handle = await ground().start({ gates: { complete: 'manual' } });
  await untilProgress(handle, ({ gate }) => gate === 'complete');
  const locked = await ground().lock('User');
  await handle.signal('approve', { gate: 'complete' });
  const { application } = await locked.sprung();
  await ground().replace(ground().workerOf(application));
  await locked.open();
  const { reports } = await ground().expectWhole(handle);
  expect(reports).not.toBe('');
});
