import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { wholeNumberFrom } from '../../../engine/messages/commands/options.ts';
import { noCollectionOfPlan } from '../../../engine/messages/engine/run.ts';
import { MONGODB_REASONS, mongodbRefuses } from '../../../engine/messages/engine/source.ts';
import {
  databaseUrlForm,
  SQLSTATES,
  schemaNotCurrent,
  TARGET_REASONS,
  targetUnusable,
} from '../../../engine/messages/engine/target.ts';
import { databaseUrlNotSet, sourceUriForm } from '../../../engine/messages/worker/settings.ts';
import { temporalUnreachable, temporalWithoutNamespace } from '../../../engine/messages/worker/temporal.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, type Environment, openDesk } from '../../support/command-line.ts';
import { everything } from '../../support/data/content.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { urlOfDatabase } from '../../support/servers/databases.ts';
import { postgresUrl } from '../../support/servers/servers.ts';

const SECRET = 'hunter2';

let desk: Desk;
let target: CommandTarget;

beforeAll(async () => {
  const documents = new PlatformDocuments();
  desk = await openDesk({ collections: { users: [documents.user({}).document] } });
  target = await desk.target();
});

afterAll(() => desk.close());

/** What is said by a command that is refused, which shows no stack, no secret, and nothing on standard output. */
async function refusal(args: readonly string[], environment: Environment = {}) {
  const { code, out, err } = await desk.run(['run', ...args], { ...target.environment, ...environment });
  expect(err).not.toMatch(/^\s+at /m);
  expect(out + err).not.toContain(SECRET);
  const [user] = await target.sql('SELECT count(*) FROM "User"');
  expect(user).toEqual(['0']);
  return { code, said: `${out}${err}`.trim().split('\n') };
}

/** What is told last is the sentence. */
const sentence = (said: string[]) => said.at(-1);

describe('what is wrong with settings and options ends with 2', () => {
  test('everything that is wrong with the settings is told at once, without their values', async () => {
    const wrong = {
      SOURCE_URI: `mongo://someone:${SECRET}@host/platform`,
      DATABASE_URL: `mysql://u:${SECRET}@host/platform`,
    };
    expect(await refusal([], wrong)).toEqual({
      code: 2,
      said: [sourceUriForm({ name: 'SOURCE_URI' }).text, databaseUrlForm().text],
    });
  });

  test('with --json the refusal is one JSON object, too', async () => {
    const { code, out } = await desk.run(['run', '--json'], { ...target.environment, DATABASE_URL: '' });
    expect(JSON.parse(out)).toEqual({ state: 'refused', reason: expect.stringContaining(databaseUrlNotSet().text) });
    expect(code).toBe(2);
  });

  test('a negative limit', async () => {
    const { code, said } = await refusal(['--limit=-1']);
    expect(said.join('\n')).toMatch(saying(wholeNumberFrom, { least: 1, most: 1_000_000_000 }));
    expect(code).toBe(2);
  });
});

describe('a server that is not there ends with 1 and one sentence', () => {
  const postgresAt = (change: (url: URL) => void) => {
    const url = new URL(target.databaseUrl);
    change(url);
    return { DATABASE_URL: url.href };
  };

  test('PostgreSQL is down', async () => {
    const { code, said } = await refusal([], { DATABASE_URL: `postgresql://someone:${SECRET}@127.0.0.1:1/platform` });
    expect(said).toEqual([
      targetUnusable({ target: 'PostgreSQL at 127.0.0.1:1, database platform', why: TARGET_REASONS.down.en }).text,
    ]);
    expect(code).toBe(1);
  });

  test('PostgreSQL refuses the password', async () => {
    const wrong = postgresAt((url) => {
      url.password = SECRET;
    });
    const { code, said } = await refusal([], wrong);
    expect(said).toEqual([expect.stringMatching(saying(targetUnusable, { why: SQLSTATES['28P01'].en }))]);
    expect(code).toBe(1);
  });

  test('PostgreSQL has no such database', async () => {
    const wrong = postgresAt((url) => {
      url.pathname = '/nowhere';
    });
    const { code, said } = await refusal([], wrong);
    expect(said).toEqual([expect.stringMatching(saying(targetUnusable, { why: SQLSTATES['3D000'].en }))]);
    expect(code).toBe(1);
  });

  test('MongoDB is down', async () => {
    const down = {
      SOURCE_URI: '',
      MONGODB_URI: `mongodb://someone:${SECRET}@127.0.0.1:1/platform?serverSelectionTimeoutMS=300`,
    };
    const { code, said } = await refusal([], down);
    expect(said).toEqual([expect.stringMatching(saying(mongodbRefuses, { why: MONGODB_REASONS.down.en }))]);
    expect(code).toBe(1);
  });

  test('Temporal is down', async () => {
    const { code, said } = await refusal([], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(sentence(said)).toBe(temporalUnreachable({ address: '127.0.0.1:1' }).text);
    expect(code).toBe(1);
  });

  test('Temporal has no such namespace', async () => {
    const { code, said } = await refusal([], { TEMPORAL_NAMESPACE: 'nowhere' });
    expect(sentence(said)).toMatch(saying(temporalWithoutNamespace, { namespace: 'nowhere' }));
    expect(code).toBe(1);
  });
});

describe('a dump that cannot be read ends with 1 or 2 and one sentence', () => {
  test('it is not there', async () => {
    const { code, said } = await refusal(['--source', `dump:${join(desk.folder, 'nowhere')}`]);
    expect(said).toEqual([expect.stringContaining('nowhere')]);
    expect([1, 2]).toContain(code);
  });

  test('it is truncated', async () => {
    const cut = join(desk.folder, 'cut');
    await cp(desk.dump, cut, { recursive: true });
    const file = join(cut, 'platform', 'users.bson');
    await writeFile(file, (await readFile(file)).subarray(0, -9));
    const { code, said } = await refusal(['--source', `dump:${cut}`]);
    expect(said).toEqual([expect.stringContaining('users.bson')]);
    expect(code).toBe(1);
  });

  test('it holds none of the collections', async () => {
    const other = join(desk.folder, 'other');
    await mkdir(join(other, 'platform'), { recursive: true });
    await copyFile(join(desk.dump, 'platform', 'users.bson'), join(other, 'platform', 'people.bson'));
    const { code, said } = await refusal(['--source', `dump:${other}`]);
    expect(said.join('\n')).toMatch(saying(noCollectionOfPlan));
    expect(code).toBe(1);
  });
});

describe('a target that does not fit ends with 1 and one sentence', () => {
  test('it has not been migrated', async () => {
    const name = `test_bare_${process.pid}`;
    const database = await bareDatabase(name);
    try {
      const { code, said } = await refusal([], { DATABASE_URL: database });
      expect(said.join('\n')).toMatch(saying(schemaNotCurrent));
      expect(code).toBe(1);
    } finally {
      await onServer(`DROP DATABASE ${name}`);
    }
  });

  test('it holds rows of somebody else, which stay', async () => {
    const other = await desk.target();
    await other.sql(
      `INSERT INTO "User" (id, name, email, password, "createdAt", "updatedAt")
       VALUES (gen_random_uuid(), 'somebody', 'somebody@example.com', 'x', now(), now())`,
    );
    const before = await everything(other);
    const { code, out, err } = await desk.run(['run'], other.environment);
    expect(out + err).toMatch(/User/);
    expect(out + err).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
    expect(await everything(other)).toEqual(before);
  });
});

async function bareDatabase(name: string): Promise<string> {
  await onServer(`CREATE DATABASE ${name}`);
  return urlOfDatabase(postgresUrl(), name);
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl() });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
