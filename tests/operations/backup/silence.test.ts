import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { BackupUnfit } from '../../../engine/common/errors.ts';
import { programSilent } from '../../../engine/messages/operations/backup.ts';
import { runProgram } from '../../../operations/backup/programs/programs.ts';
import { anyOf, growthOf, sessionName, workOf } from '../../../operations/backup/programs/sign-of-life.ts';
import { saying } from '../../engine/messages/saying.ts';
import { until } from '../../support/scripts.ts';
import { postgresUrl } from '../../support/servers/servers.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silence-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const url = () => postgresUrl();

describe('a program', () => {
  test('that falls silent in its middle is ended, which one sentence tells', async () => {
    const file = join(folder, 'silent');
    const began = Date.now();
    const running = runProgram('sh', ['-c', `echo begun > ${file}; exec sleep 60`], {
      signOfLife: growthOf(file),
      silentMs: 1_000,
    });
    await expect(running).rejects.toThrow(new BackupUnfit(programSilent({ program: 'sh', seconds: 1 })));
    expect(Date.now() - began).toBeLessThan(30_000);
  });

  test('whose file grows may take its time', async () => {
    const file = join(folder, 'growing');
    const slow = `for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo more >> ${file}; sleep 0.25; done`;
    await runProgram('sh', ['-c', slow], { signOfLife: growthOf(file), silentMs: 2_000 });
  });

  test('for which PostgreSQL works may take its time, though its file does not grow', async () => {
    const name = sessionName();
    const client = new pg.Client({ connectionString: url(), application_name: name });
    await client.connect();
    const working = client.query('SELECT pg_sleep(3)');
    const signOfLife = anyOf(growthOf(join(folder, 'none')), workOf(url(), name));
    await runProgram('sleep', ['2.5'], { signOfLife, silentMs: 1_500 });
    await working;
    await expect(runProgram('sleep', ['60'], { signOfLife, silentMs: 1_500 })).rejects.toThrow(saying(programSilent));
    await client.end();
  });
});

test('a session that waits for its client or for a lock shows no sign of life', async () => {
  const [holder, waiter] = [sessionName(), sessionName()].map(
    (application_name) => new pg.Client({ connectionString: url(), application_name }),
  ) as [pg.Client, pg.Client];
  const nameOf = async (client: pg.Client) => (await client.query('SHOW application_name')).rows[0].application_name;
  await Promise.all([holder.connect(), waiter.connect()]);
  const names = [await nameOf(holder), await nameOf(waiter)];
  await holder.query('SELECT pg_advisory_lock(4711)');
  const locked = waiter.query('SELECT pg_advisory_lock(4711)');
  const waits = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'`;
  await until(async () => (await holder.query(waits, [names[1]])).rows[0].n === 1);
  for (const name of names) expect(await workOf(url(), name)()).toBe('');
  await holder.end();
  await locked;
  await waiter.end();
  expect(await workOf('postgresql://nobody@127.0.0.1:1/none', names[0])()).toBe('');
});
