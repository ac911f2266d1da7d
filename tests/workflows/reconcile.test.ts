import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nothingToReconcile, reconciliationUnfinished } from '../../engine/messages/engine/run.ts';
import { cannotRollBackReconciliation } from '../../engine/messages/workflows/refusals.ts';
import { saying } from '../engine/messages/saying.ts';
import { changed, demoPlatform } from '../engine/sync/random-changes.ts';
import { contentOf, everything } from '../support/data/content.ts';
import {
  endOf,
  failureOf,
  type Handle,
  type MigrationTarget,
  openPlatform,
  type Platform,
  progressOf,
  tuned,
  untilProgress,
} from '../support/migration.ts';

let older: Platform;
let newer: Platform;
let expected: Awaited<ReturnType<typeof leftBy>>;

beforeAll(async () => {
  const platform = demoPlatform();
  older = await openPlatform({ collections: platform });
  newer = await openPlatform({ collections: changed(platform, 5) });
  const fresh = await newer.target();
  await endOf(await fresh.start([]));
  expected = await leftBy(fresh);
});
afterAll(async () => {
  await older.close();
  await newer.close();
});

/** Every row that a migration makes, and what the report counts. */
async function leftBy(of: MigrationTarget) {
  const counts = await of.sql(
    `SELECT regexp_replace(stage, '^(settle|reconcile):', ''), sum(read), sum(written), sum(quarantined), sum(rows)
     FROM migration_partition WHERE stage NOT LIKE ALL ('{verify:%,find:%}') GROUP BY 1 ORDER BY 1`,
  );
  return { content: await contentOf(of), counts };
}

/** A target that the older platform has filled, with a worker that reads the newer one. */
async function filled(): Promise<MigrationTarget> {
  const before = await older.target();
  await endOf(await before.start([]));
  await before.stopWorker();
  return newer.target({ databaseUrl: before.databaseUrl });
}

describe('a run that reconciles', () => {
  test.each([
    ['in one execution', {}],
    ['over many executions', { historyEvents: 120, segmentSeconds: 0.3 }],
  ])('brings a filled target to what another dump holds, %s', async (_, tuning) => {
    const target = await filled();
    const handle = await target.start(tuned({ reconcile: 'fingerprint', batchSize: 10 }, tuning));
    const result = await endOf(handle);
    expect(result.stages.map(({ state }) => state)).toEqual(Array(5).fill('complete'));
    const { catchUp } = await progressOf(handle);
    expect(catchUp).toMatchObject({ pass: 2, step: 'done', found: 0, applied: 0, changedAgain: 0 });
    expect(await leftBy(target)).toEqual(expected);
    expect(await target.sql('SELECT state, lease FROM migration_run')).toEqual([['complete', null]]);
    await target.close();
  });

  test('cannot be rolled back, and goes on where it was ended', async () => {
    const target = await filled();
    const handle = await target.start([{ reconcile: 'fingerprint', gates: { start: 'manual' } }]);
    await expect(handle.executeUpdate('rollbackToStage', { args: ['user'] as never })).rejects.toMatchObject({
      cause: { message: cannotRollBackReconciliation().text },
    });
    await expect(handle.executeUpdate('abort', { args: [{ rollback: true }] as never })).rejects.toMatchObject({
      cause: { message: cannotRollBackReconciliation().text },
    });
    await handle.executeUpdate('abort', { args: [{}] as never });
    expect((await failureOf(handle)).type).toBe('Aborted');
    await endOf(await target.start([{ reconcile: 'fingerprint' }]));
    expect(await leftBy(target)).toEqual(expected);
    await target.close();
  });

  test('goes on where a terminated one was, and no other run takes its place', async () => {
    const target = await filled();
    const handle = await target.start(tuned({ reconcile: 'fingerprint', batchSize: 5 }, { segmentSeconds: 1 }));
    await untilProgress(handle, ({ catchUp }) => (catchUp?.applied ?? 0) > 0);
    await handle.terminate();
    for (const input of [{}, { stages: ['user'] }, { retry: {} }]) {
      expect(await failureOf(await target.start([input]))).toMatchObject({
        type: 'StagesUnfit',
        message: expect.stringMatching(saying(reconciliationUnfinished)),
      });
    }
    await endOf(await target.start([{ reconcile: 'fingerprint' }]));
    expect(await leftBy(target)).toEqual(expected);
    expect(await target.sql('SELECT state, lease FROM migration_run')).toEqual([['complete', null]]);
    await target.close();
  });

  test('takes a target over from a terminated one at once', async () => {
    const target = await filled();
    const handle = await target.start([{ reconcile: 'fingerprint', gates: { start: 'manual' } }]);
    await untilProgress(handle, ({ gate }) => gate === 'start');
    await handle.terminate();
    await endOf(await target.start([{ reconcile: 'fingerprint' }]));
    expect(await leftBy(target)).toEqual(expected);
    await target.close();
  });

  test('is blocked by somebody else’s rows that refer to a row that has to go, and goes on once they are gone', async () => {
    const target = await filled();
    const left = new Set(changed(demoPlatform(), 5)['users']!.map(({ _id }) => String(_id)));
    const gone = demoPlatform()['users']!.flatMap(({ _id }) => (left.has(String(_id)) ? [] : [String(_id)]));
    await target.sql('CREATE TABLE "Theirs" ("userId" uuid REFERENCES "User")');
    const [rows] = await target.sql(
      `WITH put AS (INSERT INTO "Theirs" SELECT prisma_id FROM migration_id_map
         WHERE collection = 'user' AND right(encode(legacy_key, 'hex'), 24) = ANY($1) RETURNING 1)
       SELECT count(*) > 0 FROM put`,
      [gone],
    );
    expect(rows).toEqual(['t']);
    const handle = await target.start([{ reconcile: 'fingerprint' }]);
    const { reason } = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(reason).toContain('Theirs');
    await target.sql('DROP TABLE "Theirs"');
    await handle.signal('resume');
    await endOf(handle);
    expect(await leftBy(target)).toEqual(expected);
    await target.close();
  });

  test('asks by name before it takes another server’s database for the source, and changes nothing until then', async () => {
    const [production, staging] = [
      await openPlatform({ collections: demoPlatform(), server: 'production' }),
      await openPlatform({ collections: changed(demoPlatform(), 5), server: 'staging' }),
    ];
    const before = await production.target();
    await endOf(await before.start([]));
    await before.stopWorker();
    const held = await everything(before);
    const target = await staging.target({ databaseUrl: before.databaseUrl });
    const handle = await target.start([{ reconcile: 'fingerprint' }]);
    const { gate, reason } = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(gate).toBe(`source:${staging.sourceUri.replace('dump:', 'dump ')} (database platform)`);
    expect(reason).toContain(production.folder);
    expect(await everything(before)).toEqual(held);
    await handle.signal('approve', { gate } as never);
    await endOf(handle);
    expect(await leftBy(target)).toEqual(expected);
    await staging.close();
    await production.close();
  });

  test('asks before more than a twentieth of a stage goes, and changes nothing until then', async () => {
    const platform = demoPlatform();
    const half = { ...platform, payments: platform['payments']!.slice(0, 100) };
    const now = await openPlatform({ collections: half });
    const before = await older.target();
    await endOf(await before.start([]));
    await before.stopWorker();
    const held = await contentOf(before);
    const target = await now.target({ databaseUrl: before.databaseUrl });
    const handle = await target.start([{ reconcile: 'fingerprint' }]);
    const { gate, reason } = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(gate).toBe('departures:payment');
    expect(reason).toContain(`${platform['payments']!.length - 100} of ${platform['payments']!.length} documents`);
    expect(await contentOf(before)).toEqual(held);
    await handle.signal('approve', { gate } as never);
    await endOf(handle);
    expect(await target.sql('SELECT count(*) < 101 FROM "Payment"')).toEqual([['t']]);
    await now.close();
  });

  /** A target of `older`, and a reconciliation from half a platform on another server, which waits before it deletes. */
  async function beforeDepartures() {
    const platform = demoPlatform();
    const half = { ...platform, payments: platform['payments']!.slice(0, 100) };
    const staging = await openPlatform({ collections: half, server: 'staging' });
    const before = await older.target();
    await endOf(await before.start([]));
    await before.stopWorker();
    const held = await sourceIn(before);
    const target = await staging.target({ databaseUrl: before.databaseUrl });
    const gate = `source:${staging.sourceUri.replace('dump:', 'dump ')} (database platform)`;
    const handle = await target.start([{ reconcile: 'fingerprint', confirm: [gate] }]);
    await untilProgress(handle, (progress) => progress.gate === 'departures:payment');
    expect(await sourceIn(before)).not.toEqual(held);
    return { before, held, target, handle, staging };
  }

  /** What a target's runs say of their source, and where its feed stands. */
  const sourceIn = ({ sql }: MigrationTarget) =>
    sql(`SELECT source_fingerprint, source_label, source_identity, facts -> 'feed' FROM migration_run`);

  test.each([
    ['aborted', (handle: Handle) => handle.executeUpdate('abort', { args: [{}] as never })],
    ['terminated', (handle: Handle) => handle.terminate()],
  ])('leaves the source of a target as it was when it is %s before anything was applied', async (how, ends) => {
    const { before, held, target, handle, staging } = await beforeDepartures();
    await ends(handle);
    await failureOf(handle);
    if (how === 'aborted') expect(await sourceIn(before)).toEqual(held);
    await target.stopWorker();
    await before.startWorker();
    // The target is still the first source's, and nobody is asked whether that one is meant.
    await endOf(await before.start([{ reconcile: 'fingerprint' }]));
    expect((await sourceIn(before)).map((row) => row.slice(0, 3))).toEqual(held.map((row) => row.slice(0, 3)));
    await before.close();
    await staging.close();
  });

  test('leaves the target to its new source once it has applied something', async () => {
    const { before, target, handle, staging } = await beforeDepartures();
    const now = await sourceIn(before);
    await target.sql('CREATE TABLE "Theirs" ("paymentId" uuid REFERENCES "Payment")');
    await target.sql('INSERT INTO "Theirs" SELECT id FROM "Payment"');
    await handle.signal('approve', { gate: 'departures:payment' } as never);
    await untilProgress(handle, ({ state, gate }) => state === 'blocked' && gate === null);
    await handle.executeUpdate('abort', { args: [{}] as never });
    await failureOf(handle);
    expect((await sourceIn(before)).map((row) => row.slice(0, 3))).toEqual(now.map((row) => row.slice(0, 3)));
    await staging.close();
    await before.close();
  });

  test('needs a target that a run has filled whole', async () => {
    const target = await newer.target();
    const failure = await failureOf(await target.start([{ reconcile: 'fingerprint' }]));
    expect(failure).toMatchObject({
      type: 'StagesUnfit',
      message: nothingToReconcile().text,
    });
    await target.close();
  });
});
