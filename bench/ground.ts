import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { insertPartitions } from '../engine/checkpoint.ts';
import { planPartitions } from '../engine/partitions.ts';
import { insertRun, transformHashes } from '../engine/run.ts';
import { openSource } from '../engine/source/open-source.ts';
import type { Source } from '../engine/source/source.ts';
import { openTarget } from '../engine/target.ts';
import { applyMigrations } from '../prisma/apply-migrations.ts';
import { writeDemoDump } from '../scripts/demo-data/write-dump.ts';
import { startPostgres } from '../scripts/servers/postgres.ts';
import type { Report } from '../scripts/servers/report.ts';
import { plan } from '../stages/plan.ts';

/** The run that every contender's rows belong to. */
export const RUN_ID = '0b9f1f00-0000-4000-8000-000000000001';

/** Where all contenders run: one server, one dump, and a fresh database each time. */
export interface Ground {
  readonly source: Source;
  /** PostgreSQL's version, and whether its commits reach the disk. */
  readonly server: string;
  /** Runs work in a new copy of the migrated, empty database, which is dropped afterwards. */
  fresh<T>(work: (databaseUrl: string) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Starts a PostgreSQL that keeps what was committed (fsync on), writes a dump of so many good demo documents, and
 * makes the database that all others are copies of: migrations applied, the run and its partitions planned.
 */
export async function prepareGround(documents: number, report: Report): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'mongo-to-prisma-bench-'));
  const server = await startPostgres({ durable: true, report });
  const prefix = `bench_${randomUUID().slice(0, 8)}`;
  const template = `${prefix}_template`;
  const urlOf = (name: string) => {
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    return url.href;
  };
  const close = async () => {
    await administer(server.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    report(`Writing a dump of ${documents} documents`);
    await writeDemoDump(join(folder, 'dump'), { bad: false, mix: { documents } });
    const collections = plan.stages.map(({ collection }) => collection);
    const uri = `dump:${join(folder, 'dump')}`;
    const source = await openSource(uri, { spoolFolder: join(folder, 'spool'), collections });
    await administer(server.url, `CREATE DATABASE ${template}`);
    await applyMigrations(urlOf(template));
    await planRun(urlOf(template), source);
    return {
      source,
      server: await describeServer(server.url),
      async fresh(work) {
        const name = `${prefix}_${randomUUID().slice(0, 8)}`;
        await administer(server.url, `CREATE DATABASE ${name} TEMPLATE ${template}`, 'CHECKPOINT');
        try {
          return await work(urlOf(name));
        } finally {
          await administer(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
        }
      },
      async close() {
        await source.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function planRun(databaseUrl: string, source: Source): Promise<void> {
  const target = openTarget(databaseUrl, { connections: 1 });
  try {
    // Prisma ends the pool's connections only when it has used them itself.
    await target.prisma.$connect();
    await insertRun(target.query, {
      id: RUN_ID,
      workflowId: 'bench',
      workflowRunId: RUN_ID,
      namespaceId: 'bench',
      plan: plan.name,
      options: {},
      sourceFingerprint: await source.fingerprint(),
      sourceLabel: source.label,
      transformHashes: transformHashes(plan),
    });
    for (const { name, collection } of plan.stages) {
      await insertPartitions(target, RUN_ID, name, await planPartitions(source, collection, 1));
    }
  } finally {
    await target.close();
  }
}

async function describeServer(url: string): Promise<string> {
  const settings = `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
    current_setting('synchronous_commit') AS commit`;
  const [row] = await administer(url, settings);
  const durable = row!['fsync'] === 'on' && row!['commit'] === 'on';
  return `PostgreSQL ${row!['version']}, ${durable ? 'durable (fsync on)' : 'not durable (fsync off)'}`;
}

async function administer(url: string, ...statements: string[]): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Record<string, string>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
