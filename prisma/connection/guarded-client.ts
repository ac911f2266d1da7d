import pg from 'pg';
import { TargetUnavailable } from '../../engine/common/errors.ts';
import { statementAbandoned, statementUnanswered } from '../../engine/messages/engine/target.ts';
import type { Message } from '../../engine/messages/message.ts';
import type { Backend } from './session.ts';
import type { TargetTimeouts } from './session-settings.ts';

/** How a {@link GuardedClient} waits; all in milliseconds. */
export interface Patience {
  /** Longest that a statement may go unanswered; null for as long as the server is seen at work on it. */
  readonly statement: number | null;
  /** How often another session looks whether the server is. */
  readonly look: number;
}

const CONNECT = 10_000;
/** For a farewell, and for what another session is asked. */
const SHORT = 5_000;
/** For what is said at the beginning of a session. */
export const FEW_WORDS: Patience = { statement: CONNECT, look: CONNECT };
/** So many looks in a row must find nobody at work: an answer may be on its way. */
const LOOKS = 2;
/** A firewall forgets a connection that is silent for minutes, and tells nobody. */
const KEEP_ALIVE = 10_000;

/** What every connection of ours is made with. */
export const CONNECTION = {
  connectionTimeoutMillis: CONNECT,
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEP_ALIVE,
} as const;

/**
 * A statement is answered when the server's own timeout has ended it, and a fifth of that later (25 s and 5 s); where
 * the server has none, another session looks.
 */
export function patienceOf({ transaction, look }: TargetTimeouts): Patience {
  return { statement: transaction === 0 ? null : transaction * 1.2, look };
}

/** Longest until a connection is at hand: one of a pool's comes free or is made anew, and its session begins. */
export const CONNECTED_WITHIN = 3 * CONNECT;

/** Longest without a sign of life of a statement that takes its time: the last look misses it, too. */
export function lookedAfterWithin({ look }: Patience): number {
  return (LOOKS + 1) * (look + 2 * SHORT);
}

/** Whether the server works for a session: neither done with its statement nor waiting for the other end of the line. */
const AT_WORK = `SELECT count(*)::text AS found FROM pg_stat_activity WHERE pid = $1::int AND backend_start::text = $2
  AND state IN ('active', 'fastpath function call') AND wait_event_type IS DISTINCT FROM 'Client'`;

const END = `SELECT count(pg_terminate_backend(pid))::text AS found FROM pg_stat_activity
  WHERE pid = $1::int AND backend_start::text = $2`;

/**
 * A connection that never waits for ever. Networks can fall silent without a word; a statement that misses its bound ends
 * the connection, with a `TargetUnavailable` for whoever waits, and a pool does not take such a client back.
 */
export class GuardedClient extends pg.Client {
  patience: Patience;
  /** The server's process, once the session has begun. */
  backend: Backend | null = null;
  /** Told when another session has seen the server at work on a statement that takes its time. */
  onSignOfLife: () => void = () => {};
  readonly #config: pg.ClientConfig;
  #timer: NodeJS.Timeout | null = null;

  constructor(config: pg.ClientConfig & { readonly patience: Patience }) {
    super(config);
    this.#config = config;
    this.patience = config.patience;
    this.on('drain', () => this.#rest());
    this.on('end', () => this.#rest());
    connectionOf(this).on('readyForQuery', () => {
      // The next of several statements has a bound of its own.
      if (this.#timer !== null) this.#watch();
    });
  }

  override query(...given: unknown[]): never {
    const answer = (super.query as (...all: readonly unknown[]) => never).apply(this, given);
    if (this.#timer === null) this.#watch();
    return answer;
  }

  override end(...given: unknown[]): never {
    const timer = setTimeout(() => connectionOf(this).stream.destroy(), SHORT).unref();
    this.once('end', () => clearTimeout(timer));
    return (super.end as (...all: readonly unknown[]) => never).apply(this, given);
  }

  /** Ends the connection at once: what is under way fails with this message. */
  giveUp(said: Message): void {
    this.#rest();
    connectionOf(this).stream.destroy(new TargetUnavailable(said));
  }

  #rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #watch(): void {
    this.#rest();
    const { statement } = this.patience;
    if (statement === null) {
      this.#lookLater(0, -1);
      return;
    }
    this.#timer = setTimeout(() => this.giveUp(statementUnanswered({ seconds: statement / 1000 })), statement).unref();
  }

  #lookLater(missed: number, moved: number): void {
    this.#timer = setTimeout(() => void this.#look(missed, moved), this.patience.look).unref();
  }

  /** Bytes that come or go are a sign of life, and so is a reader of ours that lets the server wait. */
  async #look(missed: number, before: number): Promise<void> {
    const { stream } = connectionOf(this);
    const mine = this.#timer;
    const moved = stream.bytesRead + stream.bytesWritten;
    const isAlive = moved !== before || stream.isPaused() || (await this.#isServerAtWork());
    // Answered meanwhile, or the next statement is watched already.
    if (this.#timer !== mine) return;
    if (isAlive) {
      this.onSignOfLife();
      return this.#lookLater(0, moved);
    }
    if (missed + 1 < LOOKS) return this.#lookLater(missed + 1, moved);
    // It would keep its snapshot and its locks until the server finds out by itself, which may take hours.
    this.#askBeside(END).catch(() => {});
    this.giveUp(statementAbandoned());
  }

  async #isServerAtWork(): Promise<boolean> {
    try {
      return (await this.#askBeside(AT_WORK)) === '1';
    } catch (error) {
      // A server that says it is full is alive; what it does for this session is asked again.
      return (error as pg.DatabaseError).code === '53300';
    }
  }

  /** What another session answers about this one's process; null when the session has not begun. */
  async #askBeside(sql: string): Promise<string | null> {
    if (this.backend === null) return null;
    const other = new pg.Client({ ...this.#config, connectionTimeoutMillis: SHORT, query_timeout: SHORT });
    other.on('error', () => {});
    try {
      await other.connect();
      const { rows } = await other.query<{ found: string }>(sql, [this.backend.pid, this.backend.since]);
      return rows[0]!.found;
    } finally {
      connectionOf(other).stream.destroy();
    }
  }
}

/** The part of node-postgres beneath a client. */
interface Line {
  readonly stream: import('node:net').Socket;
  on(event: 'readyForQuery', listener: () => void): void;
}

/** TLS puts another stream in the place of the first one, so that it is looked up each time. */
function connectionOf(client: pg.Client): Line {
  return (client as unknown as { readonly connection: Line }).connection;
}
