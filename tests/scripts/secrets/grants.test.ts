import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mongo } from 'mongoose';
import pg from 'pg';
import { monitoringEnded, roundOfStanding } from '../../../engine/messages/commands/monitoring.ts';
import { runVerified } from '../../../engine/messages/commands/screen.ts';
import { gateWaitsForApproval } from '../../../engine/messages/workflows/blocked.ts';
import { abortedAndRolledBack } from '../../../engine/messages/workflows/progress.ts';
import { EXIT } from '../../../scripts/cli/exit-codes.ts';
import { fillMongoDB } from '../../../scripts/demo/data/fill-mongodb.ts';
import { SMALL_DEMO } from '../../../scripts/demo/data/options.ts';
import { plan } from '../../../stages/plan.ts';
import type { migration } from '../../../workflows/migration.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk } from '../../support/command-line.ts';
import { fill } from '../../support/engine-alone.ts';
import { endOf } from '../../support/migration.ts';
import { project } from '../../support/scripts.ts';
import { createMongoDatabase, type TestDatabase } from '../../support/servers/databases.ts';

const GRANTS = join(project, 'docs/grants.sql');
const PURPOSES = ['run', 'reconcile', 'verify', 'monitor'] as const;
type Purpose = (typeof PURPOSES)[number];

let desk: Desk;
let target: CommandTarget;
let live: TestDatabase;
let source: mongo.MongoClient;
const suffix = randomBytes(6).toString('hex');
const roleOf = (purpose: Purpose) => `${purpose}_${suffix}`;

/** The environment of a process that may do what this purpose asks, and nothing else. */
function as(purpose: Purpose) {
  const url = new URL(target.databaseUrl);
  url.username = roleOf(purpose);
  url.password = 'geheim';
  return { ...target.environment, SOURCE_URI: live.url, DATABASE_URL: url.href };
}

/** What psql does with the file: the part of the variable that is set, and the other variables, quoted as names. */
async function grant(client: pg.Client, purpose: Purpose): Promise<void> {
  let isTaken = true;
  const lines = (await readFile(GRANTS, 'utf8')).split('\n').filter((line) => {
    const [, command, variable] = /^\\(\w+)(?: :\{\?(\w+)\})?/.exec(line) ?? [];
    if (command === 'if' || command === 'elif') isTaken = variable === purpose;
    if (command === 'else') isTaken = false;
    if (command === 'endif') isTaken = true;
    return command === undefined && isTaken;
  });
  const sql = lines
    .join('\n')
    .replaceAll(':"role"', `"${roleOf(purpose)}"`)
    .replaceAll(':"schema"', '"public"');
  await client.query(sql);
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  desk = await openDesk({ collections: {} });
  live = await createMongoDatabase();
  source = await mongo.MongoClient.connect(live.url);
  await fillMongoDB(live.url, SMALL_DEMO);
  target = await desk.target();
  await connected(target.databaseUrl, async (client) => {
    for (const purpose of PURPOSES) {
      await client.query(`CREATE ROLE ${roleOf(purpose)} LOGIN PASSWORD 'geheim'`);
      await grant(client, purpose);
    }
  });
});
afterAll(async () => {
  await connected(target.databaseUrl, async (client) => {
    for (const purpose of PURPOSES)
      await client.query(`DROP OWNED BY ${roleOf(purpose)}; DROP ROLE ${roleOf(purpose)}`);
  });
  await source.close();
  await live.drop();
  await desk.close();
});

/** The tests tell one story: each purpose under the role that has its rights of docs/grants.sql. */
describe('with the rights of docs/grants.sql', () => {
  test('run: a worker migrates, settles duplicates, verifies, reports, retries, and rolls everything back', async () => {
    const environment = as('run');
    const worker = desk.start(['worker'], environment);
    const run = ['run', '--no-worker', '--gates', 'manual'];
    expect((await desk.run(run, environment)).out).toMatch(saying(gateWaitsForApproval, { gate: 'start' }));
    const handle = desk.client.workflow.getHandle<typeof migration>('mongo-to-prisma');
    for (const gate of ['start', ...plan.stages.map(({ name }) => name)]) await handle.signal('approve', { gate });
    expect((await desk.run(run, environment)).out).toMatch(saying(gateWaitsForApproval, { gate: 'complete' }));
    const [held] = await target.sql(
      `SELECT count(*) FILTER (WHERE code = 'duplicate') > 0, count(*) > 20 FROM migration_quarantine`,
    );
    expect(held).toEqual(['t', 't']);
    expect((await desk.run(['abort', '--rollback'], environment)).code).toBe(0);
    // A right that is missing would block it for ever.
    await expect(endOf(handle)).rejects.toMatchObject({
      cause: { message: expect.stringMatching(saying(abortedAndRolledBack)) },
    });
    worker.child.kill('SIGINT');
    await worker.ended;
    expect(await target.sql('SELECT count(*) FROM "User"')).toEqual([['0']]);
    await fill(target.databaseUrl, live.url);
    expect((await desk.run(['quarantine', 'retry'], environment)).code).toBe(EXIT.quarantined);
    expect((await desk.run(['report'], environment)).code).toBe(0);
  });

  test('verify: commands compare and tell', async () => {
    for (const args of [['verify'], ['spot-check'], ['quarantine', 'list'], ['id-map', 'export']]) {
      const { code, err } = await desk.run(args, as('verify'));
      expect([args, code, err]).toEqual([args, 0, expect.anything()]);
    }
  });

  test('monitor: a worker watches, and keeps its notes', async () => {
    const worker = desk.start(['worker'], as('monitor'));
    const follow = desk.start(['monitor', '--every', '1m', '--samples', '10', '--follow'], as('monitor'));
    await follow.until(saying(roundOfStanding, { standing: 'watching', round: 0 }), 180_000);
    expect((await desk.run(['monitor', 'stop'], as('monitor'))).code).toBe(0);
    const { code, out } = await follow.ended;
    expect(out).toMatch(saying(monitoringEnded, { rounds: 1, problems: 0, open: 0 }));
    expect(code).toBe(0);
    worker.child.kill('SIGINT');
    await worker.ended;
  });

  test('reconcile: rows are changed, deleted and inserted', async () => {
    const payments = source.db().collection('payments');
    const moved = await target.sql(
      `SELECT right(encode(legacy_key, 'hex'), 24) FROM migration_id_map JOIN "Payment" ON id = prisma_id
       WHERE collection = 'payment' AND status = 'pending' ORDER BY 1 LIMIT 2`,
    );
    const [gone, changed] = moved.map(([id]) => new mongo.ObjectId(id!));
    await payments.deleteOne({ _id: gone! });
    await payments.updateOne({ _id: changed! }, { $set: { amount: 4_321 } });
    await source
      .db()
      .collection('users')
      .updateMany({}, { $set: { bio: 'changed since' } });
    const { code, out } = await desk.run(['reconcile', '--fingerprint'], as('reconcile'));
    expect([code, out]).toEqual([EXIT.quarantined, expect.stringMatching(saying(runVerified))]);
    expect(await target.sql('SELECT count(*) FROM "Payment" WHERE amount = 4321')).toEqual([['1']]);
    expect((await desk.run(['verify'], as('verify'))).code).toBe(0);
  });

  const NOBODY = [
    'ALTER TABLE "User" ADD COLUMN x int',
    'DROP TABLE "Payment"',
    'TRUNCATE "Payment"',
    'CREATE TABLE t ()',
  ];
  const UPDATE = `UPDATE "User" SET name = 'x'`;
  const WRITES = [
    ...['DELETE FROM "User"', `INSERT INTO "User" (id) VALUES (gen_random_uuid())`, 'DELETE FROM migration_id_map'],
    ...[
      `UPDATE migration_run SET lease = 'target'`,
      'DELETE FROM migration_run',
      `UPDATE migration_partition SET done = true`,
    ],
  ];
  test.each<[Purpose, string[]]>([
    ['run', [...NOBODY, UPDATE, 'DELETE FROM migration_run']],
    ['reconcile', [...NOBODY, 'DELETE FROM migration_run']],
    ['verify', [...NOBODY, UPDATE, ...WRITES, `UPDATE migration_run SET facts = '{}'`]],
    ['monitor', [...NOBODY, UPDATE, ...WRITES]],
  ])('%s: nothing else can be done', async (purpose, statements) => {
    await connected(as(purpose).DATABASE_URL, async (client) => {
      for (const statement of statements) {
        await expect(client.query(statement)).rejects.toThrow(/permission denied|must be owner/);
      }
    });
  });
});
