import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { planPartitions } from '../engine/copy/partitions.ts';
import { openSource } from '../engine/source/open-source.ts';
import type { Source } from '../engine/source/source.ts';
import { savePlanned } from '../engine/state/run/planned.ts';
import { insertRun, transformHashes } from '../engine/state/run/run.ts';
import { byCommand, touching } from '../engine/state/run/run-writer.ts';
import { openTarget } from '../engine/target/target.ts';
import { applyMigrations } from '../prisma/apply/apply-migrations.ts';
import { withDatabase } from '../prisma/connection/database-url.ts';
import type { DemoOptions } from '../scripts/demo/data/options.ts';
import { writeDemoDump } from '../scripts/demo/data/write-dump.ts';
import { plan } from '../stages/plan.ts';

/** The run that the rows of all contenders without a workflow belong to. */
export const RUN_ID = '0b9f1f00-0000-4000-8000-000000000001';

/** As a run has it unless it is told otherwise. */
const PARALLELISM = 2;

/** One dump, and as many fresh databases as are wanted, on one PostgreSQL server. */
export interface Ground {
  /** The dump's folder, and where it is unpacked. */
  readonly dump: string;
  readonly spool: string;
  readonly source: Source;
  /** Runs work in a new copy of the migrated, empty database, which is dropped afterwards. */
  empty<T>(work: (databaseUrl: string) => Promise<T>): Promise<T>;
  /** As `empty`, with a run and its partitions planned as the workflow would. */
  planned<T>(work: (databaseUrl: string) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Writes a dump of so many good demo documents into a folder, and makes the databases that all others are copies of.
 * @param serverUrl a PostgreSQL on which databases may be created and dropped
 */
export async function prepareGround(
  serverUrl: string,
  folder: string,
  mix: NonNullable<DemoOptions['mix']>,
): Promise<Ground> {
  const prefix = `bench_${randomUUID().slice(0, 8)}`;
  const [empty, planned] = [`${prefix}_empty`, `${prefix}_planned`];
  const urlOf = (name: string) => withDatabase(serverUrl, name);
  const forget = (name: string) => administer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  const copyOf = async <T>(template: string, work: (databaseUrl: string) => Promise<T>) => {
    const name = `${prefix}_${randomUUID().slice(0, 8)}`;
    await administer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`, 'CHECKPOINT');
    try {
      return await work(urlOf(name));
    } finally {
      await forget(name);
    }
  };
  const [dump, spool] = [join(folder, 'dump'), join(folder, 'spool')];
  const close = async () => {
    for (const name of [empty, planned]) await forget(name);
  };
  try {
    await writeDemoDump(dump, { bad: false, mix });
    const source = await openDump(dump, spool);
    await administer(serverUrl, `CREATE DATABASE ${empty}`);
    await applyMigrations(urlOf(empty));
    await administer(serverUrl, `CREATE DATABASE ${planned} TEMPLATE ${empty}`);
    await planRun(urlOf(planned), source);
    return {
      ...{ dump, spool, source },
      empty: (work) => copyOf(empty, work),
      planned: (work) => copyOf(planned, work),
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

export function openDump(dump: string, spoolFolder: string): Promise<Source> {
  return openSource(`dump:${dump}`, { spoolFolder, collections: plan.stages.map(({ collection }) => collection) });
}

async function planRun(databaseUrl: string, source: Source): Promise<void> {
  const target = openTarget(databaseUrl, { connections: 1 });
  try {
    // Prisma ends the pool's connections only when it has used them itself.
    await target.prisma.$connect();
    await insertRun(touching(target.query), {
      id: RUN_ID,
      workflowId: 'bench',
      workflowRunId: RUN_ID,
      namespaceId: 'bench',
      plan: plan.name,
      options: { dryRun: false, limit: null, stages: null },
      sourceFingerprint: await source.fingerprint(),
      sourceLabel: source.label,
      transformHashes: transformHashes(plan),
    });
    for (const { name, collection } of plan.stages) {
      const writer = byCommand({ id: RUN_ID, epoch: 1 });
      await savePlanned(target, writer, name, await planPartitions(source, collection, PARALLELISM));
    }
  } finally {
    await target.close();
  }
}

/** PostgreSQL's version, and whether its commits reach the disk. */
export async function describeServer(url: string): Promise<string> {
  const settings = `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
    current_setting('synchronous_commit') AS commit`;
  const [row] = await administer(url, settings);
  const durable = row!['fsync'] === 'on' && row!['commit'] === 'on';
  return `PostgreSQL ${row!['version']}, ${durable ? 'durable (fsync on)' : 'not durable (fsync off)'}`;
}

/** Statements on a server, one after another. @returns the rows of the last */
export async function administer(url: string, ...statements: string[]): Promise<Record<string, string>[]> {
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
