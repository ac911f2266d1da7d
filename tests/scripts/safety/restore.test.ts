import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { halfSwapped } from '../../../engine/messages/engine/target.ts';
import {
  copyDropped,
  nameGivenBack,
  namelessBackup,
  replacedKept,
  restoreMeetsLease,
  restoreUnderWay,
} from '../../../engine/messages/operations/backup.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type Desk, type Ended, openDesk } from '../../support/command-line.ts';
import { startTcpProxy, type TcpProxy, throughProxy } from '../../support/faults/tcp-proxy.ts';
import { createDatabase, type TestDatabase } from '../../support/servers/databases.ts';
import { postgresUrl } from '../../support/servers/servers.ts';

let desk: Desk;
let database: TestDatabase;
let proxy: TcpProxy;
let backups: string;

beforeAll(async () => {
  desk = await openDesk({ collections: {} });
});
afterAll(() => desk.close());
beforeEach(async () => {
  database = await createDatabase();
  proxy = await startTcpProxy(Number(new URL(database.url).port));
  backups = join(desk.folder, randomUUID());
  await atTarget(`INSERT INTO "User" (id, name, email, password, role, "createdAt", "updatedAt")
    VALUES (gen_random_uuid(), 'there before', 'before@example.org', 'x', 'fan', now(), now())`);
});
afterEach(async () => {
  await proxy.close();
  for (const name of await databases()) await onServer(`DROP DATABASE "${database.name}${name}" WITH (FORCE)`);
});

async function sql(url: string, statement: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

const onServer = (statement: string) => sql(postgresUrl(), statement);
const atTarget = (statement: string) => sql(database.url, statement);
const users = async () => (await atTarget('SELECT name FROM "User" ORDER BY 1')).flat();

/** The endings of the target’s name that databases have. */
async function databases(): Promise<string[]> {
  const rows = await onServer(
    `SELECT datname FROM pg_database WHERE starts_with(datname, '${database.name}') ORDER BY 1`,
  );
  return rows.flat().map((name) => String(name).slice(database.name.length));
}

async function schemas(): Promise<unknown[]> {
  return (await atTarget(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'public%' ORDER BY 1`)).flat();
}

const stamped = (kind: string) => expect.stringMatching(new RegExp(`^(public)?_${kind}_\\d{14}$`));
const environment = () => ({
  ...{ DATABASE_URL: throughProxy(database.url, proxy), BACKUPS_FOLDER: backups },
  REPORTS_FOLDER: join(backups, '..', 'reports'),
});

type Form = 'copy' | 'template';

/** Makes a backup, and changes the target afterwards. @returns the backup’s folder */
async function backUp(form: Form): Promise<string> {
  const flags = form === 'template' ? ['--form', 'template'] : ['--own'];
  const { code, err } = await desk.run(['backup', '--only', 'postgres', ...flags], environment());
  expect([code, err]).toEqual([0, expect.anything()]);
  await atTarget(`UPDATE "User" SET name = 'changed since'`);
  const [folder] = await readdir(backups);
  return join(backups, folder!);
}

const restore = (folder: string): Promise<Ended> => desk.run(['restore', folder, '--yes'], environment());

const killRestoreAt = (folder: string, ...statements: RegExp[]) => killAt(['restore', folder, '--yes'], ...statements);

/** Kills a command once the server has done the first statement that is as described, after others that are. */
async function killAt(args: readonly string[], ...statements: RegExp[]): Promise<void> {
  const done = proxy.holdAnswerTo((request) => {
    if (!statements[0]!.test(request.toString('latin1'))) return false;
    if (statements.length === 1) return true;
    statements.shift();
    return false;
  });
  const command = desk.start(args, environment());
  await Promise.race([done, command.ended.then(({ out, err }) => Promise.reject(new Error(out + err)))]);
  command.child.kill('SIGKILL');
  await command.ended;
  proxy.heal();
  proxy.cut();
  await untilGone();
}

/** The server has noticed that its clients are gone. */
async function untilGone(): Promise<void> {
  const busy = `SELECT FROM pg_stat_activity WHERE starts_with(datname, '${database.name}')
    OR (query ~ '${database.name}' AND pid <> pg_backend_pid())`;
  while ((await onServer(busy)).length > 0) await sleep(50);
}

describe('a restore that is killed', () => {
  test.each([
    [
      'while its copy is filled',
      'template',
      /^Q....CREATE DATABASE/s,
      ['', stamped('backup'), stamped('restored')],
      [],
    ],
    ['between its renames', 'template', /RENAME TO "test_[0-9a-f]+"/, ['', stamped('backup'), stamped('restored')], []],
    ['while its copy is filled', 'copy', /^Q....CREATE SCHEMA/s, [''], ['public', stamped('restored')]],
    ['between its renames', 'copy', /RENAME TO "public"/, [''], ['public', stamped('restored')]],
  ] as const)('%s (%s) has changed nothing; the next one clears its copy away', async (_, form, at, left, inTarget) => {
    const folder = await backUp(form);
    await killRestoreAt(folder, at);
    expect(await databases()).toEqual(left);
    if (form === 'copy') expect(await schemas()).toEqual(inTarget);
    expect(await users()).toEqual(['changed since']);
    const { code, out, err } = await restore(folder);
    expect([code, err]).toEqual([0, expect.anything()]);
    expect(out).toMatch(saying(copyDropped.restore));
    expect(await users()).toEqual(['there before']);
    if (form === 'copy') expect(await schemas()).toEqual(['public', stamped('replaced')]);
    else expect(await databases()).toEqual(['', stamped('backup'), stamped('replaced')]);
  });

  test('once both have changed names has restored the target; the next one names what is kept', async () => {
    const folder = await backUp('template');
    await killRestoreAt(folder, /RENAME TO "test_[0-9a-f]+"/, /COMMIT/);
    expect(await databases()).toEqual(['', stamped('backup'), stamped('replaced')]);
    expect(await users()).toEqual(['there before']);
    const { code, out } = await restore(folder);
    expect(code).toBe(0);
    expect(out).toMatch(saying(replacedKept, { kind: 'database' }));
    expect(out).toMatch(/_replaced_\d{14}\b.*DROP DATABASE "/);
  });
});

describe('a backup by template that is killed', () => {
  const TEMPLATE = ['backup', '--only', 'postgres', '--form', 'template'];
  const again: readonly (readonly [string, (folder: string) => Promise<Ended>])[] = [
    ['backup', () => desk.run(TEMPLATE, environment())],
    ['restore', restore],
  ];

  test.each(again)('leaves a copy that the next %s drops, and tells of', async (next, command) => {
    const folder = await backUp('template');
    await killAt(TEMPLATE, /^Q....CREATE DATABASE/s);
    expect(await databases()).toEqual(['', stamped('backup'), stamped('unproved')]);
    const { code, out, err } = await command(folder);
    expect([code, err]).toEqual([0, expect.anything()]);
    expect(out + err).toMatch(saying(copyDropped.backup, { kind: 'database' }));
    expect(out + err).not.toMatch(saying(namelessBackup));
    const made = next === 'backup' ? stamped('backup') : stamped('replaced');
    expect(await databases()).toEqual(['', stamped('backup'), made]);
  });

  test.each(again)('when it was proved, leaves a database that the next %s names and keeps', async (_, command) => {
    const folder = await backUp('template');
    await killAt(TEMPLATE, /RENAME TO "test_[0-9a-f]+_backup_/);
    const left = await databases();
    expect(left).toEqual(['', stamped('backup'), stamped('backup')]);
    const { code, out, err } = await command(folder);
    expect([code, err]).toEqual([0, expect.anything()]);
    const nameless = `${database.name}${left[2]}`;
    expect(out + err).toMatch(saying(namelessBackup, { database: nameless, folder: backups }));
    expect(out + err).toContain(`DROP DATABASE "${nameless}".`);
    expect((out + err).split(`DROP DATABASE "${nameless}"`)).toHaveLength(2);
    expect(await databases()).toContain(left[2]);
  });
});

test('what an earlier build’s restore has left between two renames is told by every command, and undone', async () => {
  const folder = await backUp('template');
  const old = `${database.name}_replaced_20260101020304`;
  await onServer(`CREATE DATABASE "${database.name}_restored_20260101020304"`);
  await onServer(`ALTER DATABASE "${database.name}" RENAME TO "${old}"`);
  for (const args of [
    ['verify'],
    ['quarantine', 'list'],
    ['backup', '--own', '--only', 'postgres'],
    ['migrate-schema'],
  ]) {
    const { code, err } = await desk.run(args, environment());
    expect([args, code]).toEqual([args, 1]);
    expect(err).toMatch(saying(halfSwapped));
    expect(err).toContain(`ALTER DATABASE "${old}" RENAME TO "${database.name}"`);
  }
  const { code, out, err } = await restore(folder);
  expect([code, err]).toEqual([0, expect.anything()]);
  expect(out).toContain(nameGivenBack({ database: database.name, misnamed: old }).text);
  const copy = `${database.name}_restored_20260101020304`;
  expect(out).toContain(copyDropped.restore({ copy, kind: 'database' }).text);
  expect(await databases()).toEqual(['', stamped('backup'), stamped('replaced')]);
  expect(await users()).toEqual(['there before']);
});

describe('while a restore is under way', () => {
  const begin = `INSERT INTO migration_run (id, workflow_id, workflow_run_id, namespace_id, plan, format_version, source_fingerprint,
    source_label, lease, state) VALUES (gen_random_uuid(), 'late', 'late', 'tests', 'platform', 1, 'x', 'x', 'target', 'running')`;

  test.each([
    ['template', /sha256\(/],
    ['copy', /BEGIN; SET LOCAL lock_timeout/],
  ] as const)('a run that begins is not swapped away (%s)', async (form, moment) => {
    const folder = await backUp(form);
    const reached = proxy.holdAnswerTo((request) => moment.test(request.toString('latin1')));
    const command = desk.start(['restore', folder, '--yes'], environment());
    await reached;
    await atTarget(begin);
    proxy.heal();
    const { code, err } = await command.ended;
    expect(code).toBe(1);
    expect(err).toMatch(saying(restoreMeetsLease, { workflow: 'late' }));
    expect(await users()).toEqual(['changed since']);
    expect(await atTarget('SELECT workflow_id FROM migration_run WHERE lease IS NOT NULL')).toEqual([['late']]);
    expect(await databases()).toEqual(form === 'template' ? ['', stamped('backup')] : ['']);
    expect(await schemas()).toEqual(['public']);
  });

  test('another one is refused, and takes nothing of it away', async () => {
    const folder = await backUp('template');
    const reached = proxy.holdAnswerTo((request) => /^Q....CREATE DATABASE/s.test(request.toString('latin1')));
    const first = desk.start(['restore', folder, '--yes'], environment());
    await reached;
    const second = await restore(folder);
    expect([second.code, second.err]).toEqual([1, expect.stringMatching(saying(restoreUnderWay))]);
    proxy.heal();
    expect((await first.ended).code).toBe(0);
    expect(await users()).toEqual(['there before']);
  });
});
