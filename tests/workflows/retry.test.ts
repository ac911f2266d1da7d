import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { nothingToRetry, runUnfinished } from '../../engine/messages/engine/run.ts';
import { noQuarantinedMatch } from '../../engine/messages/workflows/refusals.ts';
import { saying } from '../engine/messages/saying.ts';
import { contentOf, filledTables } from '../support/data/content.ts';
import { type Flaws, fillWith } from '../support/data/flawed-platform.ts';
import {
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
  target = await platform.target({ sourceUri: mongodb.url });
});
afterEach(async () => {
  await target.close();
  await mongodb.drop();
});

/** An artist whose user cannot move, and with him five documents; and a project on its own. */
const BROKEN: Flaws = { artist: { email: undefined }, title: { title: '' } };

/** What an undisturbed migration of the source as it is now leaves. */
async function undisturbed() {
  const other = await platform.target({ sourceUri: mongodb.url });
  await (await other.start([])).result();
  const left = await leftBy(other);
  await other.close();
  return left;
}

/** Every row but those that tell of documents which are in quarantine no more. */
async function leftBy(of: MigrationTarget) {
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

const retry = (handle: Handle, message: unknown = {}) =>
  handle.executeUpdate('retryQuarantine', { args: [message] as never });

describe('retryQuarantine', () => {
  test.each([
    ['in one execution', {}],
    ['over many executions', { historyEvents: 30, segmentSeconds: 0.1 }],
  ])('at the last gate moves what was mended, %s', async (_, tuning) => {
    const handle = await atLastGate(tuning);
    await fillWith(mongodb.url, { title: { title: '' } });
    await retry(handle, { stage: 'user' });
    const result = await approve(handle);
    expect(await leftBy(target)).toEqual(await undisturbed());
    expect(await statesOf()).toEqual(['open 1', 'resolved 5']);
    expect(result.quarantined).toBe(1);
    for (const { read, verified, total, differences } of result.stages) {
      expect({ read, verified, differences }).toEqual({ read: total, verified: total, differences: 0 });
    }
  });

  test('of a paused run is done when it goes on', async () => {
    const handle = await atLastGate();
    await handle.signal('pause');
    await fillWith(mongodb.url, {});
    await handle.signal('retryQuarantine');
    expect((await untilProgress(handle, ({ retries }) => retries.length === 1)).retries).toEqual([
      { stage: null, code: null },
    ]);
    await handle.signal('resume');
    expect(await approve(handle)).toMatchObject({ quarantined: 0 });
    expect(await leftBy(target)).toEqual(await undisturbed());
  });

  test('unblocks a run that has more in quarantine than it may', async () => {
    const handle = await target.start([{ maxQuarantined: 0 }]);
    await untilProgress(handle, ({ state }) => state === 'blocked');
    await fillWith(mongodb.url, {});
    expect(await retry(handle)).toMatchObject({ retries: [{ stage: null, code: null }] });
    expect(await handle.result()).toMatchObject({ quarantined: 0 });
    expect(await leftBy(target)).toEqual(await undisturbed());
  });

  test('that finds nothing of what it names shows as refused, and changes nothing', async () => {
    const handle = await atLastGate();
    await retry(handle, { code: 'enum' });
    const { refused } = await untilProgress(handle, ({ refused, gate }) => refused.length > 0 && gate === 'complete');
    expect(refused).toMatchObject([{ message: 'retryQuarantine', reason: noQuarantinedMatch().text }]);
    await approve(handle);
    expect(await leftBy(target)).toEqual(await undisturbed());
  });

  test('leaves nothing that a rollback would not find', async () => {
    const handle = await atLastGate();
    await fillWith(mongodb.url, {});
    await retry(handle);
    await untilProgress(handle, ({ gate, stages }) => gate !== null && stages.every(({ quarantined }) => !quarantined));
    await handle.executeUpdate('rollbackToStage', { args: ['artist'] });
    await untilProgress(handle, ({ rollback }) => rollback === null);
    await approve(handle);
    expect(await leftBy(target)).toEqual(await undisturbed());
  });

  test('followed by an abort with rollback leaves the target empty', async () => {
    const handle = await atLastGate();
    await fillWith(mongodb.url, {});
    await retry(handle);
    await untilProgress(handle, ({ gate, stages }) => gate !== null && stages.every(({ quarantined }) => !quarantined));
    await handle.executeUpdate('abort', { args: [{ rollback: true }] });
    await failureOf(handle);
    expect(await filledTables(target)).toEqual([]);
  });
});

describe('a later run', () => {
  const whole = async () => (await target.start([])).result();

  test('that retries moves what was mended and reads nothing else', async () => {
    await whole();
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

  test('that retries can be rolled back: what lay in quarantine lies there again', async () => {
    await whole();
    const before = await leftBy(target);
    await fillWith(mongodb.url, {});
    const handle = await target.start([{ retry: { stage: 'user' }, gates: { complete: 'manual' } }]);
    await untilProgress(handle, ({ gate }) => gate === 'complete');
    await handle.executeUpdate('abort', { args: [{ rollback: true, includeEarlier: false }] as never });
    await failureOf(handle);
    expect(await leftBy(target)).toEqual(before);
  });

  test('of everything tells the earlier one what has become of its documents', async () => {
    const handle = await atLastGate();
    await handle.executeUpdate('abort');
    await failureOf(handle);
    await fillWith(mongodb.url, { artist: { email: undefined } });
    await whole();
    expect(await leftBy(target)).toEqual(await undisturbed());
    expect(await statesOf()).toEqual(['open 5', 'resolved 1', 'retried 5']);
  });

  test('with nothing to retry is refused', async () => {
    await whole();
    expect(await failureOf(await target.start([{ retry: { code: 'enum' } }]))).toEqual({
      type: 'StagesUnfit',
      message: nothingToRetry().text,
    });
  });

  test('that retries is refused while the whole one has not come to its end', async () => {
    const handle = await atLastGate();
    await handle.terminate();
    expect(await failureOf(await target.start([{ retry: {} }]))).toEqual({
      type: 'StagesUnfit',
      message: expect.stringMatching(saying(runUnfinished)),
    });
  });
});
