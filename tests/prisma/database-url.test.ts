import { describe, expect, test } from '@jest/globals';
import { ConfigurationError } from '../../engine/common/errors.ts';
import {
  connectionLimitInvalid,
  namesTransactionPooler,
  setDifferently,
  settingUnusable,
  tooFewConnections,
} from '../../engine/messages/engine/target.ts';
import { problemsOfDatabaseUrl, readDatabaseUrl } from '../../prisma/connection/database-url.ts';
import { saying } from '../engine/messages/saying.ts';

const AT = 'postgresql://dba:pass%40word@db.example.com:5433/platform';
const withOptions = (options: string) => `${AT}?${new URLSearchParams({ options })}`;

function problems(url: string, environment: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    readDatabaseUrl(url, environment);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).problems.map(({ text }) => text);
  }
}

describe('a database URL', () => {
  test.each([
    ['', 'public'],
    ['?schema=', 'public'],
    ['?schema=Shop', 'Shop'],
    ['?schema=two%20words', 'two words'],
    ['?schema=a+b', 'a b'],
    ['?schema=%22quoted%22', '"quoted"'],
    ['?connection_limit=5&schema=x&pool_timeout=3', 'x'],
  ])('%s means schema %s', (query, schema) => {
    expect(readDatabaseUrl(`${AT}${query}`, {}).schema).toBe(schema);
  });

  test('hands on options that are no settings, and joins PGOPTIONS with them', () => {
    const url = withOptions('endpoint=ep-one-two -c work_mem=64MB --geqo=off');
    const { options, environment } = readDatabaseUrl(url, { PGOPTIONS: '-cwork_mem=64MB -c jit=off' });
    expect(options).toBe('-c work_mem=64MB -c jit=off -c geqo=off endpoint=ep-one-two');
    expect(environment['PGOPTIONS']).toContain('-c work_mem=64MB -c jit=off -c geqo=off ');
    expect(environment['PGOPTIONS']).toMatch(/ endpoint=ep-one-two$/);
  });

  test('keeps white space and backslashes in an option’s value', () => {
    const { options } = readDatabaseUrl(withOptions('-c app.note=a\\ b\\\\c'), {});
    expect(options).toBe('-c app.note=a\\ b\\\\c');
  });

  test('leads programs to the same place, in UTC, whatever the role says', () => {
    const { environment } = readDatabaseUrl(`${AT}?sslmode=disable&schema=shop`, {});
    expect(environment).toMatchObject({
      ...{ PGHOST: 'db.example.com', PGPORT: '5433', PGDATABASE: 'platform', PGUSER: 'dba', PGPASSWORD: 'pass@word' },
      ...{ PGSSLMODE: 'disable', PGCLIENTENCODING: 'UTF8' },
    });
    expect(environment['PGOPTIONS']).toContain('-c timezone=UTC');
    expect(environment['PGOPTIONS']).toContain('-c default_transaction_read_only=off');
  });

  test('says how many connections there may be', () => {
    expect(readDatabaseUrl(AT, {}).connectionLimit).toBeNull();
    expect(readDatabaseUrl(`${AT}?connection_limit=14`, {}).connectionLimit).toBe(14);
    const fewest = tooFewConnections({ fewest: 6 });
    expect(problemsOfDatabaseUrl(`${AT}?connection_limit=5`, {})).toEqual([fewest]);
    expect(problemsOfDatabaseUrl(`${AT}?connection_limit=6`, {})).toEqual([]);
    expect(problems(`${AT}?connection_limit=none`)).toEqual([connectionLimitInvalid().text]);
  });
});

describe('settings that a migration needs otherwise', () => {
  test.each([
    'search_path=public,extensions',
    'TimeZone=Asia/Seoul',
    'datestyle=SQL,\\ DMY',
    'intervalstyle=iso_8601',
    'extra_float_digits=0',
    'client_encoding=LATIN1',
    'default_transaction_isolation=serializable',
    'default_transaction_read_only=on',
    'session_replication_role=replica',
    'row_security=on',
    'bytea_output=escape',
    'statement_timeout=0',
    'lock_timeout=60s',
    'idle_in_transaction_session_timeout=0',
    'transaction_timeout=1h',
    'synchronous_commit=off',
    'synchronous_commit=local',
    'synchronous_commit=remote_write',
  ])('%s is refused by name, in the URL and in PGOPTIONS', (setting) => {
    const [name] = setting.split('=');
    for (const [by, found] of [
      ['DATABASE_URL', problems(withOptions(`-c ${setting}`))],
      ['PGOPTIONS', problems(AT, { PGOPTIONS: `-c ${setting}` })],
    ] as const) {
      expect(found).toEqual([expect.stringMatching(saying(settingUnusable, { name: by }))]);
      expect(found[0]).toMatch(new RegExp(`\\b${name}\\b`, 'i'));
    }
  });

  test.each([
    'search_path=public',
    'search_path="public"',
    'timezone=utc',
    'datestyle=iso',
    'client_encoding=utf-8',
    'default_transaction_read_only=false',
    'statement_timeout=25s',
    'lock_timeout=10000',
    'synchronous_commit=remote_apply',
  ])('%s says the same, and is let pass', (setting) => {
    expect(problems(withOptions(`-c ${setting}`))).toEqual([]);
  });

  test('are refused as parameters of node-postgres, too', () => {
    for (const name of ['statement_timeout', 'client_encoding', 'query_timeout', 'replication']) {
      expect(problems(`${AT}?${name}=7`)).toEqual([expect.stringContaining(name)]);
    }
  });

  test('which URL and PGOPTIONS name differently are refused, and every problem is told at once', () => {
    const given = problems(withOptions('-c work_mem=64MB -c timezone=CET'), { PGOPTIONS: '-c work_mem=4MB' });
    expect(given).toEqual([
      expect.stringMatching(saying(setDifferently, { setting: 'work_mem' })),
      expect.stringMatching(saying(settingUnusable, { name: 'DATABASE_URL' })),
    ]);
    expect(problems(withOptions('-c work_mem=1MB -c work_mem=2MB'))).toHaveLength(1);
    expect(problems(withOptions('-c'))).toHaveLength(1);
  });
});

describe('a transaction pooler', () => {
  test.each([
    'postgresql://u:p@localhost:6432/db?pgbouncer=true',
    'postgresql://u:p@ep-cool-rain-123456-pooler.eu-central-1.aws.neon.tech/db?sslmode=require',
    'postgresql://u:p@aws-0-eu-central-1.pooler.supabase.com:6543/postgres',
    'postgresql://u:p@db.abcdefgh.supabase.co:6543/postgres',
  ])('is recognised: %s', (url) => {
    expect(problems(url)).toEqual([expect.stringMatching(saying(namesTransactionPooler))]);
  });

  test.each([
    'postgresql://u:p@localhost:6432/db?pgbouncer=false',
    'postgresql://u:p@ep-cool-rain-123456.eu-central-1.aws.neon.tech/db?sslmode=verify-full',
    'postgresql://u:p@aws-0-eu-central-1.pooler.supabase.com:5432/postgres',
  ])('is not what stands here: %s', (url) => {
    expect(problems(url)).toEqual([]);
  });
});

test.each([
  '',
  'nonsense',
  'mysql://u:s3cret@h/d',
  'postgresql://u:s3%cret@h/d',
  'postgresql://u:p@h/d?sslrootcert=/no/file',
])('what is no URL of PostgreSQL’s is refused without a word of it: %j', (url) => {
  expect(problems(url)).toEqual([expect.stringMatching(/^DATABASE_URL /)]);
  expect(problems(url).join()).not.toMatch(/s3|no\/file/);
});
