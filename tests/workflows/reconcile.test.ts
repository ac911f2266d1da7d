import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nothingToReconcile, reconciliationUnfinished } from '../../engine/messages/engine/run.ts';
import { cannotRollBackReconciliation } from '../../engine/messages/workflows/refusals.ts';
import { SMALL_DEMO } from '../../scripts/demo/data/options.ts';
import { saying } from '../engine/messages/saying.ts';
import { changed, demoPlatform } from '../engine/sync/random-changes.ts';
import { contentOf, everything } from '../support/data/content.ts';
import { afresh, filledTarget } from '../support/engine-alone.ts';
import {
  type Asked,
  endOf,
  failureOf,
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

const BEFORE = demoPlatform(SMALL_DEMO);
/** Documents of every collection have left, come and changed. */
const NOW = changed(BEFORE, 2);
/** More payments have left than may without a question. */
const HALF = { payments: BEFORE['payments']!.slice(0, 30) };

beforeAll(async () => {
  older = await openPlatform({ collections: BEFORE });
  newer = await openPlatform({ collections: NOW });
  expected = await afresh(newer, leftBy);
});
afterAll(async () => {
  await older.close();
  await newer.close();
});

/** Every row that a migration makes, and what the report counts. */
async function leftBy(of: Asked) {
  const counts = await of.sql(
    `SELECT regexp_replace(stage, '^(settle|reconcile):', ''), sum(read), sum(written), sum(quarantined), sum(rows)
     FROM migration_partition WHERE stage NOT LIKE ALL ('{verify:%,find:%}') GROUP BY 1 ORDER BY 1`,
  );
  return { content: await contentOf(of), counts };
}

/** A target that the older platform has filled, with a worker that reads the newer one. */
const filled = () => filledTarget(newer, {}, older.sourceUri);

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

  test('cannot be rolled back, follows one that was ended at once, and is blocked by rows of others that refer to what goes', async () => {
    const target = await filled();
    const atStart = [{ reconcile: 'fingerprint', gates: { start: 'manual' } }];
    const aborted = await target.start(atStart);
    for (const [message, data] of [
      ['rollbackToStage', 'user'],
      ['abort', { rollback: true }],
    ] as const) {
      await expect(aborted.executeUpdate(message, { args: [data] as never })).rejects.toMatchObject({
        cause: { message: cannotRollBackReconciliation().text },
      });
    }
    await aborted.executeUpdate('abort', { args: [{}] as never });
    expect((await failureOf(aborted)).type).toBe('Aborted');

    const terminated = await target.start(atStart);
    await untilProgress(terminated, ({ gate }) => gate === 'start');
    await terminated.terminate();

    const left = new Set(NOW['users']!.map(({ _id }) => String(_id)));
    const gone = BEFORE['users']!.flatMap(({ _id }) => (left.has(String(_id)) ? [] : [String(_id)]));
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

  test('asks by name before it takes another server’s database for the source, and before many documents go', async () => {
    const [production, staging] = [
      await openPlatform({ collections: BEFORE, server: 'production' }),
      await openPlatform({ collections: { ...NOW, ...HALF }, server: 'staging' }),
    ];
    const before = await filledTarget(production);
    await before.stopWorker();
    const held = await everything(before);
    const target = await staging.target({ databaseUrl: before.databaseUrl });
    const handle = await target.start([{ reconcile: 'fingerprint' }]);
    const asked = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(asked.gate).toBe(sourceGate(staging));
    expect(asked.reason).toContain(production.folder);
    expect(await everything(before)).toEqual(held);

    const content = await contentOf(before);
    await handle.signal('approve', { gate: asked.gate } as never);
    const { gate, reason } = await untilProgress(handle, (now) => now.state === 'blocked' && now.gate !== asked.gate);
    expect(gate).toBe('departures:payment');
    expect(reason).toContain(`40 of ${BEFORE['payments']!.length} documents`);
    expect(await contentOf(before)).toEqual(content);
    await handle.signal('approve', { gate } as never);
    await endOf(handle);
    expect(await leftBy(target)).toEqual(await afresh(staging, leftBy));
    await target.close();
    await before.close();
    await staging.close();
    await production.close();
  });

  test('asks before more than a twentieth of a stage goes, where nobody has to be asked about the source', async () => {
    const half = await openPlatform({ collections: { ...BEFORE, ...HALF } });
    const target = await filledTarget(half, {}, older.sourceUri);
    const before = await contentOf(target);
    const handle = await target.start([{ reconcile: 'fingerprint' }]);
    const { gate, reason } = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(gate).toBe('departures:payment');
    expect(reason).toContain(`40 of ${BEFORE['payments']!.length} documents`);
    expect(await contentOf(target)).toEqual(before);
    await handle.signal('approve', { gate } as never);
    await endOf(handle);
    expect(await target.sql('SELECT count(*) < 31 FROM "Payment"')).toEqual([['t']]);
    await half.close();
  });

  const sourceGate = ({ sourceUri }: Platform) => `source:${sourceUri.replace('dump:', 'dump ')} (database platform)`;

  /** What a target's runs say of their source, and where its feed stands. */
  const sourceIn = ({ sql }: MigrationTarget) =>
    sql(`SELECT source_fingerprint, source_label, source_identity, facts -> 'feed' FROM migration_run`);

  test('leaves the source of a target as it was until it applies something, and the target to its new source then', async () => {
    const staging = await openPlatform({ collections: { ...BEFORE, ...HALF }, server: 'staging' });
    const before = await filledTarget(older);
    await before.stopWorker();
    const held = await sourceIn(before);
    let target = await staging.target({ databaseUrl: before.databaseUrl });
    /** A reconciliation from half a platform on another server, which waits before it deletes. */
    const beforeDepartures = async () => {
      const handle = await target.start([{ reconcile: 'fingerprint', confirm: [sourceGate(staging)] }]);
      await untilProgress(handle, ({ gate }) => gate === 'departures:payment');
      expect(await sourceIn(before)).not.toEqual(held);
      return handle;
    };
    const aborted = await beforeDepartures();
    await aborted.executeUpdate('abort', { args: [{}] as never });
    await failureOf(aborted);
    expect(await sourceIn(before)).toEqual(held);

    await (await beforeDepartures()).terminate();
    await target.stopWorker();
    await before.startWorker();
    // The target is still the first source's, and nobody is asked whether that one is meant.
    await endOf(await before.start([{ reconcile: 'fingerprint' }]));
    expect((await sourceIn(before)).map((row) => row.slice(0, 3))).toEqual(held.map((row) => row.slice(0, 3)));
    await before.stopWorker();

    target = await staging.target({ databaseUrl: before.databaseUrl });
    const handle = await beforeDepartures();
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
