import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { EXIT } from '../../scripts/exit-codes.ts';
import { plan } from '../../stages/plan.ts';
import type { migration } from '../../workflows/migration.ts';
import { type CommandTarget, type Desk, openDesk } from '../support/command-line.ts';
import { endOf } from '../support/migration.ts';

const GRANTS = new URL('../../docs/grants.sql', import.meta.url);

let desk: Desk;
let target: CommandTarget;
const role = `worker_${randomBytes(6).toString('hex')}`;
const environment = () => {
  const url = new URL(target.databaseUrl);
  url.username = role;
  url.password = 'geheim';
  return { ...target.environment, DATABASE_URL: url.href };
};

/** What psql does with the file: its variables, quoted as names, and none of its own commands. */
async function grantAll(client: pg.Client): Promise<void> {
  const text = await readFile(GRANTS, 'utf8');
  const sql = text
    .replaceAll(/^\\.*$/gm, '')
    .replaceAll(':"role"', `"${role}"`)
    .replaceAll(':"schema"', '"public"');
  await client.query(sql);
}

async function asOwner<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: target.databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  desk = await openDesk({ scale: 0.1, bad: true });
  target = await desk.target();
  await asOwner(async (client) => {
    await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'geheim'`);
    await grantAll(client);
  });
});
afterAll(async () => {
  await asOwner((client) => client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`));
  await desk.close();
});

describe('a worker with the rights of docs/grants.sql', () => {
  test('migrates, settles duplicates, verifies, reports, and rolls everything back', async () => {
    const worker = desk.start(['worker'], environment());
    const run = ['run', '--no-worker', '--gates', 'manual'];
    expect((await desk.run(run, environment())).out).toMatch(/Gate start waits/);
    const handle = desk.client.workflow.getHandle<typeof migration>('mongo-to-prisma');
    for (const gate of ['start', ...plan.stages.map(({ name }) => name)]) await handle.signal('approve', { gate });
    expect((await desk.run(run, environment())).out).toMatch(/Gate complete waits/);
    const [held] = await target.sql(
      `SELECT count(*) FILTER (WHERE code = 'duplicate') > 0, count(*) > 20 FROM migration_quarantine`,
    );
    expect(held).toEqual(['t', 't']);
    expect((await desk.run(['abort', '--rollback'], environment())).code).toBe(0);
    // A right that is missing would block it for ever.
    await expect(endOf(handle)).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/everything this run had written was rolled back/) },
    });
    worker.child.kill('SIGINT');
    await worker.ended;
    expect(await target.sql('SELECT count(*) FROM "User"')).toEqual([['0']]);
    expect((await desk.run(['run'], environment())).code).toBe(EXIT.quarantined);
    expect((await desk.run(['verify'], environment())).code).toBe(0);
  });

  test('cannot empty, drop, alter or make a table', async () => {
    const client = new pg.Client({ connectionString: environment().DATABASE_URL });
    await client.connect();
    try {
      for (const statement of [
        'ALTER TABLE "User" ADD COLUMN x int',
        'DROP TABLE "Payment"',
        'TRUNCATE "Payment"',
        'CREATE TABLE t ()',
      ]) {
        await expect(client.query(statement)).rejects.toThrow(/permission denied|must be owner/);
      }
    } finally {
      await client.end();
    }
  });
});
