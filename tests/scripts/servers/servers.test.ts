import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Connection } from '@temporalio/client';
import mongoose from 'mongoose';
import pg from 'pg';
import { plain } from '../../../engine/messages/message.ts';
import { serverEnded } from '../../../engine/messages/worker/servers.ts';
import { onFreePort, startServer } from '../../../scripts/servers/local-server.ts';
import { startMongo } from '../../../scripts/servers/mongodb.ts';
import { startPostgres } from '../../../scripts/servers/postgres.ts';
import { startTemporal } from '../../../scripts/servers/temporal.ts';
import { isAlive, newFolder, until } from '../../support/scripts.ts';

let folder: string;

beforeEach(async () => {
  folder = await newFolder();
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

describe('a PostgreSQL server of its own', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;

  beforeAll(async () => {
    server = await startPostgres({ maxConnections: 20 });
  });
  afterAll(() => server.stop());

  async function query(sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
      return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
    } finally {
      await client.end();
    }
  }

  test('is version 18, takes UTF-8, and asks for its password', async () => {
    expect(await query("SELECT current_setting('server_version_num')::int / 10000")).toEqual([18]);
    expect(await query("SELECT '한글 😀'")).toEqual(['한글 😀']);
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    const client = new pg.Client({ connectionString: wrong.href });
    await expect(client.connect()).rejects.toThrow(/password authentication failed/);
  });

  test('comes back on the same port with the same data after a kill', async () => {
    await query('CREATE TABLE kept AS SELECT 42 AS answer');
    const { pid } = server;
    process.kill(pid ?? 0, 'SIGKILL');
    await until(() => !isAlive(pid ?? 0));
    await server.restart();
    expect(server.pid).not.toBe(pid);
    expect(await query('SELECT answer FROM kept')).toEqual([42]);
  });
});

describe('a MongoDB server of its own', () => {
  test('comes back on the same port with the same data after a restart', async () => {
    const server = await startMongo();
    const client = new mongoose.mongo.MongoClient(server.url);
    try {
      await client.db('kept').collection<{ _id: number }>('things').insertOne({ _id: 42 });
      const { pid } = server;
      await server.restart();
      expect(isAlive(pid ?? 0)).toBe(false);
      expect(await client.db('kept').collection('things').find().toArray()).toEqual([{ _id: 42 }]);
    } finally {
      await client.close();
      await server.stop();
    }
    expect(isAlive(server.pid ?? 0)).toBe(false);
  });
});

describe('a Temporal server of its own', () => {
  test('comes back on the same address with the same workflows after a kill, and serves its web page', async () => {
    const server = await startTemporal({ ui: true, dbFilename: join(folder, 'temporal.db') });
    try {
      expect((await fetch(`${server.uiUrl}/`)).status).toBe(200);
      await withConnection(server.address, ({ workflowService }) =>
        workflowService.startWorkflowExecution({
          namespace: 'default',
          workflowId: 'kept',
          requestId: 'once',
          workflowType: { name: 'anything' },
          taskQueue: { name: 'nobody' },
        }),
      );
      const { pid } = server;
      process.kill(pid ?? 0, 'SIGKILL');
      await until(() => !isAlive(pid ?? 0));
      await server.restart();
      const described = await withConnection(server.address, ({ workflowService }) =>
        workflowService.describeWorkflowExecution({ namespace: 'default', execution: { workflowId: 'kept' } }),
      );
      expect(described.workflowExecutionInfo?.type?.name).toBe('anything');
    } finally {
      await server.stop();
    }
    expect(isAlive(server.pid ?? 0)).toBe(false);
  });

  async function withConnection<T>(address: string, use: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address });
    try {
      return await use(connection);
    } finally {
      await connection.close();
    }
  }
});

describe('a server that ends while it starts', () => {
  const startOf = (says: string) => {
    const spec = {
      ...{ command: '/bin/sh', args: ['-c', `${says}; seq 30 | sed 's/^/  at /'; exit 2`] },
      ...{ cwd: folder, logFile: join(folder, 'log'), stopSignal: 'SIGTERM' as const, graceMs: 1_000 },
    };
    const ready = () => Promise.reject(new Error('no answer'));
    return startServer({ title: plain('The server'), spec, ready }, {});
  };

  test('tells its panic, not the end of the stack below it, and gets other ports for it', async () => {
    let starts = 0;
    const start = () => {
      starts++;
      return startOf('echo "panic: failed assigning a port"');
    };
    await expect(onFreePort(start)).rejects.toThrow(
      serverEnded({ server: 'The server', why: 'panic: failed assigning a port' }).text,
    );
    expect(starts).toBe(3);
  });

  test('for any other reason is not started again', async () => {
    let starts = 0;
    const start = () => {
      starts++;
      return startOf('echo "no such option"');
    };
    await expect(onFreePort(start)).rejects.toThrow('at 28\n  at 29\n  at 30');
    expect(starts).toBe(1);
  });
});
