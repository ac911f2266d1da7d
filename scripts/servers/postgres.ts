import { randomBytes } from 'node:crypto';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { ServerMissing } from '../../engine/common/errors.ts';
import { startingServer } from '../../engine/messages/commands/starting.ts';
import { initdbFailed, localPostgres, namedPostgres, namedServerSilent } from '../../engine/messages/worker/servers.ts';
import {
  foreignServer,
  onFreePort,
  removeFolder,
  type ServerLife,
  startServer,
  temporaryFolder,
} from './local-server.ts';
import { freePort } from './ports.ts';
import { reachableTemporaryFolder, type ServerUser, serverUser } from './postgres-user.ts';
import { startProcess } from './processes.ts';
import { type PostgresPrograms, postgresPrograms } from './programs/postgres-programs.ts';
import { type Report, reasonOf, silent } from './report.ts';

/** Names a server that is used instead of one started here. */
const SETTING = 'MONGO_TO_PRISMA_POSTGRES_URL';

/** A PostgreSQL server; `url` logs in as superuser to the database `postgres`. */
export interface PostgresServer extends ServerLife {
  readonly url: string;
}

/** How to start PostgreSQL. */
export interface PostgresOptions {
  /** Keeps what was committed even if the machine loses power; a throw-away server does without, and is faster. */
  readonly durable?: boolean;
  readonly maxConnections?: number;
  /** Another release: the npm package with its programs, and how its clusters get a locale. */
  readonly release?: { readonly packageName: string; readonly locale: readonly string[] };
  readonly report?: Report;
}

const title = localPostgres();

/**
 * PostgreSQL 18 on a free port with data of its own in a temporary folder; or the server that
 * MONGO_TO_PRISMA_POSTGRES_URL names, on which databases are then created and dropped at will.
 *
 * @throws {ServerMissing} when there are no programs to run, or they do not start
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const external = process.env[SETTING];
  if (external) {
    await answers(external).catch((error: unknown) => {
      throw new ServerMissing(namedServerSilent({ setting: SETTING, why: reasonOf(error) }));
    });
    return foreignServer(namedPostgres({ setting: SETTING }), { url: external });
  }
  const { report = silent } = options;
  const user = await serverUser();
  const folder = await temporaryFolder('postgres', await reachableTemporaryFolder(user));
  try {
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    const programs = await postgresPrograms(folder, user, options.release?.packageName);
    const password = randomBytes(16).toString('hex');
    report(startingServer({ server: 'PostgreSQL' }).text);
    await createCluster(programs, folder, password, options.release?.locale ?? BUILTIN, user);
    return await onFreePort(() => serve(programs, folder, password, user, options));
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

/** The builtin locale needs nothing of the operating system and sorts the same everywhere. */
const BUILTIN = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

async function createCluster(
  { initdb }: PostgresPrograms,
  folder: string,
  password: string,
  locale: readonly string[],
  user: ServerUser | undefined,
): Promise<void> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  if (user !== undefined) {
    for (const path of [passwordFile, data]) await chown(path, user.uid, user.gid);
  }
  const login = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const initialising = await startProcess({
    command: initdb,
    args: [`--pgdata=${data}`, ...login, '--encoding=UTF8', ...locale, '--no-sync', '--no-instructions'],
    cwd: folder,
    env: postgresEnvironment(),
    ...(user === undefined ? {} : { user }),
    logFile: join(folder, 'initdb.log'),
    stopSignal: 'SIGTERM',
    graceMs: 2_000,
    temporaryFolder: folder,
  });
  const { code } = await initialising.exited();
  if (code !== 0) throw new ServerMissing(initdbFailed({ why: await initialising.lastWords(3) }));
}

async function serve(
  { postgres }: PostgresPrograms,
  folder: string,
  password: string,
  user: ServerUser | undefined,
  { durable = false, maxConnections = 200 }: PostgresOptions,
): Promise<PostgresServer> {
  const port = await freePort();
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `max_connections=${maxConnections}`,
    'shared_buffers=128MB',
    'timezone=UTC',
    'lc_messages=C',
    // Commits still reach the operating system, so that they outlive a kill of the server.
    ...(durable ? [] : ['fsync=off', 'full_page_writes=off']),
  ];
  const plan = {
    title,
    spec: {
      command: postgres,
      args: ['-D', join(folder, 'data'), '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      cwd: folder,
      env: postgresEnvironment(),
      ...(user === undefined ? {} : { user }),
      logFile: join(folder, 'log'),
      // Fast shutdown: open sessions are ended.
      stopSignal: 'SIGINT',
      graceMs: 10_000,
      temporaryFolder: folder,
    },
    ready: () => answers(url),
  } as const;
  return startServer(plan, { url });
}

/** PG* variables of the caller's must not steer the server. */
function postgresEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
}

async function answers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => {});
  }
}
