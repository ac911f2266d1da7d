import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { folderUnwritable } from '../../engine/messages/engine/target.ts';
import { noManifest } from '../../engine/messages/operations/backup.ts';
import { readManifest } from '../../operations/backup/manifest.ts';
import { saying } from '../engine/messages/saying.ts';
import type { Ground } from '../support/ground.ts';
import { untilProgress } from '../support/migration.ts';
import { openGround } from '../support/open-ground.ts';
import { createDatabase, type TestDatabase } from '../support/servers/databases.ts';

let database: TestDatabase;
let ground: Ground;

beforeAll(async () => {
  database = await createDatabase();
  ground = await openGround({ databaseUrl: database.url, input: { stages: ['user'], batchSize: 200 } });
});
afterEach(async () => {
  await ground.tidy();
  await rm(backups(), { recursive: true, force: true });
});
afterAll(async () => {
  await ground?.close();
  await database?.drop();
});

const backups = () => join(ground.folder, 'backups');
const factOf = async (fact: string) =>
  (
    await ground.sql(`SELECT facts -> 'backup' ->> '${fact}' FROM migration_run ORDER BY started_at DESC LIMIT 1`)
  ).flat();

/** The only backup that there is, which is whole. */
async function onlyBackup() {
  const [folder, ...others] = await readdir(backups());
  expect(others).toEqual([]);
  return { folder: join(backups(), folder!), manifest: await readManifest(join(backups(), folder!)) };
}

describe('a run that is to make its own backup', () => {
  test('has made and proved it before anything is moved, and the gate that asks for one finds it', async () => {
    const handle = await ground.start({ backup: 'make', requireBackup: 1, gates: { start: 'manual' } });
    await untilProgress(handle, ({ gate }) => gate === 'start');
    const { folder, manifest } = await onlyBackup();
    expect(manifest.postgres!.tables['User']!.rows).toBe(0);
    expect(await factOf('folder')).toEqual([folder]);
    await handle.signal('approve', { gate: 'start' });
    await ground.expectWhole(handle);
    expect(await factOf('waived')).toEqual(['false']);
  });

  test('begins the backup anew when its worker dies in the middle, and leaves no half of one', async () => {
    const trap = await ground.lock('migration_leftover');
    const handle = await ground.startAgain({ backup: 'make' });
    const { application } = await trap.sprung();
    const [half] = await readdir(backups());
    await expect(readManifest(join(backups(), half!))).rejects.toThrow(saying(noManifest));
    // Its heartbeat, every two seconds, tells the next attempt where the half is.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await ground.replace(ground.workerOf(application));
    await trap.open();
    expect((await handle.result()).stages).toMatchObject([{ name: 'user', state: 'complete' }]);
    const { folder } = await onlyBackup();
    expect(folder).not.toBe(join(backups(), half!));
    expect(await factOf('folder')).toEqual([folder]);
  });

  test('is refused at its start, with nothing moved, while none can be written', async () => {
    await writeFile(backups(), 'a file where the folder should be');
    const refused = await ground.start({ backup: 'make' });
    const { reason } = await untilProgress(refused, ({ state }) => state === 'failed');
    expect(reason).toMatch(saying(folderUnwritable, { folder: backups() }));
    expect(await ground.sql('SELECT count(*) FROM "User"')).toEqual([['0']]);
    await rm(backups());
    await ground.expectWhole(await ground.startAgain({ backup: 'make' }));
    await onlyBackup();
  });

  test('makes none for a dry run, which touches no table', async () => {
    const handle = await ground.start({ backup: 'make', dryRun: true });
    await handle.result();
    await expect(readdir(backups())).rejects.toThrow(/ENOENT/);
  });
});
