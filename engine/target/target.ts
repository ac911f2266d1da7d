import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { CONNECTED_WITHIN, lookedAfterWithin, patienceOf } from '../../prisma/connection/guarded-client.ts';
import { DEFAULT_TARGET_TIMEOUTS, type TargetTimeouts } from '../../prisma/connection/session-settings.ts';
import { openPool, schemaOf } from '../../prisma/connection/target.ts';
import { Prisma, PrismaClient } from '../../prisma/generated/client/client.ts';
import { waiting } from '../common/waits.ts';
import { type CopyIn, CopyingClient, copyIn } from './copy-in.ts';
import { EachRow } from './each-row.ts';
import type { Query } from './query.ts';

/** What can be done inside a transaction. */
export interface Execute {
  /** One statement; answers the number of rows it touched. */
  (sql: string, ...params: unknown[]): Promise<number>;
  /** New rows by COPY, one table after the other. */
  copy(parts: readonly CopyIn[]): Promise<void>;
  /** Reads in the transaction; statements must name their columns apart and select text. */
  readonly query: Query;
}

/** One connection of a target. */
export interface Session {
  /** As the target's own. */
  readonly query: Query;
  /** As those of the target's transactions. */
  readonly execute: Execute;
  /** Statements may take as long as PostgreSQL works on them, once the server's timeouts are lifted. */
  letTakeItsTime(): void;
}

/** The PostgreSQL database (one schema of it) that a run writes, through Prisma and through plain queries. */
export interface Target {
  readonly prisma: PrismaClient;
  readonly schema: string;
  /** One statement; values come back as PostgreSQL's text. */
  readonly query: Query;
  /** As `query`, with the rows handed on one by one as they come. */
  each(sql: string, params: readonly unknown[], take: (row: (string | null)[]) => void): Promise<void>;
  /** Runs statements in one Prisma interactive transaction. */
  transaction<T>(work: (execute: Execute) => Promise<T>): Promise<T>;
  /** A connection of its own for as long as `work` goes on; when that fails, what it has begun is rolled back. */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>;
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
  const statement = CONNECTED_WITHIN + patienceOf(timeouts).statement!;
  const pool = openPool(databaseUrl, schema, { timeouts, most: options.connections ?? 12, Client: CopyingClient });
  // Prisma puts quotes around the name, and leaves those in it as they are.
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: schema.replaceAll('"', '""') }) });
  return {
    prisma,
    schema,
    query: async (sql, params) => (await waiting(statement, () => pool.query(asText(sql, params)))).rows,
    each: async (sql, params, take) => {
      await waiting(statement, () => new EachRow(sql, params, take).of(pool));
    },
    session: (work) => inSession(pool, work),
    transaction: (work) =>
      // At its begin, between and at its end: what it does beside them is bounded by Prisma, before a heartbeat is missed.
      waiting(2 * statement, () =>
        prisma.$transaction((tx) => work(executeOf(tx)), { maxWait: 15_000, timeout: timeouts.transaction * 1.1 }),
      ),
    close: async () => {
      await prisma.$disconnect();
      // Prisma ends the pool only when it has used it itself, and plain queries may have been all there was.
      if (!pool.ending) await pool.end();
    },
  };
}

function executeOf(tx: Prisma.TransactionClient): Execute {
  const execute = (sql: string, ...params: unknown[]) => tx.$executeRawUnsafe(sql, ...params);
  return Object.assign(execute, { copy: (parts: readonly CopyIn[]) => copyIn(execute, parts), query: queryIn(tx) });
}

/** Reads in a transaction of Prisma's. @throws TypeError for a column that was not selected as text */
export function queryIn(tx: Prisma.TransactionClient): Query {
  return async (sql, params) => ((await tx.$queryRawUnsafe(sql, ...params)) as Record<string, unknown>[]).map(texts);
}

function texts(row: Record<string, unknown>): (string | null)[] {
  return Object.entries(row).map(([name, value]) => {
    if (value !== null && typeof value !== 'string') throw new TypeError(`column ${name} was not selected as text`);
    return value;
  });
}

async function inSession<T>(pool: pg.Pool, work: (session: Session) => Promise<T>): Promise<T> {
  const client = await waiting(CONNECTED_WITHIN, () => pool.connect());
  const guarded = client as unknown as CopyingClient;
  const { patience } = guarded;
  const ignore = () => {};
  // Between two statements nobody waits for the connection, and its end must not be that of this process.
  client.on('error', ignore);
  let broken: Error | undefined;
  let before: Promise<unknown> = Promise.resolve();
  const inTurn = <R>(next: () => Promise<R>): Promise<R> => {
    const answer = before.then(next);
    before = answer.catch(() => {});
    return answer;
  };
  try {
    const ask = (sql: string, params: readonly unknown[]) =>
      inTurn(() =>
        waiting(guarded.patience.statement ?? lookedAfterWithin(patience), (signOfLife) => {
          guarded.onSignOfLife = signOfLife;
          return client.query(asText(sql, params));
        }),
      );
    const query: Query = async (sql, params) => (await ask(sql, params)).rows;
    const run = async (sql: string, ...params: unknown[]) => (await ask(sql, params)).rowCount ?? 0;
    return await work({
      query,
      execute: Object.assign(run, { copy: (parts: readonly CopyIn[]) => copyIn(run, parts), query }),
      letTakeItsTime: () => {
        guarded.patience = { ...patience, statement: null };
      },
    });
  } catch (error) {
    await before;
    await client.query('ROLLBACK').catch((reason: Error) => {
      broken = reason;
    });
    throw error;
  } finally {
    guarded.patience = patience;
    client.removeListener('error', ignore);
    client.release(broken);
  }
}

function asText(text: string, params: readonly unknown[]): pg.QueryArrayConfig<unknown[]> {
  return { text, values: [...params], rowMode: 'array', types: AS_TEXT };
}

/** A column says the same of many rows of an answer: that text is kept once. */
const AS_TEXT = {
  getTypeParser: () => {
    let last = '';
    return (value: string | Buffer) => {
      const text = String(value);
      if (text !== last) last = text;
      return last;
    };
  },
};

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
