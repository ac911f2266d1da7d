import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { Prisma, PrismaClient } from '../prisma/generated/client/client.ts';
import { type CopyIn, CopyingClient, copyIn } from './copy-in.ts';
import type { Query } from './stage.ts';

/**
 * How long PostgreSQL lets a silent or stuck writer hold its locks, in milliseconds. All of them end before
 * Temporal's heartbeat timeout: a process that was stopped must be gone when the next attempt comes.
 */
export interface TargetTimeouts {
  readonly idleInTransaction: number;
  readonly lock: number;
  readonly transaction: number;
}
export const DEFAULT_TARGET_TIMEOUTS: TargetTimeouts = { idleInTransaction: 8_000, lock: 10_000, transaction: 25_000 };

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

/** A PostgreSQL URL without Prisma's own `schema` parameter, and that parameter (`public` when there is none). */
export function splitSchema(databaseUrl: string): { url: string; schema: string } {
  const url = new URL(databaseUrl);
  const schema = url.searchParams.get('schema') ?? 'public';
  for (const name of ['schema', 'connection_limit', 'pool_timeout', 'pgbouncer']) url.searchParams.delete(name);
  return { url: url.toString(), schema };
}

/**
 * Opens a target; no connection is made before the first statement.
 * @param schema overrides the URL's own schema: the scratch schema of a dry run.
 */
export function openTarget(
  databaseUrl: string,
  options: { schema?: string; timeouts?: TargetTimeouts; connections?: number } = {},
): Target {
  const split = splitSchema(databaseUrl);
  const schema = options.schema ?? split.schema;
  const timeouts = options.timeouts ?? DEFAULT_TARGET_TIMEOUTS;
  const pool = new pg.Pool({
    Client: CopyingClient,
    connectionString: split.url,
    max: options.connections ?? 12,
    application_name: 'mongo-to-prisma',
    connectionTimeoutMillis: 10_000,
    options: settings(schema, timeouts),
    onConnect: (client) => client.query(TRANSACTION_TIMEOUT, [String(timeouts.transaction)]) as unknown as undefined,
  });
  // An idle connection that the server ends must not end this process; the next statement tells.
  pool.on('error', () => {});
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema }) });
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

/** PostgreSQL 17 brought the setting; an older server has no such row and nothing happens. */
const TRANSACTION_TIMEOUT = `SELECT set_config(name, $1, false) FROM pg_settings WHERE name = 'transaction_timeout'`;

const AS_TEXT = { getTypeParser: () => (value: string | Buffer) => String(value) };

function settings(schema: string, timeouts: TargetTimeouts): string {
  const values: Record<string, string | number> = {
    search_path: `"${schema}"`.replaceAll(' ', '\\ '),
    TimeZone: 'UTC',
    DateStyle: 'ISO',
    bytea_output: 'hex',
    idle_in_transaction_session_timeout: timeouts.idleInTransaction,
    lock_timeout: timeouts.lock,
    statement_timeout: timeouts.transaction,
  };
  return Object.entries(values)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

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
