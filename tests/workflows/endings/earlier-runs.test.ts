import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { earlierDocumentsStay, rowsChangedAtAbort } from '../../../engine/messages/workflows/blocked.ts';
import {
  abortedAndAllRolledBack,
  abortedAndPartlyRolledBack,
  pausedAfterPartialRollback,
  pausedAfterRollback,
} from '../../../engine/messages/workflows/progress.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type Content, contentOf, filledTables } from '../../support/data/content.ts';
import { afresh } from '../../support/engine-alone.ts';
import {
  failureOf,
  type Handle,
  type MigrationTarget,
  openPlatform,
  type Platform,
  untilProgress,
} from '../../support/migration.ts';

let platform: Platform;
let undisturbed: Content;
beforeAll(async () => {
  platform = await openPlatform();
  undisturbed = await afresh(platform, contentOf);
});
afterAll(() => platform.close());

/** A run that has found users and artists of an aborted one in the target, and waits before the projects. */
async function afterAnAbortedOne(): Promise<{ target: MigrationTarget; handle: Handle }> {
  const target = await platform.target();
  const input = { gates: { project: 'manual' } };
  const earlier = await target.start([input]);
  await untilProgress(earlier, ({ gate }) => gate === 'project');
  await earlier.executeUpdate('abort', { args: [] });
  await failureOf(earlier);
  const handle = await target.start([input]);
  await untilProgress(handle, ({ gate }) => gate === 'project');
  return { target, handle };
}

/** What a rollback of everything leaves: the book of runs. */
const filled = async (target: MigrationTarget) =>
  (await filledTables(target)).filter((table) => table !== 'migration_target');
const WOULD_STAY = saying(earlierDocumentsStay);

test('an abort with rollback asks before it leaves what earlier runs have moved, and takes it out, too', async () => {
  const { target, handle } = await afterAnAbortedOne();
  await handle.executeUpdate('abort', { args: [{ rollback: true }] });
  const asked = await untilProgress(handle, ({ state, gate }) => state === 'blocked' && gate === null);
  expect(asked.reason).toMatch(WOULD_STAY);
  await handle.executeUpdate('abort', { args: [{ rollback: true, includeEarlier: true }] });
  expect(await failureOf(handle)).toEqual({
    type: 'Aborted',
    message: abortedAndAllRolledBack().text,
  });
  expect(await filled(target)).toEqual([]);
  // No earlier run passes for one that has moved its stages.
  const next = await target.start([{ stages: ['project'] }]);
  expect(await failureOf(next)).toMatchObject({ type: 'StagesUnfit' });
  await (await target.start([])).result();
  expect(await contentOf(target)).toEqual(undisturbed);
});

test('what is to stay is told with the end, by stage', async () => {
  const { target, handle } = await afterAnAbortedOne();
  await handle.executeUpdate('abort', { args: [{ rollback: true, includeEarlier: false }] });
  const { message } = await failureOf(handle);
  expect(message).toMatch(saying(abortedAndPartlyRolledBack));
  expect(message).toMatch(/\b\d+ of artist, \d+ of user\b/);
  expect(await filled(target)).toEqual(expect.arrayContaining(['Artist', 'User']));
});

test('a rollback to a stage tells what stays, and takes it out when it is sent again', async () => {
  const { target, handle } = await afterAnAbortedOne();
  await handle.executeUpdate('rollbackToStage', { args: [{ stage: 'user', then: 'pause' }] });
  const paused = await untilProgress(handle, ({ state }) => state === 'paused');
  expect(paused.reason).toMatch(saying(pausedAfterPartialRollback, { stage: 'user' }));
  await handle.executeUpdate('rollbackToStage', { args: [{ stage: 'user', includeEarlier: true, then: 'pause' }] });
  await untilProgress(
    handle,
    ({ state, reason }) => state === 'paused' && reason === pausedAfterRollback({ stage: 'user' }).text,
  );
  expect(await filled(target)).toEqual([]);
  await handle.executeUpdate('resume');
  await handle.executeUpdate('approve', { args: ['project'] });
  await handle.result();
  expect(await contentOf(target)).toEqual(undisturbed);
});

test('rows of earlier runs that others have changed need force like this run’s own', async () => {
  const { target, handle } = await afterAnAbortedOne();
  await target.sql(`UPDATE "User" SET "updatedAt" = now() WHERE id = (SELECT min(id::text)::uuid FROM "User")`);
  await handle.executeUpdate('abort', { args: [{ rollback: true, includeEarlier: true }] });
  const asked = await untilProgress(handle, ({ state, gate }) => state === 'blocked' && gate === null);
  expect(asked.reason).toMatch(saying(rowsChangedAtAbort));
  await handle.executeUpdate('abort', { args: [{ rollback: true, includeEarlier: true, force: true }] });
  await failureOf(handle);
  expect(await filled(target)).toEqual([]);
});
