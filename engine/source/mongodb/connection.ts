import { mongo } from 'mongoose';
import { isPercentEncoded } from '../../../prisma/connection/percent-encoded.ts';
import { ConfigurationError, SourceUnavailable } from '../../common/errors.ts';
import { waiting } from '../../common/waits.ts';
import {
  mongodbSilent,
  notPercentEncoded,
  uriOptionUnknown,
  uriUnreadable,
  uriWithoutDatabase,
} from '../../messages/engine/source.ts';
import { isCursorLost, toSourceUnavailable } from './errors.ts';
import type { Dialect } from './totals.ts';

const SERVER_SELECTION_MS = 8_000;
/**
 * The driver's monitor asks each server every 10 s over a connection of its own; when that is not answered in this time, the
 * driver ends every connection to it, and what is under way fails. So no computation of the server's needs a bound.
 */
const CONNECT_MS = 10_000;
/** Longest that the server may take for the next documents of a cursor, in milliseconds. */
const ANSWER_MS = 60_000;

/**
 * Connects when it is first asked for something.
 * @throws ConfigurationError when the URI cannot be read or names no database.
 */
export function openMongoConnection(uri: string): MongoConnection {
  if (!isPercentEncoded(uri)) throw new ConfigurationError([notPercentEncoded({ name: 'The MongoDB URI' })]);
  const [, database] = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]+)/.exec(uri) ?? [];
  if (!database) throw new ConfigurationError([uriWithoutDatabase()]);
  const options: mongo.MongoClientOptions = { appName: 'mongo-to-prisma' };
  if (!/[?&]serverSelectionTimeoutMS=/i.test(uri)) options.serverSelectionTimeoutMS = SERVER_SELECTION_MS;
  if (!/[?&]connectTimeoutMS=/i.test(uri)) options.connectTimeoutMS = CONNECT_MS;
  try {
    return new MongoConnection(() => new mongo.MongoClient(uri, options));
  } catch (error) {
    const unknown = /^options? .* (?:is|are) not supported$/.exec((error as Error).message);
    throw new ConfigurationError([unknown === null ? uriUnreadable() : uriOptionUnknown({ why: unknown[0] })]);
  }
}

/** Documents that an index finds come at once; others may have to be searched for. */
function isByKey(filter: mongo.Document): boolean {
  return Object.keys(filter).every((name) => name === '_id' || name.startsWith('$'));
}

/** A client of one database, whose errors are told as the source’s. */
export class MongoConnection {
  /** The URI’s hosts and database, without user and password. */
  readonly label: string;
  private readonly makeClient: () => mongo.MongoClient;
  private client: mongo.MongoClient;
  private madeAt = Date.now();
  private closed = false;
  private asked: Promise<Dialect> | null = null;

  constructor(makeClient: () => mongo.MongoClient) {
    this.makeClient = makeClient;
    this.client = makeClient();
    const { hosts, srvHost, dbName } = this.client.options;
    this.label = srvHost ? `mongodb+srv://${srvHost}/${dbName}` : `mongodb://${hosts.join(',')}/${dbName}`;
  }

  /** The URI’s database, or another one of the same server. */
  db(name?: string): mongo.Db {
    return this.client.db(name);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.client.close();
  }

  /**
   * Whole documents as bytes, never decoded, so that what is not valid UTF-8 passes as it is.
   * @throws SourceUnavailable, or the driver's own error when the server has dropped the cursor
   */
  async *find(collection: string, filter: mongo.Document, options: mongo.FindOptions): AsyncGenerator<Uint8Array> {
    const cursor = this.db()
      .collection(collection)
      .find(filter, { ...options, raw: true });
    let isGivenUp = false;
    try {
      for (;;) {
        const first = await (isByKey(filter) ? this.answered(cursor.next()) : cursor.next());
        if (first === null) return;
        yield first as unknown as Uint8Array;
        for (const bytes of cursor.readBufferedDocuments()) yield bytes as unknown as Uint8Array;
      }
    } catch (error) {
      isGivenUp = error instanceof SourceUnavailable;
      throw isCursorLost(error) ? error : this.tell(error);
    } finally {
      const closing = cursor.close().catch(() => {});
      if (!isGivenUp) await closing;
    }
  }

  /** @throws SourceUnavailable when the server is silent: its connections are given up, this one among them */
  private async answered<T>(answer: Promise<T>): Promise<T> {
    const gaveUp = Symbol();
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<typeof gaveUp>((resolve) => {
      timer = setTimeout(resolve, ANSWER_MS, gaveUp);
    });
    try {
      const first = await waiting(ANSWER_MS + CONNECT_MS, () => Promise.race([answer, bound]));
      if (first !== gaveUp) return first;
    } finally {
      clearTimeout(timer);
    }
    answer.catch(() => {});
    this.replace();
    throw new SourceUnavailable(mongodbSilent({ source: this.label, seconds: ANSWER_MS / 1000 }));
  }

  /** What this server understands; asked once. @throws SourceUnavailable */
  dialect(): Promise<Dialect> {
    if (this.asked) return this.asked;
    const asked = this.telling(async () => {
      const build = await this.db().admin().command({ buildInfo: 1 });
      const ferret = 'ferretdbVersion' in build || 'ferretdbFeatures' in build;
      return { ferret, decimalSums: !ferret };
    });
    asked.catch(() => {
      this.asked = null;
    });
    this.asked = asked;
    return asked;
  }

  /** @throws SourceUnavailable where the driver says so in its own words */
  async telling<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.tell(error);
    }
  }

  /** The error as the source’s. */
  tell(error: unknown): unknown {
    if (error instanceof mongo.MongoServerSelectionError) this.renew();
    return toSourceUnavailable(error, this.label);
  }

  /**
   * A client that finds no server is given up for a new one: its monitor can wait for ever on a connection that ended as
   * it was about to ask (driver 7.5), and would not see that the server is back.
   */
  private renew(): void {
    // Several may fail at once: a client that is younger than its own patience is not the one that failed them.
    if (this.closed || Date.now() - this.madeAt < this.client.options.serverSelectionTimeoutMS) return;
    this.replace();
  }

  private replace(): void {
    if (this.closed) return;
    const old = this.client;
    this.client = this.makeClient();
    this.madeAt = Date.now();
    this.asked = null;
    old.close().catch(() => {});
  }
}
