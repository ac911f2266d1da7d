import { expect, test } from '@jest/globals';
import type { TrapPlace } from '../support/faults/trap.ts';
import { type Handle, untilProgress } from '../support/migration.ts';
import { killAt, killAtEach, letGo, type Place } from './kill-at-each.ts';
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

const TAKES_TARGET: Place = ['in preflight, as it takes the target', { event: 'INSERT', table: 'migration_run' }];
const FIRST_BATCH: Place = ['in the first batch, as its rows are written', { event: 'INSERT', table: 'User' }];
const LAST_BATCH: Place = ['in the last batch of the last stage', checkpointOf('artist', 'NEW.done')];
const LETS_GO: Place = [
  'as it lets go of the target',
  { event: 'UPDATE', table: 'migration_run', when: 'NEW.lease IS NULL' },
];

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

test.each(Object.entries(STORIES))(
  'killed %s, the worker is replaced, and nothing is lost or twice',
  async (_, places) => {
    let handle!: Handle;
    await killAtEach(ground(), places, async () => {
      handle = await ground().start();
    });
    await ground().expectWhole(handle);
  },
);

test('killed as a run ends, the worker is replaced, nothing is lost or twice, and the reports are written', async () => {
  let handle!: Handle;
  await killAtEach(ground(), [LAST_BATCH], async () => {
    handle = await ground().start({ gates: { complete: 'manual' } });
  });
  await untilProgress(handle, ({ gate }) => gate === 'complete');
  const locked = await ground().lock('User');
  await handle.signal('approve', { gate: 'complete' });
  await letGo(ground(), locked, await killAt(ground(), 'as it writes the reports', locked));
  await killAtEach(ground(), [LETS_GO], () => ground().addWorker());
  const { reports } = await ground().expectWhole(handle);
  expect(reports).not.toBe('');
});
