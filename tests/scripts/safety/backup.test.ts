import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { backupProved, entriesOf, fileHas, restoredEqual } from '../../../engine/messages/commands/results.ts';
import { backupFileMissing, noManifest, restoredInMaintenance } from '../../../engine/messages/operations/backup.ts';
import { backupMissing } from '../../../engine/messages/workflows/blocked.ts';
import type { Manifest } from '../../../operations/backup/manifest.ts';
import { fillMongoDB } from '../../../scripts/demo/data/fill-mongodb.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk } from '../../support/command-line.ts';
import { contentOf } from '../../support/data/content.ts';
import { fill } from '../../support/engine-alone.ts';
import { createMongoDatabase, type TestDatabase } from '../../support/servers/databases.ts';

const DATA = { scale: 0.02, bad: false };

let desk: Desk;
let live: TestDatabase;
let target: CommandTarget;
const environment = () => ({
  ...target.environment,
  SOURCE_URI: live.url,
  BACKUPS_FOLDER: join(desk.folder, 'backups'),
});

beforeAll(async () => {
  desk = await openDesk(DATA);
  live = await createMongoDatabase();
  await fillMongoDB(live.url, DATA);
  target = await desk.target();
});
afterAll(async () => {
  await live.drop();
  await desk.close();
});

type Backup = Manifest & { readonly folder: string };

async function backUp(...flags: string[]): Promise<Backup> {
  const { code, out, err } = await desk.run(['backup', '--own', '--json', ...flags], environment());
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Backup;
}

describe('backup and restore', () => {
  test('a migration is undone as a whole: the target equals what it was before', async () => {
    await target.sql(`INSERT INTO "User" (id, name, email, password, role, "createdAt", "updatedAt")
      VALUES (gen_random_uuid(), 'there before', 'before@example.org', 'x', 'fan', now(), now())`);
    await target.sql(`CREATE TABLE "TheirOwn" AS SELECT 1 AS one`);
    const { folder } = await backUp();
    await target.sql('DELETE FROM "User"');
    const before = await backUp('--only', 'postgres');
    await fill(target.databaseUrl, live.url);
    const migrated = await contentOf(target);
    const refused = await desk.run(['restore', folder], environment());
    expect(refused.code).not.toBe(0);
    const flag = join(desk.folder, 'maintenance.flag');
    const placed = [{ kind: 'flagFile', path: flag }];
    const MAINTENANCE_FILE = join(desk.folder, 'maintenance.json');
    await writeFile(MAINTENANCE_FILE, JSON.stringify({ on: placed, off: placed }));
    const { code, out } = await desk.run(['restore', before.folder, '--yes'], { ...environment(), MAINTENANCE_FILE });
    expect(code).toBe(0);
    // The source stays as it is meanwhile, and until somebody says otherwise.
    expect(existsSync(flag)).toBe(true);
    expect(out).toMatch(saying(restoredInMaintenance));
    expect(out).toMatch(
      new RegExp(fileHas({ file: 'prisma-id-mapping.json', what: '' }).text + saying(entriesOf).source),
    );
    expect(out).toMatch(saying(restoredEqual));
    expect((await backUp('--only', 'postgres')).postgres!.tables).toEqual(before.postgres!.tables);
    expect((await desk.run(['run'], environment())).code).toBe(0);
    expect(await contentOf(target)).toEqual(migrated);
  });

  test('what `backup` made of the source is migrated like the source itself', async () => {
    const { folder, mongodb } = await backUp('--only', 'mongodb');
    const rehearsal = await desk.target();
    await fill(rehearsal.databaseUrl, `dump:${join(folder, mongodb!.file.name)}`);
    const { TheirOwn: _, ...moved } = await contentOf(target);
    expect(await contentOf(rehearsal)).toEqual(moved);
  });

  test('--check proves a backup again, and tells what is wrong with one', async () => {
    const { folder } = await backUp();
    const fine = await desk.run(['backup', '--check', folder], environment());
    expect(fine.out).toMatch(saying(backupProved));
    expect(fine.code).toBe(0);
    const [file] = (await readdir(join(folder, 'postgres'))).filter((name) => name.endsWith('.copy.gz'));
    await rm(join(folder, 'postgres', file!));
    const damaged = await desk.run(['backup', '--check', folder], environment());
    expect(damaged.err).toMatch(saying(backupFileMissing));
    expect(damaged.code).toBe(1);
    const none = await desk.run(['restore', desk.folder, '--yes'], environment());
    expect(none.err).toMatch(saying(noManifest));
  });
});

describe('--require-backup', () => {
  test('the run waits until there is a proved backup that is young enough', async () => {
    const fresh = await desk.target();
    const folder = join(desk.folder, 'gate');
    const asked = { ...fresh.environment, SOURCE_URI: live.url, BACKUPS_FOLDER: folder };
    const waiting = await desk.run(['run', '--require-backup', '2'], asked);
    expect(waiting.out).toMatch(saying(backupMissing));
    expect(await fresh.sql('SELECT count(*) FROM "User"')).toEqual([['0']]);
    expect((await desk.run(['backup', '--own'], asked)).code).toBe(0);
    await desk.client.workflow.getHandle('mongo-to-prisma').signal('resume');
    expect((await desk.run(['run', '--require-backup', '2'], asked)).code).toBe(0);
    const [facts] = await fresh.sql(
      `SELECT facts -> 'backup' ->> 'waived', facts -> 'backup' ->> 'folder' FROM migration_run`,
    );
    expect(facts).toEqual(['false', expect.stringContaining(folder)]);
  });

  test('somebody may go on without one, which the report tells', async () => {
    const fresh = await desk.target();
    const asked = { ...fresh.environment, BACKUPS_FOLDER: join(desk.folder, 'none') };
    const flags = ['run', '--require-backup', '2', '--workflow-id', 'waived'];
    expect((await desk.run(flags, asked)).out).toMatch(saying(backupMissing, { gate: 'backup' }));
    await desk.client.workflow.getHandle('waived').signal('approve', { gate: 'backup' });
    expect((await desk.run(flags, asked)).code).toBe(0);
    expect(await fresh.sql(`SELECT facts -> 'backup' FROM migration_run`)).toEqual([['{"waived": true}']]);
  });
});
