import pg from 'pg';
import { copySegment } from '../engine/copy-segment.ts';
import type { HashedEntry } from '../engine/id-map.ts';
import type { Moved } from '../engine/outcome.ts';
import type { Source } from '../engine/source/source.ts';
import type { Plan } from '../engine/stage.ts';
import { openTarget, type Target } from '../engine/target.ts';
import type { Prisma } from '../prisma/generated/client/client.ts';
import { type TableName, tables } from '../prisma/generated/tables.ts';
import { copyIn } from './copy-in.ts';
import { RUN_ID } from './ground.ts';
import { copyIdMap, copyRows, type Input, type PreparedStage, prismaIdMap, prismaRows } from './prepared-rows.ts';

/** One way to get the documents into the target. */
export interface Contender {
  readonly name: string;
  /** What is timed. */
  readonly does: string;
  /** Fills an empty target and answers the seconds that took; connecting and preparing rivals' rows are not counted. */
  run(databaseUrl: string): Promise<number>;
}

type Transaction = Prisma.TransactionClient;

/** This tool's engine, one partition per stage: reading, checking, resolving, writing, ID map and checkpoints. */
export function engine(plan: Plan, source: Source, batchSize: number): Contender {
  return {
    name: `mongo-to-prisma, batches of ${batchSize}`,
    does: 'reads the dump, checks, resolves, transforms; rows, ID map and checkpoint in one transaction a batch',
    run: (databaseUrl) =>
      withTarget(databaseUrl, async (target) => {
        const limits = { batchSize, milliseconds: 3_600_000, signal: new AbortController().signal };
        const fence = { epoch: 1, sequence: 1, attempt: 1 };
        return seconds(async () => {
          for (const stage of plan.stages) {
            const context = { plan, stage, source, target, skipExisting: false };
            await copySegment(context, { runId: RUN_ID, stage: stage.name, partition: 0 }, fence, limits);
          }
        });
      }),
  };
}

/** What people write by hand: `create` for each row and each ID map entry, in transactions of so many documents. */
export function createPerRow(stages: readonly PreparedStage[], batchSize: number): Contender {
  return {
    name: `create per row, transactions of ${batchSize}`,
    does: 'tx.<model>.create() for each target row and each ID map row, in interactive transactions',
    run: (databaseUrl) => {
      const batches = prismaBatches(stages, batchSize);
      return withTarget(databaseUrl, (target) =>
        seconds(async () => {
          for (const batch of batches) {
            await inTransaction(target, async (tx) => {
              for (const { table, rows } of batch) for (const data of rows) await delegate(tx, table).create({ data });
            });
          }
        }),
      );
    },
  };
}

/** `createMany` for each table of a batch, and for its ID map entries, in one transaction a batch. */
export function createMany(stages: readonly PreparedStage[], batchSize: number): Contender {
  return {
    name: `createMany, batches of ${batchSize}`,
    does: 'tx.<model>.createMany() for each table and for the ID map, in one interactive transaction a batch',
    run: (databaseUrl) => {
      const batches = prismaBatches(stages, batchSize);
      return withTarget(databaseUrl, (target) =>
        seconds(async () => {
          for (const batch of batches) {
            await inTransaction(target, async (tx) => {
              for (const { table, rows } of batch) await delegate(tx, table).createMany({ data: rows });
            });
          }
        }),
      );
    },
  };
}

/** The ceiling: each table's rows and the stage's ID map rows in one COPY each, one transaction a stage. */
export function copy(stages: readonly PreparedStage[]): Contender {
  return {
    name: 'COPY, one a table',
    does: 'COPY … FROM STDIN (text) through node-postgres, one transaction a stage',
    async run(databaseUrl) {
      const copies = stages.map(({ tables, documents }) => [
        ...tables.map((table) => copyRows(table, rowsOf(documents, table))),
        copyIdMap(RUN_ID, entriesOf(documents)),
      ]);
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        return await seconds(async () => {
          for (const stage of copies) {
            await client.query('BEGIN');
            for (const { sql, data } of stage) await copyIn(client, sql, data);
            await client.query('COMMIT');
          }
        });
      } finally {
        await client.end();
      }
    },
  };
}

/** A digest of every row of the target and of the ID map: equal digests are equal rows. */
export async function digest(plan: Plan, databaseUrl: string): Promise<string> {
  const names = plan.stages.flatMap((stage) => stage.tables.map(({ table }) => tables[table].table));
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const digests: string[] = [];
    for (const [name, id] of [...names.map((name) => [name, 'id']), ['migration_id_map', 'prisma_id']]) {
      const { rows } = await client.query(
        `SELECT count(*) || ':' || coalesce(md5(string_agg(md5(given::text), '' ORDER BY "${id}")), '') AS digest
         FROM "${name}" AS given`,
      );
      digests.push(`${name} ${rows[0].digest}`);
    }
    return digests.join('\n');
  } finally {
    await client.end();
  }
}

async function withTarget<T>(databaseUrl: string, work: (target: Target) => Promise<T>): Promise<T> {
  const target = openTarget(databaseUrl, {
    connections: 4,
    timeouts: { idleInTransaction: 60_000, lock: 60_000, transaction: 600_000 },
  });
  try {
    // Connected, and Prisma's engine loaded, before the clock starts.
    await target.query('SELECT 1', []);
    await target.transaction((execute) => execute('SELECT 1'));
    return await work(target);
  } finally {
    await target.close();
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function inTransaction(target: Target, work: (tx: Transaction) => Promise<void>): Promise<void> {
  return target.prisma.$transaction(work, { maxWait: 15_000, timeout: 600_000 });
}

/** A table's part of a batch, parents before children and the ID map last. */
interface Part {
  readonly table: TableName | 'MigrationIdMap';
  readonly rows: Input[];
}

function prismaBatches(stages: readonly PreparedStage[], size: number): Part[][] {
  return stages.flatMap(({ tables, documents }) => {
    const batches: Part[][] = [];
    for (let from = 0; from < documents.length; from += size) {
      const batch = documents.slice(from, from + size);
      const rows = tables.map((table) => ({ table, rows: prismaRows(table, rowsOf(batch, table)) }));
      const parts: Part[] = [...rows, { table: 'MigrationIdMap', rows: prismaIdMap(RUN_ID, entriesOf(batch)) }];
      batches.push(parts.filter((part) => part.rows.length > 0));
    }
    return batches;
  });
}

function rowsOf(documents: readonly Moved[], table: TableName) {
  return documents.flatMap((document) => document.rows.get(table) ?? []);
}

function entriesOf(documents: readonly Moved[]): HashedEntry[] {
  return documents.flatMap((document) => document.entries);
}

/** The part of a Prisma model's delegate that is used here, whatever the model. */
interface Delegate {
  create(args: { data: Input }): Promise<unknown>;
  createMany(args: { data: Input[] }): Promise<unknown>;
}

function delegate(tx: Transaction, table: Part['table']): Delegate {
  const name = table.charAt(0).toLowerCase() + table.slice(1);
  return (tx as unknown as Readonly<Record<string, Delegate>>)[name]!;
}
