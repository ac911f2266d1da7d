import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { targetCopied } from '../../engine/messages/engine/run.ts';
import { makeBackup } from '../../operations/backup/make-backup.ts';
import { restoreBackup } from '../../operations/backup/restore/restore.ts';
import { saying } from '../engine/messages/saying.ts';
import { everything } from '../support/data/content.ts';
import { endOf, type MigrationTarget, openPlatform, type Platform, untilProgress } from '../support/migration.ts';
import { startMonitoring, untilMonitor } from '../support/monitoring.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform({ scale: 0.02, bad: false });
});
afterAll(() => platform.close());

const idOf = async ({ sql }: MigrationTarget) => (await sql(`SELECT DISTINCT target ->> 'id' FROM migration_run`))[0];

test('a physical clone, which only its server’s address tells from the original, is asked about by name', async () => {
  const target = await platform.target();
  await endOf(await target.start());
  const original = await idOf(target);
  // What a clone of the files brings along: all is the same but where the server is.
  await target.sql(
    `UPDATE migration_run SET target = jsonb_set(target, '{servers}', '["original:5432", "server 192.0.2.1:5432"]')`,
  );
  const before = await everything(target);
  const handle = await target.start();
  const { gate, reason } = await untilProgress(handle, ({ state }) => state === 'blocked');
  expect(gate).toMatch(/^target:PostgreSQL at/);
  expect(reason).toMatch(saying(targetCopied));
  expect(reason).toContain('original:5432, server 192.0.2.1:5432');
  expect(await everything(target)).toEqual(before);
  await handle.signal('approve', { gate } as never);
  await endOf(handle);
  expect(await idOf(target)).not.toEqual(original);
  await endOf(await target.start());
  await target.close();
});

test('after a restore of our own the identity is another one, and nobody is asked', async () => {
  const target = await platform.target();
  await endOf(await target.start());
  const original = await idOf(target);
  const { databaseUrl } = target;
  const what = { sourceUri: null, databaseUrl };
  const { folder, manifest } = await makeBackup(what, join(platform.folder, 'backups'), { ownOnly: true });
  await target.stopWorker();
  await restoreBackup(databaseUrl, folder, manifest.postgres!);
  const restored = await idOf(target);
  expect([original, restored]).toEqual([[expect.any(String)], [expect.any(String)]]);
  expect(restored).not.toEqual(original);
  await target.startWorker();
  await endOf(await target.start());
  expect(await idOf(target)).toEqual(restored);
  await target.close();
});

test('a monitoring’s steps are taken by workers of its own source and target only', async () => {
  const taskQueue = `test-${randomUUID()}`;
  const target = await platform.target({ taskQueue });
  await endOf(await target.start());
  const handle = await startMonitoring(platform.client, taskQueue, { samples: 5 });
  await untilMonitor(handle, (progress) => progress.round >= 2);
  const events = (await handle.fetchHistory()).events!;
  const queues = events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled ? [[scheduled.activityType!.name, scheduled.taskQueue!.name] as const] : [],
  );
  const routed = queues.filter(([name]) => name !== 'beginMonitoring');
  expect(routed.map(([name]) => name)).toContain('compareRound');
  expect(new Set(routed.map(([, queue]) => queue))).toEqual(
    new Set([expect.stringMatching(/^mongo-to-prisma-[0-9a-f]{16}$/)]),
  );
  await handle.terminate();
  await target.close();
});
