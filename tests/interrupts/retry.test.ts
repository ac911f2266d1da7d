import { expect, test } from '@jest/globals';
import type { TrapPlace } from '../support/faults/trap.ts';
import { untilProgress } from '../support/migration.ts';
import { killAtEach, type Place } from './kill-at-each.ts';
import { ownGround } from './own-ground.ts';

const ground = ownGround({ input: { stages: ['user', 'artist'], batchSize: 5 } });

const checkpointOf = (stage: string, and: string): TrapPlace => ({
  event: 'UPDATE',
  table: 'migration_partition',
  when: `NEW.stage = '${stage}' AND NEW.key_type = 'retry' AND ${and}`,
});

/** In the order in which a retry comes to them. */
const PLACES: readonly Place[] = [
  ['as the retry is planned', { event: 'INSERT', table: 'migration_partition', when: "NEW.key_type = 'retry'" }],
  [
    'at the commit of that plan',
    { event: 'INSERT', table: 'migration_partition', when: "NEW.key_type = 'retry'", atCommit: true },
  ],
  ['amid the retried documents', checkpointOf('user', 'NEW.read > OLD.read')],
  ['as the last of them is tried', checkpointOf('user', 'NEW.done')],
  [
    'as the stage is settled again',
    { event: 'UPDATE', table: 'migration_partition', when: "NEW.stage = 'settle:user' AND NEW.done AND NOT OLD.done" },
  ],
  ['as they are verified', checkpointOf('verify:user', 'NEW.read > OLD.read')],
  ['as what hung on them is tried', checkpointOf('artist', 'NEW.read > OLD.read')],
];

/** Documents that are as they were are refused as they were: what the retry leaves is what there was before it. */
test('killed at each of these places, the worker is replaced, and nothing is lost or twice', async () => {
  const handle = await ground().start({ gates: { complete: 'manual' } });
  await untilProgress(handle, ({ gate }) => gate === 'complete');
  await killAtEach(ground(), PLACES, () => handle.signal('retryQuarantine'));
  await untilProgress(handle, ({ gate, retries, stages }) =>
    [gate === 'complete', retries.length === 0, stages.every(({ state }) => state === 'complete')].every(Boolean),
  );
  const planned = await ground().sql(
    `SELECT stage, bool_and(done) FROM migration_partition WHERE key_type = 'retry' GROUP BY 1 ORDER BY 1`,
  );
  expect(planned).toEqual(['artist', 'user', 'verify:artist', 'verify:user'].map((stage) => [stage, 't']));
  await handle.signal('approve', 'complete');
  await ground().expectWhole(handle);
});
