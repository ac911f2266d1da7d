import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { namedNoStage } from '../../engine/messages/engine/run.ts';
import { folderUnwritable } from '../../engine/messages/engine/target.ts';
import { startedBySchedule, startedWithRetryPolicy } from '../../engine/messages/workflows/progress.ts';
import { saying } from '../engine/messages/saying.ts';
import { failureOf, type MigrationTarget, openPlatform, type Platform } from '../support/migration.ts';

let platform: Platform;
let target: MigrationTarget;
beforeAll(async () => {
  platform = await openPlatform();
  target = await platform.target();
});
afterAll(() => platform.close());

const runs = async () => (await target.sql('SELECT count(*) FROM migration_run'))[0]![0];

describe('a migration that Temporal itself would repeat is refused before anything is written', () => {
  const common = () => ({ taskQueue: target.taskQueue, workflowId: `test-${randomUUID()}`, args: [] as [] });

  test('with a retry policy, which would find the target taken by its own first start', async () => {
    const retry = { maximumAttempts: 3, initialInterval: '100ms' } as const;
    const handle = await platform.client.workflow.start('migration', { ...common(), retry });
    expect(await failureOf(handle as never)).toEqual({
      type: 'InvalidInput',
      message: startedWithRetryPolicy().text,
    });
    expect(await runs()).toBe('0');
  });

  test('by a schedule', async () => {
    const scheduleId = randomUUID();
    const schedule = await platform.client.schedule.create({
      scheduleId,
      spec: { intervals: [{ every: '1 day' }] },
      action: { type: 'startWorkflow', workflowType: 'migration', ...common() },
    });
    try {
      await schedule.trigger();
      const started = async () => (await schedule.describe()).info.recentActions[0]?.action.workflow;
      let workflow = await started();
      while (workflow === undefined) workflow = await started();
      const handle = platform.client.workflow.getHandle(workflow.workflowId);
      expect(await failureOf(handle as never)).toMatchObject({
        message: startedBySchedule().text,
      });
      expect(await runs()).toBe('0');
    } finally {
      await schedule.delete();
    }
  });
});

describe('what would be found wrong only at the end is found at the start', () => {
  /** A file stands where a folder is to be. */
  async function withFileAt(path: string, work: () => Promise<void>): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'no folder');
    try {
      await work();
    } finally {
      await rm(path);
    }
  }

  test('a reports folder that cannot be written', async () => {
    await withFileAt(join(platform.folder, 'reports', target.taskQueue), async () => {
      expect(await failureOf(await target.start([]))).toEqual({
        type: 'FolderUnfit',
        message: expect.stringMatching(saying(folderUnwritable, { what: 'reports' })),
      });
    });
    expect(await runs()).toBe('0');
  });

  test('a backups folder that cannot be written, where a backup is to be made', async () => {
    await withFileAt(join(platform.folder, 'backups'), async () => {
      expect(await failureOf(await target.start([{ backup: 'make' }]))).toMatchObject({
        type: 'FolderUnfit',
        message: expect.stringMatching(saying(folderUnwritable, { what: 'backup' })),
      });
    });
    expect(await runs()).toBe('0');
  });

  test('a gate and a batch size of a stage that there is not', async () => {
    const input = { gates: { complet: 'manual', 'maintenance-on': 'auto' }, batchSize: { usr: 5, user: 5 } };
    expect(await failureOf(await target.start([input]))).toEqual({
      type: 'StagesUnfit',
      message: expect.stringMatching(saying(namedNoStage, { names: 'complet, usr' })),
    });
    expect(await runs()).toBe('0');
  });
});
