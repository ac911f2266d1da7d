import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import pg from 'pg';
import { sourceHoldsPassword } from '../../../engine/messages/commands/options.ts';
import { codecServerAt } from '../../../engine/messages/commands/starting.ts';
import { notPercentEncoded } from '../../../engine/messages/engine/source.ts';
import { workerAtWork } from '../../../engine/messages/worker/log.ts';
import { freePort } from '../../../scripts/servers/ports.ts';
import { EncryptionCodec } from '../../../worker/temporal/payload-codec.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, type Environment, openDesk } from '../../support/command-line.ts';
import { SeededSecrets } from '../../support/data/seeded-secrets.ts';
import { createDatabase, createMongoDatabase, type TestDatabase } from '../../support/servers/databases.ts';
import { type OtlpCollector, startOtlpCollector } from '../../support/servers/otlp-collector.ts';
import { postgresUrl } from '../../support/servers/servers.ts';

/**
 * What may hold data of documents, by design; everything else that a migration puts out is searched.
 * - backups, and what `quarantine export` and `finalize` write: whole documents, in files of the owner only;
 * - `quarantine show`: the document itself is what it is asked for.
 */
const HOLD_DATA = /\/(backups|cache|exported)\//;

/**
 * What names documents by any `_id`, by design: the reports' files, which their owner only can read, and commands that are
 * asked which documents there are.
 */
const NAME_DOCUMENTS = /^(\/|mongo-to-prisma (assess|id-map export|quarantine (list|show)) )/;

const secrets = new SeededSecrets();
const KEY = Buffer.from(secrets.text('a payload key').padEnd(32, '.')).toString('base64');

/** Everything that was put out, by where. */
const outputs = new Map<string, string>();

let desk: Desk;
let live: TestDatabase | undefined;
let database: TestDatabase | undefined;
let target: CommandTarget;
let environment: Environment;
/** The same for commands that send traces, each in a process of its own. */
let traced: Environment;
let collector: OtlpCollector;
const role = `zq_${process.pid}_${Date.now()}`;

beforeAll(async () => {
  desk = await openDesk({ collections: {} });
  live = await createMongoDatabase();
  const client = await mongoose.mongo.MongoClient.connect(live.url);
  for (const [name, documents] of Object.entries(secrets.platform())) {
    if (documents.length > 0) await client.db().collection(name).insertMany(documents);
  }
  await client.close();
  const password = secrets.text('the password of DATABASE_URL');
  await asSuperuser(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD '${password}'`);
  database = await createDatabase();
  target = await desk.target(withLogin(database.url, role, password));
  collector = await startOtlpCollector();
  const token = secrets.text('a token in a header');
  environment = {
    ...target.environment,
    SOURCE_URI: undefined,
    MONGODB_URI: withLogin(live.url, 'somebody', secrets.text('the password of MONGODB_URI'), 'authMechanism=PLAIN'),
    PAYLOAD_KEYS: KEY,
    TEMPORAL_TLS: 'false',
    TEMPORAL_API_KEY: secrets.text('the API key of Temporal'),
    BACKUPS_FOLDER: join(desk.folder, 'backups'),
    LOG_LEVEL: 'trace',
  };
  traced = {
    ...environment,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${token}`,
  };
});
afterAll(async () => {
  await desk.close();
  await collector?.close();
  await live?.drop();
  await database?.drop();
  await asSuperuser(`DROP ROLE IF EXISTS ${role}`);
});

async function asSuperuser(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl() });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

function withLogin(url: string, user: string, password: string, option = ''): string {
  const changed = new URL(url);
  [changed.username, changed.password] = [user, password];
  if (option !== '') changed.search = option;
  return changed.href;
}

/** Runs a command, keeps what it says, and answers how it ended. */
async function command(args: readonly string[], more: Environment = {}, of = environment) {
  const ended = await desk.run(args, { ...of, ...more });
  outputs.set(`mongo-to-prisma ${args.join(' ')} ${Object.keys(more).join(' ')}`, ended.out + ended.err);
  return ended;
}

/** Which outputs hold which secrets. */
function found(): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const [where, text] of outputs) {
    const there = secrets.foundIn(text);
    if (text.includes(KEY)) there.push('PAYLOAD_KEYS');
    if (!NAME_DOCUMENTS.test(where) && secrets.hasKey(text)) there.push('an _id');
    if (there.length > 0) all[where] = there.slice(0, 8);
  }
  outputs.clear();
  return all;
}

/** All files below a folder, but those that hold data by design. */
async function keepFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !HOLD_DATA.test(path)) outputs.set(path, await readFile(path, 'latin1').then(utf8));
  }
}

const utf8 = (text: string) => Buffer.from(text, 'latin1').toString('utf8');

/** What Temporal holds of every workflow: history, details page, memo, search attributes, all of it decrypted. */
async function keepTemporal(): Promise<void> {
  const codec = new EncryptionCodec([Buffer.from(KEY, 'base64')]);
  const decoded = async (value: unknown): Promise<unknown> => {
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
    if ('metadata' in value && 'data' in value) {
      const [payload] = await codec.decode([value as never]);
      return { metadata: '', data: Buffer.from(payload!.data!).toString('utf8') };
    }
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    return Promise.all(entries.map(async ([name, one]) => [name, await decoded(one)]));
  };
  for await (const { workflowId, runId } of desk.client.workflow.list()) {
    const handle = desk.client.workflow.getHandle(workflowId, runId);
    const history = JSON.stringify(await decoded((await handle.fetchHistory()).events));
    expect(history).toContain('batchSize');
    outputs.set(`history of ${workflowId}`, history);
    outputs.set(`description of ${workflowId}`, JSON.stringify(await decoded((await handle.describe()).raw)));
  }
}

/** The tests tell one story, and each searches what has been put out by then. */
describe('nothing that is put out holds a secret or personal data', () => {
  test('an assessment', async () => {
    const { code } = await command(['assess', '--census', '--out', join(desk.folder, 'assessment')]);
    expect(code).toBe(3);
    await command(['assess', '--json']);
    await keepFiles(join(desk.folder, 'assessment'));
    expect(found()).toEqual({});
  });

  test('a migration by a worker that says all it can, and what commands tell of it', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const worker = desk.start(['worker'], { ...traced, METRICS_ADDRESS: address });
    await worker.until(saying(workerAtWork), 180_000);
    expect((await command(['backup', '--own', '--json'])).code).toBe(0);
    const run = ['run', '--no-worker', '--require-backup', '2'];
    expect((await command(run, {}, traced)).code).toBe(3);
    expect((await command([...run, '--dry-run', '--json', '--workflow-id', 'dry'])).code).toBe(3);
    for (const args of [
      ['status'],
      ['status', '--json'],
      ['watch'],
      ['verify'],
      ['spot-check', '--pairs', '5'],
      ['spot-check', '--json'],
      ['report'],
      ['quarantine', 'list'],
      ['quarantine', 'list', '--json'],
      ['id-map', 'export'],
      ['quarantine', 'export', '--out', join(desk.folder, 'exported', 'quarantine.ndjson')],
      ['pause'],
      ['migrate-schema'],
      ['release'],
    ])
      await command(args);
    expect((await command(['quarantine', 'retry', '--no-worker'])).code).toBe(3);
    outputs.set('metrics', await (await fetch(`http://${address}/metrics`)).text());
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).toBe(0);
    outputs.set('the log of the worker', worker.said());
    expect(collector.spans.length).toBeGreaterThan(100);
    outputs.set('traces', collector.bodies.join('\n'));
    await keepFiles(target.reports);
    await keepTemporal();
    expect([...outputs.keys()]).toEqual(expect.arrayContaining([expect.stringMatching(/report\.html$/)]));
    expect(found()).toEqual({});
  });

  test('the search itself finds what is there: `quarantine show` prints the document, as it says', async () => {
    const { out } = await desk.run(['quarantine', 'list', '--json', '--code', 'enum'], environment);
    const [held] = JSON.parse(out).documents;
    await command(['quarantine', 'show', held.collection ?? 'users', held.legacyId]);
    expect(Object.values(found()).flat().join()).toMatch(/users\.email/);
  });

  test('the log of a codec server that is given what it cannot read', async () => {
    const server = desk.start(['codec-server', '--port', '0'], environment);
    await server.until(saying(codecServerAt), 180_000);
    const [address] = /http:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(server.said())!;
    const body = JSON.stringify({ payloads: [{ metadata: {}, data: secrets.text('a payload') }] });
    for (const path of ['/decode', '/encode', '/other']) await fetch(`${address}${path}`, { method: 'POST', body });
    server.child.kill('SIGINT');
    await server.ended;
    outputs.set('the log of the codec server', server.said());
    expect(found()).toEqual({});
  });
});

describe('what goes wrong is told without a secret', () => {
  const nowhere = '127.0.0.1:1';
  const login = (scheme: string, rest: string) =>
    `${scheme}://somebody:${secrets.text(`a password of ${scheme}`)}@${rest}`;

  test.each(['@', ':', '/', '?', '#', '%'])('a password with a raw %s', async (raw) => {
    const wrong = (variable: string, scheme: string, start = '') => {
      const [before, after] = [1, 2].map(
        (part) => `${start}${secrets.text(`part ${part} of a password in ${variable}`)}`,
      );
      return { [variable]: `${scheme}://somebody:${before}${raw}${after}@${nowhere}/platform` };
    };
    const asked: [args: string[], variable: string, more: Environment][] = [
      // What follows a number would be a port.
      [
        ['migrate-schema'],
        'DATABASE_URL',
        { DATABASE_URL: `postgresql://somebody:12${raw}${secrets.text('the rest')}@h/d` },
      ],
      [['verify'], 'DATABASE_URL', wrong('DATABASE_URL', 'postgresql')],
      [['run'], 'DATABASE_URL', wrong('DATABASE_URL', 'postgres')],
      [['assess'], 'MONGODB_URI', wrong('MONGODB_URI', 'mongodb')],
      [['assess'], 'MONGODB_URI', wrong('MONGODB_URI', 'mongodb+srv')],
      [['assess'], 'SOURCE_URI', wrong('SOURCE_URI', 'mongodb')],
    ];
    for (const [args, variable, more] of asked) {
      const { code, err } = await command(args, more);
      const said = expect.stringContaining(notPercentEncoded({ name: variable }).text);
      expect([args, code, err]).toEqual([args, 2, said]);
    }
    expect(found()).toEqual({});
  });

  test('a login in an argument is told of, with another way to give it', async () => {
    const uri = login('mongodb', `${nowhere}/platform?serverSelectionTimeoutMS=500`);
    const { code, err } = await desk.run(['assess', '--source', uri], environment);
    outputs.set('an assessment of a source in an argument', err);
    expect(code).toBe(1);
    expect(err.split('\n')[0]).toBe(sourceHoldsPassword().text);
    expect(found()).toEqual({});
  });

  const MONGODB = [['run', '--workflow-id', 'wrong'], ['assess'], ['backup', '--own']];
  const POSTGRES = [
    ...MONGODB.slice(0, 1),
    ['verify'],
    ['backup', '--own'],
    ['restore'],
    ['quarantine', 'list'],
    ['migrate-schema'],
  ];
  const TEMPORAL = [['run', '--no-worker', '--workflow-id', 'wrong'], ['status'], ['worker']];

  /** Two of them in processes of their own, which send traces meanwhile. */
  test.each<[string, readonly string[][], () => Environment, isTraced?: boolean]>([
    [
      'MongoDB that is away',
      MONGODB,
      () => ({ MONGODB_URI: login('mongodb', `${nowhere}/platform?serverSelectionTimeoutMS=500`) }),
      true,
    ],
    ['PostgreSQL that is away', POSTGRES, () => ({ DATABASE_URL: login('postgresql', `${nowhere}/platform`) })],
    [
      'a wrong password of PostgreSQL',
      POSTGRES,
      () => ({ DATABASE_URL: withLogin(database!.url, role, secrets.text('a wrong password')) }),
    ],
    [
      'settings that cannot be read',
      [['run'], ['assess']],
      () => ({ DATABASE_URL: login('postgres', 'host name/x'), MONGODB_URI: login('mongo', 'x') }),
    ],
    ['Temporal that is away', TEMPORAL, () => ({ TEMPORAL_ADDRESS: nowhere }), true],
    ['Temporal that speaks no TLS', TEMPORAL, () => ({ TEMPORAL_TLS: 'true' })],
  ])('%s', async (_, commands, wrong, isTraced = false) => {
    const more = wrong();
    const [backup] = await readdir(join(desk.folder, 'backups'));
    const all = commands.map((args) =>
      args[0] === 'restore' ? [...args, join(desk.folder, 'backups', backup!), '--yes'] : args,
    );
    await Promise.all(
      all.map(async (args) => {
        const { code, out, err } = await command(args, more, isTraced ? traced : environment);
        expect({ args, code: code !== 0, stack: /^\s+at /m.test(out + err) }).toEqual({
          args,
          code: true,
          stack: false,
        });
      }),
    );
    expect(found()).toEqual({});
  });
});
