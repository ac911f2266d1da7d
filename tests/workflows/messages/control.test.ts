import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  abortedAndRolledBack,
  cancelled,
  pausedAfterRollback,
  writtenStays,
} from '../../../engine/messages/workflows/progress.ts';
import { type Content, contentOf, filledTables } from '../../support/data/content.ts';
import { afresh } from '../../support/engine-alone.ts';
import {
  failureOf,
  type Handle,
  type MigrationTarget,
  openPlatform,
  type Platform,
  progressOf,
  slowDown,
  tuned,
  untilMoved,
  untilProgress,
} from '../../support/migration.ts';

let platform: Platform;
let undisturbed: Content;

beforeAll(async () => {
  platform = await openPlatform();
  undisturbed = await afresh(platform, contentOf);
});

afterAll(() => platform.close());

/** Met in the middle of the stage `user`, whose rows are written in small batches. */
async function inTheMiddle(): Promise<{ target: MigrationTarget; handle: Handle }> {
  const target = await platform.target();
  await slowDown(target, 'User', 0.05);
  const handle = await target.start([{ batchSize: 10 }]);
  await untilMoved(target, 'user', 20);
  return { target, handle };
}

/** How many users stand in the target. */
async function users(target: MigrationTarget): Promise<number> {
  const [row] = await target.sql('SELECT count(*) FROM "User"');
  return Number(row![0]);
}

test('pause and rollbackToStage end at a batch boundary, and change nothing of the outcome', async () => {
  const { target, handle } = await inTheMiddle();
  await slowDown(target, 'Payment', 0.05);
  await handle.signal('pause', { reason: 'lunch' });
  expect(await untilProgress(handle, ({ state }) => state === 'paused')).toMatchObject({ reason: 'lunch' });
  const moved = await users(target);
  await new Promise((wait) => setTimeout(wait, 300));
  expect(await users(target)).toBe(moved);
  expect(moved).toBeLessThan(108);
  expect(await handle.executeUpdate('resume')).toMatchObject({ state: 'running' });

  // The stage and those after it are written anew, to the same rows.
  await untilMoved(target, 'payment', 20);
  await slowDown(target, 'Project', 0.05);
  await handle.signal('rollbackToStage', { stage: 'artist' });
  await untilProgress(handle, ({ stages }) => stages.find(({ name }) => name === 'payment')!.state === 'pending');

  await untilProgress(handle, ({ stages }) => stages.find(({ name }) => name === 'project')!.state === 'copying');
  await untilMoved(target, 'project', 10);
  await handle.executeUpdate('rollbackToStage', { args: [{ stage: 'artist', then: 'pause' }] });
  const { reason } = await untilProgress(handle, ({ state }) => state === 'paused');
  expect(reason).toBe(pausedAfterRollback({ stage: 'artist' }).text);
  expect((await filledTables(target)).filter((table) => !table.startsWith('migration_'))).toEqual(['User']);
  await handle.signal('resume');
  await handle.result();
  expect(await contentOf(target)).toEqual(undisturbed);
});

describe('an end before its time', () => {
  test('abort keeps what is written, and a new run goes on from there', async () => {
    const { target, handle } = await inTheMiddle();
    await handle.signal('abort');
    expect(await failureOf(handle)).toEqual({
      type: 'Aborted',
      message: expect.stringContaining(writtenStays().text),
    });
    const moved = await users(target);
    expect(moved).toBeGreaterThan(0);
    const [lease] = await target.sql('SELECT count(*) FROM migration_run WHERE lease IS NOT NULL');
    expect(lease).toEqual(['0']);
    const result = await (await target.start([])).result();
    expect(result.stages.map(({ written, skipped, quarantined }) => written + skipped + quarantined)).toEqual(
      result.stages.map(({ total }) => total),
    );
    // The first run's own quarantine stays beside that of the second, and says that it has been tried again.
    const { migration_quarantine: _, ...rows } = undisturbed;
    expect(await contentOf(target)).toMatchObject(rows);
    const held = await target.sql(
      `SELECT run_id = $1 AS second, state, count(*) FROM migration_quarantine GROUP BY 1, 2 ORDER BY 1`,
      [result.runId],
    );
    const [first] = held.length > 1 ? held : [];
    if (first !== undefined) expect(first).toEqual(['f', 'retried', expect.anything()]);
    expect(held.at(-1)).toEqual(['t', 'open', '57']);
  });

  test('abort with rollback leaves the target empty', async () => {
    const { target, handle } = await inTheMiddle();
    await handle.executeUpdate('abort', { args: [{ rollback: true }] });
    expect(await failureOf(handle)).toMatchObject({ type: 'Aborted', message: abortedAndRolledBack().text });
    expect(await filledTables(target)).toEqual([]);
  });

  test('Temporal’s Cancel is an abort without rollback', async () => {
    const { target, handle } = await inTheMiddle();
    await handle.cancel();
    await failureOf(handle);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect(await users(target)).toBeGreaterThan(0);
    expect((await progressOf(handle)).reason).toBe(cancelled({ remains: writtenStays() }).text);
    const [lease] = await target.sql('SELECT count(*) FROM migration_run WHERE lease IS NOT NULL');
    expect(lease).toEqual(['0']);
  });

  test('after Terminate a new run takes the target over and goes on', async () => {
    const { target, handle } = await inTheMiddle();
    await handle.terminate();
    await (await target.start([])).result();
    expect(await contentOf(target)).toEqual(undisturbed);
  });
});

describe('a long history', () => {
  test('goes on in new executions, with the same rows, and messages still arrive', async () => {
    const target = await platform.target();
    await slowDown(target, 'User', 0.02);
    const handle = await target.start(tuned({ batchSize: 10 }, { historyEvents: 40, segmentSeconds: 0.1 }));
    await untilMoved(target, 'user', 30);
    await platform.client.workflow.getHandle(handle.workflowId).signal('setBatchSize', 40);
    await handle.result();
    const { runId } = await platform.client.workflow.getHandle(handle.workflowId).describe();
    expect(runId).not.toBe(handle.firstExecutionRunId);
    expect(await contentOf(target)).toEqual(undisturbed);
    const [runs] = await target.sql('SELECT count(*) FROM migration_run');
    expect(runs).toEqual(['1']);
  });
});
