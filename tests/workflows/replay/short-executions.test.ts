import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { backupMissing, tooManyQuarantined } from '../../../engine/messages/workflows/blocked.ts';
import { makeBackup } from '../../../operations/backup/make-backup.ts';
import { saying } from '../../engine/messages/saying.ts';
import {
  type MigrationTarget,
  openPlatform,
  type Platform,
  progressOf,
  tuned,
  untilProgress,
} from '../../support/migration.ts';
import { SHORT } from './scenarios.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform.close());

/** The flow takes every stage by the same steps. */
const TWO = { stages: ['user', 'artist'] };

describe('what was passed stays passed', () => {
  async function backedUp(target: MigrationTarget): Promise<string> {
    const what = { sourceUri: null, databaseUrl: target.databaseUrl };
    const { signal } = new AbortController();
    const into = join(platform.folder, 'backups', target.taskQueue);
    return (await makeBackup(what, into, { collections: [], signal, onFolder: () => {} })).folder;
  }

  test('a backup is asked for once, not again by each execution', async () => {
    const target = await platform.target();
    const backup = await backedUp(target);
    const handle = await target.start(tuned({ requireBackup: 1, gates: { start: 'manual' }, ...TWO }, SHORT));
    await untilProgress(handle, ({ gate }) => gate === 'start');
    await rm(backup, { recursive: true });
    await handle.signal('approve', 'start');
    await untilProgress(handle, ({ state }) => state === 'complete' || state === 'blocked');
    expect(await progressOf(handle)).toMatchObject({ state: 'complete', reason: null });
  });

  test('a backup that is not there is asked for once more after a message has interrupted the question', async () => {
    const target = await platform.target();
    const first = await target.start([{ gates: { artist: 'manual' }, ...TWO }]);
    await untilProgress(first, ({ gate }) => gate === 'artist');
    await first.terminate();
    const handle = await target.start(tuned({ requireBackup: 1, ...TWO }, SHORT));
    await untilProgress(handle, ({ state }) => state === 'blocked');
    await handle.executeUpdate('rollbackToStage', { args: ['user'] });
    const asked = await untilProgress(handle, ({ state, stages }) => state === 'blocked' || stages[0]!.written > 0);
    expect(asked.reason).toMatch(saying(backupMissing));
    await handle.executeUpdate('approve', { args: ['backup'] });
    await handle.result();
  });

  test('a quarantine that is accepted is asked about once', async () => {
    const target = await platform.target();
    const handle = await target.start(tuned({ maxQuarantined: 11, ...TWO }, SHORT));
    let accepted = 0;
    for (;;) {
      const { state, reason } = await untilProgress(
        handle,
        (now) => now.state === 'blocked' || now.state === 'complete',
      );
      if (state === 'complete') break;
      expect(reason).toMatch(saying(tooManyQuarantined));
      accepted += 1;
      await handle.executeUpdate('resume');
    }
    const { stages } = await progressOf(handle);
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBe(stages.filter(({ quarantined }) => quarantined > 11).length);
  });
});
