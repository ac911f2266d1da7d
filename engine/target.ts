import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { Prisma, PrismaClient } from '../prisma/generated/client/client.ts';
import { DEFAULT_TARGET_TIMEOUTS, type TargetTimeouts } from '../prisma/session-settings.ts';
import { openPool, schemaOf } from '../prisma/target.ts';
import { type CopyIn, CopyingClient, copyIn } from './copy-in.ts';
import type { Query } from './stage.ts';

/** What can be done inside a transaction. */
export interface Execute {
  /** One statement; answers the number of rows it touched. */
  (sql: string, ...params: unknown[]): Promise<number>;
  /** New rows by COPY, one table after the other. */
  copy(parts: readonly CopyIn[]): Promise<void>;
}

/** The PostgreSQL database (one schema of it) that a run writes, through Prisma and through plain queries. */
export interface Target {
  readonly prisma: PrismaClient;
  readonly schema: string;
  /** One statement; values come back as PostgreSQL's text. */
  readonly query: Query;
  /** Runs statements in one Prisma interactive transaction. */
  transaction<T>(work: (execute: Execute) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens a target; no connection is made before the first statement.
 * @param schema overrides the URL's own schema: the scratch schema of a dry run.
 */
export function openTarget(
  databaseUrl: string,
  options: { schema?: string; timeouts?: TargetTimeouts; connections?: number } = {},
): Target {
  const schema = options.schema ?? schemaOf(databaseUrl);
  const timeouts = options.timeouts ?? DEFAULT_TARGET_TIMEOUTS;
  const pool = openPool(databaseUrl, schema, { timeouts, most: options.connections ?? 12, Client: CopyingClient });
  // Prisma puts quotes around the name, and leaves those in it as they are.
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: schema.replaceAll('"', '""') }) });
  return {
    prisma,
    schema,
    query: async (sql, params) =>
      (await pool.query({ text: sql, values: [...params], rowMode: 'array', types: AS_TEXT })).rows,
    transaction: (work) =>
      prisma.$transaction((tx) => work(executeOf(tx)), {
        maxWait: 15_000,
        timeout: timeouts.transaction + 5_000,
      }),
    close: async () => {
      await prisma.$disconnect();
      // Prisma ends the pool only when it has used it itself, and plain queries may have been all there was.
      if (!pool.ending) await pool.end();
    },
  };
}

function executeOf(tx: Prisma.TransactionClient): Execute {
  const execute = (sql: string, ...params: unknown[]) => tx.$executeRawUnsafe(sql, ...params);
  return Object.assign(execute, { copy: (parts: readonly CopyIn[]) => copyIn(execute, parts) });
}

const AS_TEXT = { getTypeParser: () => (value: string | Buffer) => String(value) };

/** What PostgreSQL said of a refused statement, wherever Prisma or node-postgres put it. */
export interface DatabaseRefusal {
  readonly sqlstate: string;
  readonly message: string;
  readonly constraint: string | null;
}

/** The database's own words in an error, or null when the error is none of the database's. */
export function databaseRefusal(error: unknown): DatabaseRefusal | null {
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    return { sqlstate: error.code, message: error.message, constraint: error.constraint ?? null };
  }
  const cause = driverCause(error);
  if (cause?.originalCode === undefined) return null;
  const message = cause.originalMessage ?? '';
  return { sqlstate: cause.originalCode, message, constraint: /constraint "([^"]+)"/.exec(message)?.[1] ?? null };
}

interface DriverCause {
  readonly originalCode?: string;
  readonly originalMessage?: string;
}

function driverCause(error: unknown): DriverCause | null {
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    return (error.meta?.['driverAdapterError'] as { cause?: DriverCause } | undefined)?.cause ?? null;
  }
  return (error as { cause?: DriverCause } | null)?.cause ?? null;
}

/** The document's data, not the connection or the server, made the database refuse: SQLSTATE classes 21 to 23, 54, and a few. */
export function refusesData(refusal: DatabaseRefusal): boolean {
  return /^(2[123]|54)/.test(refusal.sqlstate) || refusal.sqlstate === '42804' || refusal.sqlstate === '22P02';
}
