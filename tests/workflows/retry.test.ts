import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { nothingToRetry, runUnfinished } from '../../engine/messages/engine/run.ts';
import { noQuarantinedMatch } from '../../engine/messages/workflows/refusals.ts';
import type { MigrationResult, Progress } from '../../workflows/messages/definitions.ts';
import { saying } from '../engine/messages/saying.ts';
import { contentOf, filledTables } from '../support/data/content.ts';
import { type Flaws, fillWith } from '../support/data/flawed-platform.ts';
import { afresh, filledTarget } from '../support/engine-alone.ts';
import {
  type Asked,
  failureOf,
  type Handle,
  type MigrationTarget,
  openPlatform,
  type Platform,
  tuned,
  untilProgress,
} from '../support/migration.ts';
import { createMongoDatabase, type TestDatabase } from '../support/servers/databases.ts';

let platform: Platform;
let mongodb: TestDatabase;
let target: MigrationTarget;

beforeAll(async () => {
  platform = await openPlatform({ collections: {} });
});
afterAll(() => platform.close());
beforeEach(async () => {
  mongodb = await createMongoDatabase();
  await fillWith(mongodb.url, BROKEN);
});
afterEach(async () => {
  await target.close();
  await mongodb.drop();
});

/** An artist whose user cannot move, and with him five documents; and a project on its own. */
const BROKEN: Flaws = { artist: { email: undefined }, title: { title: '' } };

/** What an undisturbed migration of the source as it is now leaves. */
const undisturbed = () => afresh({ sourceUri: mongodb.url }, leftBy);

/** Every row but those that tell of documents which are in quarantine no more. */
async function leftBy(of: Asked) {
  const { migration_quarantine: _, ...content } = await contentOf(of);
  const held = await of.sql(
    `SELECT stage, legacy_key, code, path, document FROM migration_quarantine WHERE state IN ('open', 'contested')
     ORDER BY 1, 2`,
  );
  return { content, held };
}

const statesOf = async () =>
  (await target.sql(`SELECT state, count(*) FROM migration_quarantine GROUP BY 1 ORDER BY 1`)).map((row) =>
    row.join(' '),
  );

async function atLastGate(tuning = {}): Promise<Handle> {
  const handle = await target.start(tuned({ gates: { complete: 'manual' } }, tuning));
  await untilProgress(handle, ({ gate }) => gate === 'complete');
  return handle;
}

async function approve(handle: Handle) {
  await untilProgress(handle, ({ gate, retries, stages }) =>
    [gate === 'complete', retries.length === 0, stages.every(({ state }) => state === 'complete')].every(Boolean),
  );
  await handle.executeUpdate('approve', { args: [{ gate: 'complete' }] });
  return handle.result();
}

/** Every document was read and compared, those that were tried again, too, and nothing differs. */
function expectWhole(stages: Progress['stages'] | MigrationResult['stages']): void {
  for (const { read, verified, total, differences } of stages) {
    expect({ read, verified, differences }).toEqual({ read: total, verified: total, differences: 0 });
  }
}

const retry = (handle: Handle, message: unknown = {}) =>
  handle.executeUpdate('retryQuarantine', { args: [message] as never });

/** Waits at its last gate once more, with so many documents in quarantine. */
const untilRetried = (handle: Handle, quarantined = 0) =>
  untilProgress(handle, ({ gate, retries, stages }) => {
    const held = stages.reduce((sum, stage) => sum + stage.quarantined, 0);
    return gate === 'complete' && retries.length === 0 && held === quarantined;
  });

describe('retryQuarantine', () => {
  beforeEach(async () => {
    target = await platform.target({ sourceUri: mongodb.url });
  });

  test('that finds nothing is refused; then it moves what was mended, and a rollback finds all of that', async () => {
    const handle = await atLastGate();
    const before = await leftBy(target);
    await retry(handle, { code: 'enum' });
    const { refused } = await untilProgress(handle, ({ refused, gate }) => refused.length > 0 && gate === 'complete');
    expect(refused).toMatchObject([{ message: 'retryQuarantine', reason: noQuarantinedMatch().text }]);
    expect(await leftBy(target)).toEqual(before);
    expect(before).toEqual(await undisturbed());

    await fillWith(mongodb.url, { title: { title: '' } });
    const mended = await undisturbed();
    await retry(handle, { stage: 'user' });
    const { stages } = await untilRetried(handle, 1);
    expect(await leftBy(target)).toEqual(mended);
    expect(await statesOf()).toEqual(['open 1', 'resolved 5']);
    expectWhole(stages);

    await handle.executeUpdate('rollbackToStage', { args: ['artist'] });
    await untilProgress(handle, ({ rollback }) => rollback === null);
    expect(await approve(handle)).toMatchObject({ quarantined: 1 });
    expect(await leftBy(target)).toEqual(mended);
  });

  test('moves what was mended over many executions', async () => {
    const handle = await atLastGate({ historyEvents: 30, segmentSeconds: 0.1 });
    await fillWith(mongodb.url, { title: { title: '' } });
    await retry(handle, { stage: 'user' });
    const result = await approve(handle);
    expect(await leftBy(target)).toEqual(await undisturbed());
    expect(await statesOf()).toEqual(['open 1', 'resolved 5']);
    expect(result.quarantined).toBe(1);
    expectWhole(result.stages);
  });

  test('of a paused run is done when it goes on; an abort with rollback then leaves the target empty', async () => {
    const handle = await atLastGate();
    await handle.signal('pause');
    await fillWith(mongodb.url, {});
    await handle.signal('retryQuarantine');
    expect((await untilProgress(handle, ({ retries }) => retries.length === 1)).retries).toEqual([
      { stage: null, code: null },
    ]);
    await handle.signal('resume');
    await untilRetried(handle);
    expect(await leftBy(target)).toEqual(await undisturbed());
    await handle.executeUpdate('abort', { args: [{ rollback: true }] });
    await failureOf(handle);
    expect(await filledTables(target)).toEqual([]);
  });

  test('unblocks a run that has more in quarantine than it may', async () => {
    const handle = await target.start([{ maxQuarantined: 0 }]);
    await untilProgress(handle, ({ state }) => state === 'blocked');
    await fillWith(mongodb.url, {});
    expect(await retry(handle)).toMatchObject({ retries: [{ stage: null, code: null }] });
    expect(await handle.result()).toMatchObject({ quarantined: 0 });
    expect(await leftBy(target)).toEqual(await undisturbed());
  });
});

describe('a later run', () => {
  test('that retries is refused where there is nothing, can be rolled back, and reads only what lies in quarantine', async () => {
    target = await filledTarget(platform, { sourceUri: mongodb.url });
    const before = await leftBy(target);
    expect(await failureOf(await target.start([{ retry: { code: 'enum' } }]))).toEqual({
      type: 'StagesUnfit',
      message: nothingToRetry().text,
    });

    await fillWith(mongodb.url, {});
    const handle = await target.start([{ retry: { stage: 'user' }, gates: { complete: 'manual' } }]);
    await untilProgress(handle, ({ gate }) => gate === 'complete');
    expect(await leftBy(target)).not.toEqual(before);
    await handle.executeUpdate('abort', { args: [{ rollback: true, includeEarlier: false }] as never });
    await failureOf(handle);
    expect(await leftBy(target)).toEqual(before);

    await fillWith(mongodb.url, { title: { title: '' } });
    const { stages, quarantined } = await (await target.start([{ retry: {} }])).result();
    expect(stages.map(({ name, read, written, verified }) => [name, read, written, verified])).toEqual([
      ['user', 1, 1, 1],
      ['artist', 1, 1, 1],
      ['project', 2, 1, 2],
      ['fundingProject', 1, 1, 1],
      ['payment', 1, 1, 1],
    ]);
    expect(quarantined).toBe(1);
    expect(await leftBy(target)).toEqual(await undisturbed());
    expect(await statesOf()).toEqual(['open 1', 'resolved 5', 'retried 1']);
  });

  test('waits for the end of the whole one, and one of everything tells that what has become of its documents', async () => {
    target = await platform.target({ sourceUri: mongodb.url });
    await (await atLastGate()).terminate();
    expect(await failureOf(await target.start([{ retry: {} }]))).toEqual({
      type: 'StagesUnfit',
      message: expect.stringMatching(saying(runUnfinished)),
    });
    const handle = await atLastGate();
    await handle.executeUpdate('abort');
    await failureOf(handle);
    await fillWith(mongodb.url, { artist: { email: undefined } });
    await (await target.start([])).result();
    expect(await leftBy(target)).toEqual(await undisturbed());
    expect(await statesOf()).toEqual(['open 5', 'resolved 1', 'retried 5']);
  });
});
