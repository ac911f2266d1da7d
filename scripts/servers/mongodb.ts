import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { ServerMissing } from '../../engine/common/errors.ts';
import { startingServer } from '../../engine/messages/commands/starting.ts';
import { localMongodb, namedMongodb, namedServerSilent } from '../../engine/messages/worker/servers.ts';
import {
  foreignServer,
  onFreePort,
  removeFolder,
  type ServerLife,
  startServer,
  temporaryFolder,
} from './local-server.ts';
import { freePort } from './ports.ts';
import { findMongo, type MongoProgram } from './programs/mongodb-program.ts';
import { type Report, reasonOf, silent } from './report.ts';

/** Names a server that is used instead of one started here. */
const SETTING = 'MONGO_TO_PRISMA_MONGODB_URL';

/** A server that speaks MongoDB's wire protocol; `url` names no database. */
export interface MongoServer extends ServerLife {
  readonly url: string;
  /** `ferretdb` is the stand-in: no transactions, no change streams, no Decimal128, no NaN. */
  readonly kind: 'mongod' | 'ferretdb' | 'external';
}

/** How to start it. */
export interface MongoOptions {
  readonly report?: Report;
}

/**
 * A mongod, or FerretDB in its place, on a free port with data of its own in a temporary folder; or the server that
 * MONGO_TO_PRISMA_MONGODB_URL names, on which databases are then created and dropped at will.
 *
 * @throws {ServerMissing} when there is none to be had, or it does not start
 */
export async function startMongo({ report = silent }: MongoOptions = {}): Promise<MongoServer> {
  const external = process.env[SETTING];
  if (external) {
    await answers(external, 5_000).catch((error: unknown) => {
      throw new ServerMissing(namedServerSilent({ setting: SETTING, why: reasonOf(error) }));
    });
    return foreignServer(namedMongodb({ setting: SETTING }), { url: external, kind: 'external' });
  }
  const program = await findMongo(report);
  report(startingServer({ server: program.title }).text);
  const folder = await temporaryFolder('mongodb');
  try {
    await mkdir(join(folder, 'data'));
    return await onFreePort(() => serve(program, folder));
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

async function serve({ kind, title, path }: MongoProgram, folder: string): Promise<MongoServer> {
  const port = await freePort();
  const data = join(folder, 'data');
  const url = `mongodb://127.0.0.1:${port}/`;
  const args =
    kind === 'mongod'
      ? ['--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1', ...withoutSocket()]
      : ['-data', data, '-listen', `127.0.0.1:${port}`];
  const plan = {
    title: localMongodb({ program: title }),
    spec: {
      command: path,
      args,
      cwd: folder,
      logFile: join(folder, 'log'),
      stopSignal: 'SIGTERM',
      graceMs: 10_000,
      temporaryFolder: folder,
    },
    ready: () => answers(url, 1_000),
  } as const;
  return startServer(plan, { url, kind });
}

function withoutSocket(): string[] {
  return process.platform === 'win32' ? [] : ['--nounixsocket'];
}

async function answers(url: string, withinMs: number): Promise<void> {
  const client = new mongoose.mongo.MongoClient(url, { serverSelectionTimeoutMS: withinMs });
  try {
    await client.connect();
    await client.db('admin').command({ ping: 1 });
  } finally {
    await client.close();
  }
}
