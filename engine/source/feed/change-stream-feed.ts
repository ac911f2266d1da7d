import { mongo } from 'mongoose';
import { FeedLost } from '../../common/errors.ts';
import { keyOfDocument, type LegacyKey } from '../../document/legacy-key.ts';
import { collectionDropped, oplogTooShort } from '../../messages/engine/source.ts';
import { type ChangeFeed, FEED_PAGE, type FeedPage, type FeedPosition } from './change-feed.ts';

/** What is used of the driver's client. */
export interface Watched {
  db(name?: string): Pick<mongo.Db, 'command' | 'collection'> & {
    watch(pipeline: mongo.Document[], options: mongo.ChangeStreamOptions): Stream;
  };
}

type Stream = Pick<mongo.ChangeStream, 'tryNext' | 'resumeToken' | 'close'>;

/** ChangeStreamHistoryLost, ChangeStreamFatalError, InvalidResumeToken, CloseChangeStream. */
const LOST = new Set([286, 280, 260, 222]);
const NAMING = new Set(['insert', 'update', 'replace', 'delete']);
/** How long the server may search its log for an answer: milliseconds. */
const PATIENCE = 1_000;

/**
 * MongoDB's change streams, of replica sets and sharded clusters. Positions are cluster times: a resume token would hold
 * the `_id` of the last document, which may be personal.
 */
export class ChangeStreamFeed implements ChangeFeed {
  readonly kind = 'changeStream';
  readonly isLog = true;
  readonly #client: Watched;
  readonly #tell: (error: unknown) => unknown;

  /** @param tell turns the driver's errors into those of a source */
  constructor(client: Watched, tell: (error: unknown) => unknown) {
    this.#client = client;
    this.#tell = tell;
  }

  async position(): Promise<FeedPosition> {
    return positionOf(await this.#now());
  }

  async *changesSince(collection: string, position: FeedPosition): AsyncGenerator<FeedPage> {
    const present = await this.#now();
    const stream = this.#client.db().watch(eventsOf(collection), {
      startAtOperationTime: timeOf(position),
      maxAwaitTimeMS: PATIENCE,
      promoteValues: false,
    });
    let keys: LegacyKey[] = [];
    let reached = position;
    try {
      for (;;) {
        const event = (await stream.tryNext()) as mongo.Document | null;
        if (event !== null) {
          const time = event['clusterTime'] as mongo.Timestamp;
          keys.push(keyOfEvent(event));
          reached = positionOf(time);
          if (time.greaterThan(present)) break;
          if (keys.length < FEED_PAGE) continue;
        } else if (hasReached(stream.resumeToken, present)) break;
        // The server answers nothing, too, when it has not come to the end of its log yet: an empty page then.
        yield { keys, position: reached, isLast: false };
        keys = [];
      }
    } catch (error) {
      throw this.#troubleOf(error);
    } finally {
      await stream.close();
    }
    yield { keys, position: positionOf(present), isLast: true };
  }

  /** From the oldest entry of the log to the newest, as `db.getReplicationInfo()` has it. Not told to everybody. */
  async keptSeconds(): Promise<number | null> {
    const log = this.#client.db('local').collection('oplog.rs');
    const end = async (order: 1 | -1) => {
      const [entry] = await log.find({}, { sort: { $natural: order }, limit: 1, projection: { ts: 1 } }).toArray();
      return (entry?.['ts'] as mongo.Timestamp | undefined)?.getHighBits() ?? null;
    };
    try {
      const [oldest, newest] = [await end(1), await end(-1)];
      return oldest === null || newest === null ? null : (newest >>> 0) - (oldest >>> 0);
    } catch {
      return null;
    }
  }

  #troubleOf(error: unknown): unknown {
    if (error instanceof FeedLost) return error;
    return LOST.has(Number((error as mongo.MongoServerError).code)) ? new FeedLost(oplogTooShort()) : this.#tell(error);
  }

  async #now(): Promise<mongo.Timestamp> {
    try {
      const { operationTime } = await this.#client.db().command({ hello: 1 });
      return operationTime as mongo.Timestamp;
    } catch (error) {
      throw this.#tell(error);
    }
  }
}

/** A collection's documents, and whatever ends a collection: dropping it, renaming it or another one to its name. */
function eventsOf(collection: string): mongo.Document[] {
  const ending = { operationType: { $in: ['invalidate', 'dropDatabase'] } };
  return [
    { $match: { $or: [{ 'ns.coll': collection }, { 'to.coll': collection }, ending] } },
    { $project: { operationType: 1, clusterTime: 1, 'documentKey._id': 1 } },
  ];
}

function keyOfEvent({ operationType, documentKey }: mongo.Document): LegacyKey {
  const id = (documentKey as mongo.Document | undefined)?.['_id'];
  if (!NAMING.has(String(operationType)) || id === undefined) {
    throw new FeedLost(collectionDropped({ operation: operationType }));
  }
  return keyOfDocument(mongo.BSON.serialize({ _id: id }))!;
}

/** Whether a token stands for this time or a later one; its text begins with 82 and the time, in hex. */
function hasReached(token: unknown, time: mongo.Timestamp): boolean {
  const [, seconds, increment] =
    /^82([0-9A-F]{8})([0-9A-F]{8})/i.exec(String((token as mongo.Document)?.['_data'])) ?? [];
  // A token of another form tells nothing, and an answer of nothing is then the end.
  if (seconds === undefined) return true;
  return !new mongo.Timestamp({ t: Number.parseInt(seconds, 16), i: Number.parseInt(increment!, 16) }).lessThan(time);
}

function positionOf(time: mongo.Timestamp): FeedPosition {
  return { seconds: time.getHighBitsUnsigned(), increment: time.getLowBitsUnsigned() };
}

function timeOf({ seconds, increment }: FeedPosition): mongo.Timestamp {
  return new mongo.Timestamp({ t: Number(seconds), i: Number(increment) });
}
