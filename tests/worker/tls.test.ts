import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { MONGODB_REASONS, mongodbRefuses } from '../../engine/messages/engine/source.ts';
import { SQLSTATES, TARGET_REASONS, targetUnusable } from '../../engine/messages/engine/target.ts';
import { temporalUnreachable } from '../../engine/messages/worker/temporal.ts';
import { fillMongoDB } from '../../scripts/demo/data/fill-mongodb.ts';
import { type PostgresServer, startPostgres } from '../../scripts/servers/postgres.ts';
import { saying } from '../engine/messages/saying.ts';
import { type CommandTarget, type Desk, type Environment, openDesk } from '../support/command-line.ts';
import { type Certificates, makeCertificates } from '../support/faults/certificates.ts';
import { startTlsProxy, type TlsProxy } from '../support/faults/tls-proxy.ts';
import { createMongoDatabase, type TestDatabase, urlOfDatabase } from '../support/servers/databases.ts';
import { temporalAddress } from '../support/servers/servers.ts';

const DATA = { scale: 0.02, bad: false };

let desk: Desk;
let right: Certificates;
let wrong: Certificates;
let postgres: PostgresServer;
let live: TestDatabase;
let mongodb: TlsProxy;
let temporal: TlsProxy;
let target: CommandTarget;

beforeAll(async () => {
  desk = await openDesk(DATA);
  right = await makeCertificates(desk.folder, 'right');
  wrong = await makeCertificates(desk.folder, 'wrong');
  // Never somebody else's server: its settings are changed below.
  delete process.env['MONGO_TO_PRISMA_POSTGRES_URL'];
  postgres = await startPostgres();
  await demandTls(postgres.url, right);
  await sql('CREATE DATABASE platform', postgresUrl(right, 'postgres'));
  live = await createMongoDatabase();
  await fillMongoDB(live.url, DATA);
  const { hostname, port } = new URL(live.url);
  mongodb = await startTlsProxy(right, { host: hostname, port: Number(port) });
  const [host, temporalPort] = temporalAddress().split(':');
  temporal = await startTlsProxy(right, { host: host!, port: Number(temporalPort) });
  target = await desk.target(postgresUrl(right));
});
afterAll(async () => {
  await desk.close();
  await Promise.all([mongodb?.close(), temporal?.close(), live?.drop(), postgres?.stop()]);
});

async function sql(statement: string, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/** Gives a server of our own a certificate, and has it refuse whoever comes without TLS. */
async function demandTls(url: string, { server: { cert, key } }: Certificates): Promise<void> {
  for (const [file, text] of [
    ['server.crt', cert],
    ['server.key', key],
  ] as const) {
    const lines = text
      .trim()
      .split(/\r?\n/)
      .map((line) => `('${line}')`);
    await sql(`COPY (VALUES ${lines.join()}) TO PROGRAM 'umask 077; cat > ${file}'`, url);
  }
  // A program that ends without reading its input may break the pipe before the row is written.
  await sql(`COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; sed -i s/^host/hostssl/ pg_hba.conf'`, url);
  await sql('ALTER SYSTEM SET ssl = on', url);
  await sql('SELECT pg_reload_conf(), pg_sleep(1)', url);
}

function postgresUrl({ authority }: Certificates, database = 'platform'): string {
  const url = new URL(urlOfDatabase(postgres.url, database));
  url.hostname = 'localhost';
  url.search = new URLSearchParams({ sslmode: 'verify-full', sslrootcert: authority }).toString();
  return url.href;
}

function mongoUrl({ authority, clientBoth }: Certificates): string {
  const url = new URL(live.url);
  [url.hostname, url.port] = ['localhost', String(mongodb.port)];
  url.search = new URLSearchParams({ tls: 'true', tlsCAFile: authority, tlsCertificateKeyFile: clientBoth }).toString();
  return url.href;
}

const temporalBy = ({ authority, client }: Certificates): Environment => ({
  TEMPORAL_ADDRESS: `localhost:${temporal.port}`,
  TEMPORAL_TLS: 'true',
  TEMPORAL_TLS_CLIENT_CERT_PATH: client.certFile,
  TEMPORAL_TLS_CLIENT_KEY_PATH: client.keyFile,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority,
});

const by = (certificates: Certificates): Environment => ({
  ...target.environment,
  ...temporalBy(certificates),
  SOURCE_URI: mongoUrl(certificates),
  DATABASE_URL: postgresUrl(certificates),
  BACKUPS_FOLDER: join(desk.folder, 'backups'),
});

describe('with TLS to all three servers, and client certificates where docs/security.md names them', () => {
  test('a schema is applied, a backup made, and a migration run', async () => {
    const schema = await desk.run(['migrate-schema'], by(right));
    expect([schema.code, schema.err]).toEqual([0, '']);
    const backup = await desk.run(['backup', '--json'], by(right));
    expect({ code: backup.code, err: backup.code === 0 ? '' : backup.err }).toEqual({ code: 0, err: '' });
    const { code, out, err } = await desk.run(['run', '--json'], by(right));
    expect({ code, err: code === 0 ? '' : out + err }).toEqual({ code: 0, err: '' });
    expect([mongodb.let() > 1, temporal.let() > 0]).toEqual([true, true]);
  });

  test('an API key is sent by TLS, without TEMPORAL_TLS being set', async () => {
    const { TEMPORAL_TLS: _, ...rest } = by(right);
    const before = temporal.let();
    const { code } = await desk.run(['status'], { ...rest, TEMPORAL_API_KEY: 'a-key-that-nobody-checks' });
    expect([code, temporal.let() > before]).toEqual([0, true]);
  });
});

describe('who has certificates of another authority is refused, and told so in one sentence', () => {
  test.each<[string, readonly string[], () => Environment, RegExp]>([
    [
      'PostgreSQL',
      ['migrate-schema'],
      () => ({ DATABASE_URL: postgresUrl(wrong) }),
      saying(targetUnusable, { why: TARGET_REASONS.untrusted.en }),
    ],
    [
      'MongoDB',
      ['backup', '--only', 'mongodb'],
      () => ({ SOURCE_URI: mongoUrl(wrong) }),
      saying(mongodbRefuses, { why: MONGODB_REASONS.untrusted.en }),
    ],
    ['Temporal', ['status'], () => temporalBy(wrong), saying(temporalUnreachable)],
  ])('by %s', async (_, args, environment, sentence) => {
    const { code, err } = await desk.run(args, { ...by(right), ...environment() });
    expect(code).toBe(1);
    expect(err).toMatch(sentence);
    expect(err).not.toContain((await readFile(right.client.keyFile, 'utf8')).slice(30, 60));
  });

  test('PostgreSQL refuses who comes without TLS', async () => {
    const { code, err } = await desk.run(['migrate-schema'], {
      ...by(right),
      DATABASE_URL: urlOfDatabase(postgres.url, 'platform'),
    });
    expect([code, err]).toEqual([1, expect.stringMatching(`${SQLSTATES['28000'].en}|no encryption`)]);
  });
});
