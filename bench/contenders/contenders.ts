import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { entriesOf } from '../../engine/copy/write-batch.ts';
import type { Moved } from '../../engine/state/documents/outcome.ts';
import type { Prisma, PrismaClient } from '../../prisma/generated/client/client.ts';
import { npmScript } from '../../scripts/cli/npm-script.ts';
import { type Ground, RUN_ID } from '../ground.ts';
import { copyIn, type copyOut } from './bare-copy.ts';
import type { EngineTask, Without } from './engine-process.ts';
import { type Input, type PreparedStage, prismaIdMap, prismaRows } from './prepared-rows.ts';
import type { OpenClient } from './rival-client.ts';
import { type WholeRun, wholeRun } from './whole-run.ts';

/** One way to get documents into a target. */
export interface Contender {
  /** As the figures call it: `copy`, `createMany-50`. */
  readonly key: string;
  /** What is timed. */
  readonly does: string;
  /** Whether a fresh target has a run and its partitions planned already. */
  readonly planned: boolean;
  /** Tables that hold something else than the others' do, or all of them. */
  readonly leaves?: readonly string[] | 'all';
  /** Fills an empty target; connecting and preparing rivals' rows are not counted. */
  run(databaseUrl: string): Promise<Taken>;
}

/** Seconds that one turn took, and of a whole migration what it was made of. */
export interface Taken {
  readonly seconds: number;
  readonly run?: WholeRun;
}

type Transaction = Prisma.TransactionClient;

/** This tool end to end; the seconds are those of its copy. */
export function tool(address: string, sourceUri: string, folder: string, batchSize: number): Contender {
  return {
    key: `tool-${batchSize}`,
    does: 'this tool through Temporal, its copy: reads, checks, resolves, transforms; rows, ID map and checkpoint in one transaction a batch',
    planned: false,
    async run(databaseUrl) {
      const run = await wholeRun(address, sourceUri, databaseUrl, folder, batchSize);
      return { seconds: run.copy, run };
    },
  };
}

const LEFT_OUT: Readonly<Record<Without, readonly [key: string, does: string]>> = {
  nothing: ['noTemporal', 'the same engine, called by a plain loop'],
  checkpoints: ['noCheckpoints', 'the same, without Temporal and without checkpoints'],
  idMap: ['noIdMap', 'the same, without Temporal, checkpoints and ID map'],
};

/** This tool's engine in a process of its own, bounded as a worker is, without Temporal and what else is left out. */
export function engine(without: Without, { dump, spool }: Ground, filledUrl: string, batchSize: number): Contender {
  const [key, does] = LEFT_OUT[without];
  return {
    key: `${key}-${batchSize}`,
    does,
    planned: true,
    ...(without === 'idMap' && { leaves: ['migration_id_map'] }),
    async run(databaseUrl) {
      const { environment, flags } = npmScript('worker');
      // Compiled as this file is, or both as they were written.
      const extension = extname(import.meta.url);
      const child = fork(fileURLToPath(new URL(`./engine-process${extension}`, import.meta.url)), {
        env: { ...process.env, ...environment },
        execArgv: extension === '.ts' ? [...flags, '--import', 'tsx'] : [...flags],
      });
      const ended = once(child, 'exit');
      const answer = Promise.race([once(child, 'message'), ended.then(() => [{ problem: 'the process ended' }])]);
      child.send({ without, dump, spool, databaseUrl, filledUrl, batchSize } satisfies EngineTask);
      const [{ seconds, problem }] = (await answer) as [{ seconds: number; problem?: string }];
      await ended;
      if (problem !== undefined) throw new Error(problem);
      return { seconds };
    },
  };
}

/** What people write by hand: `create` for each row and each ID map entry, in transactions of so many documents. */
export function createPerRow(open: OpenClient, stages: readonly PreparedStage[], batchSize: number): Contender {
  return {
    key: `createPerRow-${batchSize}`,
    does: 'tx.<model>.create() for each target row and each ID map row, in interactive transactions; rows ready in memory',
    planned: true,
    async run(databaseUrl) {
      const batches = prismaBatches(stages, batchSize);
      return withClient(open(databaseUrl), (prisma) =>
        seconds(async () => {
          for (const batch of batches) await inTransaction(prisma, (tx) => createEach(tx, batch));
        }),
      );
    },
  };
}

/**
 * As {@link createPerRow}, reading pages of a live MongoDB by skip and limit. The rows that its documents become lie
 * ready: what transforming by hand costs depends on the hand.
 */
export function createPerRowLive(
  open: OpenClient,
  stages: readonly PreparedStage[],
  mongodbUri: string,
  batchSize: number,
): Contender {
  return {
    key: `liveCreatePerRow-${batchSize}`,
    does: 'the same out of the live source: find().skip().limit(), then create() for each row',
    planned: true,
    async run(databaseUrl) {
      const batches = stages.map((stage) => ({ stage, pages: prismaBatches([stage], batchSize) }));
      const client = await new mongoose.mongo.MongoClient(mongodbUri).connect();
      try {
        return await withClient(open(databaseUrl), (prisma) =>
          seconds(async () => {
            for (const { stage, pages } of batches) {
              const documents = client.db().collection(stage.collection).find().sort({ _id: 1 });
              for (const [page, batch] of pages.entries()) {
                const read = await documents
                  .clone()
                  .skip(page * batchSize)
                  .limit(batchSize)
                  .toArray();
                if (read.length === 0) throw new Error(`${stage.collection} has no page ${page}`);
                await inTransaction(prisma, (tx) => createEach(tx, batch));
              }
            }
          }),
        );
      } finally {
        await client.close();
      }
    },
  };
}

async function createEach(tx: Transaction, batch: readonly Part[]): Promise<void> {
  for (const { table, rows } of batch) for (const data of rows) await delegate(tx, table).create({ data });
}

/** `createMany` for each table of a batch, and for its ID map entries, in one transaction a batch. */
export function createMany(open: OpenClient, stages: readonly PreparedStage[], batchSize: number): Contender {
  return {
    key: `createMany-${batchSize}`,
    does: 'tx.<model>.createMany() for each table and for the ID map, in one interactive transaction a batch; rows ready in memory',
    planned: true,
    async run(databaseUrl) {
      const batches = prismaBatches(stages, batchSize);
      return withClient(open(databaseUrl), (prisma) =>
        seconds(async () => {
          for (const batch of batches) {
            await inTransaction(prisma, async (tx) => {
              for (const { table, rows } of batch) await delegate(tx, table).createMany({ data: rows });
            });
          }
        }),
      );
    },
  };
}

/** The ceiling: what a target holds in the end, in one COPY a table. */
export function copy(files: Awaited<ReturnType<typeof copyOut>>): Contender {
  return {
    key: 'copy',
    does: 'COPY … FROM STDIN (text) of the same rows and ID map rows, one a table, indexes and foreign keys in place',
    planned: true,
    run: async (databaseUrl) => ({ seconds: await copyIn(databaseUrl, files) }),
  };
}

async function withClient<T>(prisma: PrismaClient, work: (prisma: PrismaClient) => Promise<T>): Promise<T> {
  try {
    // Connected, and Prisma's engine loaded, before the clock starts.
    await prisma.$transaction((tx) => tx.user.findFirst());
    return await work(prisma);
  } finally {
    await prisma.$disconnect();
  }
}

async function seconds(work: () => Promise<void>): Promise<Taken> {
  const start = performance.now();
  await work();
  return { seconds: (performance.now() - start) / 1000 };
}

function inTransaction(prisma: PrismaClient, work: (tx: Transaction) => Promise<void>): Promise<void> {
  return prisma.$transaction(work, { maxWait: 15_000, timeout: 600_000 });
}

/** A table's part of a batch, parents before children and the ID map last. */
interface Part {
  readonly table: string;
  readonly rows: Input[];
}

function prismaBatches(stages: readonly PreparedStage[], size: number): Part[][] {
  return stages.flatMap(({ stage, tables, documents }) => {
    const batches: Part[][] = [];
    for (let from = 0; from < documents.length; from += size) {
      const batch = documents.slice(from, from + size);
      const rows = tables.map((table) => ({ table, rows: prismaRows(stage, table, rowsOf(batch, table)) }));
      const parts: Part[] = [
        ...rows,
        { table: 'MigrationIdMap', rows: prismaIdMap(RUN_ID, [...entriesOf(stage, batch)]) },
      ];
      batches.push(parts.filter((part) => part.rows.length > 0));
    }
    return batches;
  });
}

function rowsOf(documents: readonly Moved[], table: string) {
  return documents.flatMap((document) => [...(document.rows.get(table) ?? [])]);
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
