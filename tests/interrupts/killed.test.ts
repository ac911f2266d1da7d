import { expect, test } from '@jest/globals';
import type { Trap, TrapPlace } from '../support/faults/trap.ts';
import { type Handle, untilProgress } from '../support/migration.ts';
import { until } from '../support/scripts.ts';
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
type Place = readonly [where: string, TrapPlace];

const TAKES_TARGET: Place = ['in preflight, as it takes the target', { event: 'INSERT', table: 'migration_run' }];
const FIRST_BATCH: Place = ['in the first batch, as its rows are written', { event: 'INSERT', table: 'User' }];
const LAST_BATCH: Place = ['in the last batch of the last stage', checkpointOf('artist', 'NEW.done')];

/** In the order in which a run comes to them. */
const STORIES: Readonly<Record<string, readonly Place[]>> = {
  'as a stage begins, twice where it writes first': [
    TAKES_TARGET,
    TAKES_TARGET,
    ['as it plans a stage', { event: 'INSERT', table: 'migration_partition', when: "NEW.stage = 'user'" }],
    FIRST_BATCH,
    FIRST_BATCH,
    ['at the commit of a batch', { event: 'INSERT', table: 'User', atCommit: true }],
  ],
  'amid a stage': [
    ['in a batch, as its ID map is written', { event: 'INSERT', table: 'migration_id_map' }],
    ['in a batch amid a stage', checkpointOf('user', 'NEW.read >= 60 AND NEW.read > OLD.read')],
    ['as it marks a partition as done', checkpointOf('user', 'NEW.done')],
    ['as it decides who of two with the same e-mail address moves', { event: 'DELETE', table: 'migration_quarantine' }],
    ['at the commit of such a decision', { event: 'DELETE', table: 'migration_quarantine', atCommit: true }],
    ['as settling ends', checkpointOf('settle:user', 'NEW.done')],
  ],
  'as a stage is verified': [
    ['as it compares totals', runNotes("NEW.facts -> 'totals' ? 'user'")],
    [
      'as it plans the verification',
      { event: 'INSERT', table: 'migration_partition', when: "NEW.stage = 'verify:user'" },
    ],
    ['as it verifies rows', checkpointOf('verify:user', 'NEW.read > 0')],
    ['as it draws samples', runNotes("NEW.facts -> 'samples' ? 'user'")],
    ['between two stages', runNotes("NEW.stages -> 'user' ->> 'state' = 'complete'")],
  ],
};

/** Kills the worker that comes to a place. @returns how its session is called, which stands in the trap still */
async function killAt(where: string, trap: Trap): Promise<string> {
  const { application } = await trap.sprung().catch((cause) => {
    throw new Error(`Nobody came to the place: ${where}`, { cause });
  });
  await ground().workerOf(application).kill();
  return application;
}

/** Sessions of a worker in this database. */
const SESSIONS = 'FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()';

/** What the dead worker has sent is carried out still, and nobody hears of it. */
async function open(trap: Trap, application: string): Promise<void> {
  await trap.open();
  await until(async () => (await ground().sql(`SELECT 1 ${SESSIONS}`, [application])).length === 0);
}

/** One migration whose worker is killed at each of these places; the next worker comes when the next trap is set. */
async function killAtEach([first, ...more]: readonly Place[], input = {}): Promise<Handle> {
  let [where, place] = first!;
  let trap = await ground().trap(place);
  const handle = await ground().start(input);
  for (const next of more) {
    const application = await killAt(where, trap);
    if (next[1] === place) {
      await ground().sql(`SELECT pg_terminate_backend(pid, 10000) ${SESSIONS}`, [application]);
    } else {
      await open(trap, application);
      trap = await ground().trap(next[1]);
    }
    [where, place] = next;
    await ground().addWorker();
  }
  await open(trap, await killAt(where, trap));
  await ground().addWorker();
  return handle;
}

test.each(Object.entries(STORIES))(
  'killed %s, the worker is replaced, and nothing is lost or twice',
  async (_, places) => {
    const handle = await killAtEach(places);
    await ground().expectWhole(handle);
  },
);

test('killed as a run ends, the worker is replaced, nothing is lost or twice, and the reports are written', async () => {
  const handle = await killAtEach([LAST_BATCH], { gates: { complete: 'manual' } });
  await untilProgress(handle, ({ gate }) => gate === 'complete');
  const locked = await ground().lock('User');
  await handle.signal('approve', { gate: 'complete' });
  await open(locked, await killAt('as it writes the reports', locked));
  const letsGo = await ground().trap({ event: 'UPDATE', table: 'migration_run', when: 'NEW.lease IS NULL' });
  await ground().addWorker();
  await open(letsGo, await killAt('as it lets go of the target', letsGo));
  await ground().addWorker();
  const { reports } = await ground().expectWhole(handle);
  expect(reports).not.toBe('');
});
