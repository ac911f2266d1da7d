import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { absenceConfirmed } from '../../../engine/messages/engine/verdict.ts';
import { collectionMissing } from '../../../engine/messages/workflows/blocked.ts';
import { saying } from '../../engine/messages/saying.ts';
import { usersOf } from '../../engine/small-platform.ts';
import { filledTables } from '../../support/data/content.ts';
import { endOf, failureOf, openPlatform, type Platform, untilProgress } from '../../support/migration.ts';

let platform: Platform;

beforeAll(async () => {
  const collections = { users: usersOf(3), artists: [], projects: [], fundingprojects: [] };
  platform = await openPlatform({ isWhole: false, collections });
});
afterAll(() => platform.close());

test('a collection that is not there blocks the run before anything is moved, until it is confirmed by name', async () => {
  const target = await platform.target();
  const handle = await target.start();
  const { gate, reason, stages } = await untilProgress(handle, ({ state }) => state === 'blocked');
  expect(gate).toBe('missing:payments');
  expect(reason).toMatch(saying(collectionMissing, { collection: 'payments' }));
  expect(stages.map(({ state }) => state)).toEqual(Array(5).fill('pending'));
  expect(await filledTables(target)).toEqual([]);
  await handle.signal('approve', 'missing:payments' as never);
  const { verdict } = await endOf(handle);
  expect(verdict).toMatchObject({
    state: 'verified',
    reasons: [absenceConfirmed({ collection: 'payments' }).text],
  });
  expect(await target.sql(`SELECT verdict ->> 'state', state, lease FROM migration_run`)).toEqual([
    ['verified', 'complete', null],
  ]);
  await target.close();
});

test('one that is confirmed in the input does not block, and another one does', async () => {
  const target = await platform.target();
  const { verdict } = await endOf(await target.start([{ confirm: ['missing:payments'], dryRun: true }]));
  expect(verdict?.state).toBe('verified');
  const other = await target.start([{ confirm: ['missing:users'] }]);
  expect((await untilProgress(other, ({ state }) => state === 'blocked')).gate).toBe('missing:payments');
  await other.signal('abort', {});
  expect((await failureOf(other)).type).toBe('Aborted');
  await target.close();
});

test('stages that are not chosen are not asked for', async () => {
  const target = await platform.target();
  const { stages } = await endOf(await target.start([{ stages: ['user', 'artist'] }]));
  expect(stages.map(({ state }) => state)).toEqual(['complete', 'complete']);
  await target.close();
});
