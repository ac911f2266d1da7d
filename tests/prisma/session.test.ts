import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { TargetUnfit } from '../../engine/common/errors.ts';
import { isTransactionPooler, losesCommits, settingRefused } from '../../engine/messages/engine/target.ts';
import { createScratchSchema, dropScratchSchema } from '../../engine/run/scratch-schema.ts';
import { longRead } from '../../engine/target/long-read.ts';
import { openTarget } from '../../engine/target/target.ts';
import { applyMigrations, migrationStatus } from '../../prisma/apply/apply-migrations.ts';
import { withDatabase } from '../../prisma/connection/database-url.ts';
import { connectTarget } from '../../prisma/connection/target.ts';
import { saying } from '../engine/messages/saying.ts';
import { startTransactionPooler } from '../support/faults/transaction-pooler.ts';
import { createDatabase, type TestDatabase } from '../support/servers/databases.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(() => database.drop());

async function administer(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: database.url, options: '-c default_transaction_read_only=off' });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

const withQuery = (query: Readonly<Record<string, string>>) => {
  const url = new URL(database.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
};

/** What a database's owner may say of its sessions, all of it other than a migration needs. */
const OTHERWISE = {
  search_path: 'elsewhere',
  TimeZone: "'Asia/Seoul'",
  DateStyle: "'SQL, DMY'",
  IntervalStyle: 'iso_8601',
  extra_float_digits: '-15',
  client_encoding: 'LATIN1',
  bytea_output: 'escape',
  standard_conforming_strings: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  session_replication_role: 'replica',
  row_security: 'on',
  statement_timeout: "'1d'",
  lock_timeout: "'1d'",
  idle_in_transaction_session_timeout: "'1d'",
  idle_session_timeout: "'1min'",
  transaction_timeout: "'1d'",
} as const;

const SHOWN = Object.keys(OTHERWISE);
const SHOW = `SELECT string_agg(name || '=' || setting, E'\\n' ORDER BY lower(name)) FROM pg_settings WHERE name = ANY ($1)`;

const DUE = `bytea_output=hex
client_encoding=UTF8
DateStyle=ISO, MDY
default_transaction_isolation=read committed
default_transaction_read_only=off
extra_float_digits=1
idle_in_transaction_session_timeout=8000
idle_session_timeout=0
IntervalStyle=postgres
lock_timeout=10000
row_security=off
search_path="public"
session_replication_role=origin
standard_conforming_strings=on
statement_timeout=25000
TimeZone=UTC
transaction_timeout=25000`;

describe('a session', () => {
  test('is what it has to be, whatever the database says of its sessions', async () => {
    const all = Object.entries(OTHERWISE).map(([name, value]) => `${name} = ${value}`);
    await administer(...all.map((one) => `ALTER DATABASE "${database.name}" SET ${one}`));
    const target = openTarget(database.url, { connections: 2 });
    try {
      expect((await target.query(SHOW, [SHOWN]))[0]![0]).toBe(DUE);
      const rows = await target.transaction((execute) => execute('CREATE TABLE written (at int)'));
      expect(rows).toBe(0);
      expect(await migrationStatus(database.url)).toMatchObject({ pending: [], failed: [] });
      expect(await target.query(`SELECT to_regclass('public.written')::text`, [])).toEqual([['written']]);
    } finally {
      await target.close();
      await administer(`ALTER DATABASE "${database.name}" RESET ALL`, 'DROP TABLE public.written');
    }
  });

  test('is what it has to be beside options of others, which it has, too', async () => {
    const target = openTarget(withQuery({ options: '-c work_mem=7MB -c app.note=two\\ words' }));
    try {
      expect((await target.query(SHOW, [SHOWN]))[0]![0]).toBe(DUE);
      expect(await target.query(`SELECT current_setting('work_mem'), current_setting('app.note')`, [])).toEqual([
        ['7MB', 'two words'],
      ]);
    } finally {
      await target.close();
    }
  });

  test('whose commits would not outlive a crash is refused', async () => {
    await administer(`ALTER DATABASE "${database.name}" SET synchronous_commit = off`);
    const target = openTarget(database.url);
    try {
      const sentence = saying(losesCommits, { value: 'off' });
      await expect(target.query('SELECT 1', [])).rejects.toThrow(sentence);
      await expect(connectTarget(database.url, 'public')).rejects.toThrow(TargetUnfit);
    } finally {
      await target.close();
      await administer(`ALTER DATABASE "${database.name}" RESET synchronous_commit`);
    }
  });

  test('of a user who may not set what the role has otherwise is refused by the setting’s name', async () => {
    await administer(
      `CREATE ROLE plain_${database.name} LOGIN PASSWORD 'x'`,
      `ALTER ROLE plain_${database.name} SET session_replication_role = replica`,
    );
    const url = new URL(database.url);
    [url.username, url.password] = [`plain_${database.name}`, 'x'];
    try {
      await expect(connectTarget(url.href, 'public')).rejects.toThrow(
        saying(settingRefused, { why: 'permission denied to set parameter "session_replication_role"' }),
      );
    } finally {
      await administer(`DROP ROLE plain_${database.name}`);
    }
  });

  test('of a read lets go of the timeouts for as long as the read goes on', async () => {
    const target = openTarget(database.url, { connections: 1 });
    const timeout = `SELECT current_setting('statement_timeout')`;
    try {
      expect(await longRead(target, (query) => query(timeout, []))).toEqual([['0']]);
      expect(await target.query(timeout, [])).toEqual([['25s']]);
    } finally {
      await target.close();
    }
  });
});

describe('a transaction pooler', () => {
  test('is recognised by what becomes of sessions, before anything is written', async () => {
    const pooler = await startTransactionPooler(database.url);
    try {
      const sentence = saying(isTransactionPooler);
      await expect(connectTarget(pooler.url, 'public')).rejects.toThrow(sentence);
      const target = openTarget(pooler.url, { connections: 2 });
      await expect(target.query('CREATE TABLE written (at int)', [])).rejects.toThrow(sentence);
      await expect(target.transaction((execute) => execute('CREATE TABLE written (at int)'))).rejects.toThrow(sentence);
      await target.close();
    } finally {
      await pooler.close();
    }
  });
});

describe('a schema of any name', () => {
  test.each(['two words', 'back\\slash', '"quoted"', "o'clock", '한글', 'a=b -c c'])(
    '%s is found everywhere',
    async (schema) => {
      const url = withQuery({ schema });
      expect((await applyMigrations(url)).applied).not.toEqual([]);
      expect((await migrationStatus(url)).pending).toEqual([]);
      const target = openTarget(url, { connections: 1 });
      try {
        expect(target.schema).toBe(schema);
        expect(await target.query('SELECT current_schema(), count(*) FROM migration_run', [])).toEqual([[schema, '0']]);
        expect(await target.prisma.user.count()).toBe(0);
      } finally {
        await target.close();
      }
      await administer(`DROP SCHEMA ${pg.escapeIdentifier(schema)} CASCADE`);
    },
  );
});

test('a scratch schema stands apart whatever the options say', async () => {
  const url = withQuery({ options: '-c search_path=public' });
  const schema = 'mongo_to_prisma_dry_0001';
  await createScratchSchema(url, schema, { workflowId: 'w', workflowRunId: 'r', namespaceId: 'n' } as never);
  const target = openTarget(url, { schema, connections: 2 });
  try {
    await target.transaction((execute) => execute(`CREATE TABLE apart AS SELECT 1 AS one`));
    const [row] = await target.query(`SELECT to_regclass('public.apart'), to_regclass('${schema}.apart')::text`, []);
    expect(row).toEqual([null, 'apart']);
    await dropScratchSchema(target.query, schema);
  } finally {
    await target.close();
  }
});

test('connection_limit is kept to', async () => {
  // Two of the four are for what has a session of its own.
  const target = openTarget(withQuery({ connection_limit: '4', application_name: 'limited' }));
  try {
    await Promise.all(Array.from({ length: 6 }, () => target.query('SELECT pg_sleep(0.2)', [])));
    const [row] = await target.query(`SELECT count(*) FROM pg_stat_activity WHERE application_name = 'limited'`, []);
    expect(row).toEqual(['2']);
  } finally {
    await target.close();
  }
});

test('another database of the same server is named with all that the URL says', () => {
  expect(withDatabase(withQuery({ options: 'endpoint=ep-1' }), 'a/b')).toMatch(/\/a%2Fb\?options=endpoint%3Dep-1$/);
});
