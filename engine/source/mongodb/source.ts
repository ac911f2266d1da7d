import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';
import { SourceUnavailable } from '../../common/errors.ts';
import {
  compareKeys,
  KEY_TYPES,
  type KeyType,
  keyName,
  keyOfDocument,
  type LegacyKey,
} from '../../document/legacy-key.ts';
import { documentWithoutId } from '../../messages/engine/source.ts';
import { TotalsCounter } from '../dump/totals.ts';
import type { ChangeFeed } from '../feed/change-feed.ts';
import { ChangeStreamFeed } from '../feed/change-stream-feed.ts';
import type {
  CollectionKind,
  KeySelection,
  RawDocument,
  Source,
  SourceIdentity,
  Totals,
  TotalsRequest,
  WriteTrace,
} from '../source.ts';
import { type MongoConnection, openMongoConnection } from './connection.ts';
import { isCursorLost } from './errors.ts';
import { areCarried, filtersAfter, filtersOf, isWanted, rangeFilter } from './key-filters.ts';
import { serverTotals } from './totals.ts';
import { serverValues } from './values.ts';
import { traceWrites } from './writes.ts';

/** What one answer of the server should weigh; the server itself bounds it by 16 MiB. */
const BATCH_BYTES = 4 * 1024 * 1024;
const LARGEST_BATCH = 1_000;
const KEYS_BATCH = 10_000;
/** Those whose names FerretDB knows. */
const FERRET_TYPES: ReadonlySet<KeyType> = new Set([
  'null',
  'number',
  'string',
  'object',
  'binData',
  'objectId',
  'bool',
  'date',
  'timestamp',
]);

/**
 * A source for `mongodb://` and `mongodb+srv://`; connects when it is first asked for something.
 * @param collections the plan's collections: the first of them that exists identifies the database
 * @throws ConfigurationError when the URI cannot be read or names no database.
 */
export function openMongoSource(uri: string, collections: readonly string[]): Source {
  return new MongoSource(openMongoConnection(uri), collections);
}

class MongoSource implements Source {
  readonly kind = 'mongodb';
  readonly label: string;
  private readonly connection: MongoConnection;
  private readonly collections: readonly string[];
  private readonly batchSizes = new Map<string, Promise<number>>();

  constructor(connection: MongoConnection, collections: readonly string[]) {
    this.connection = connection;
    this.collections = collections;
    this.label = connection.label;
  }

  /** By the UUID that the server gave the collection, which outlives restarts, moves and other ports. */
  async fingerprint(): Promise<string> {
    const found = await this.connection.telling(() => this.connection.db().listCollections().toArray());
    const known = this.collections.length > 0 ? this.collections : found.map(({ name }) => name).sort();
    const first = known.map((name) => found.find((each) => each.name === name)).find((each) => each !== undefined);
    const uuid = (first as { info?: { uuid?: unknown } } | undefined)?.info?.uuid;
    const identity = uuid ? [this.connection.db().databaseName, first?.name, String(uuid)] : [this.label];
    return `mongodb:${createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32)}`;
  }

  async identity(): Promise<SourceIdentity> {
    const found = await this.connection.telling(() => this.connection.db().listCollections().toArray());
    const uuids = found
      .filter(({ name }) => this.collections.length === 0 || this.collections.includes(name))
      .map((one) => {
        const { uuid } = (one as { info?: { uuid?: unknown } }).info ?? {};
        return [one.name, uuid ? String(uuid).replaceAll('-', '').toLowerCase() : null] as const;
      });
    return { database: this.connection.db().databaseName, uuids: Object.fromEntries(uuids) };
  }

  async kindOf(collection: string): Promise<CollectionKind> {
    const [found] = await this.connection.telling(() =>
      this.connection.db().listCollections({ name: collection }).toArray(),
    );
    if (!found) return 'missing';
    const { type } = found as { type?: string };
    return type === 'view' || type === 'timeseries' ? type : 'collection';
  }

  async *scanKeys(collection: string): AsyncGenerator<LegacyKey> {
    const options = { projection: { _id: 1 }, sort: { _id: 1 }, batchSize: KEYS_BATCH } as const;
    for await (const bytes of this.connection.find(collection, {}, options)) yield keyOf(bytes, collection);
  }

  /** Each type is a search of the index that ends at the first `_id`. */
  async keyTypes(collection: string): Promise<readonly KeyType[]> {
    const { ferret } = await this.connection.dialect();
    const types: KeyType[] = [];
    for (const type of KEY_TYPES) {
      if (ferret && !FERRET_TYPES.has(type)) continue;
      const { filter } = rangeFilter({ type, after: null, upTo: null }, ferret);
      for await (const _ of this.connection.find(collection, filter, { projection: { _id: 1 }, limit: 1 }))
        types.push(type);
    }
    return types;
  }

  async *read(collection: string, selection: KeySelection, from: LegacyKey | null): AsyncGenerator<RawDocument> {
    yield* this.readOn(collection, selection, from, { batchSize: await this.batchSize(collection) });
  }

  async *readKeys(collection: string, selection: KeySelection, from: LegacyKey | null): AsyncGenerator<LegacyKey> {
    const options = { projection: { _id: 1 }, batchSize: KEYS_BATCH };
    for await (const { key } of this.readOn(collection, selection, from, options)) yield key;
  }

  async *keysSince(collection: string, field: string, since: Date): AsyncGenerator<LegacyKey> {
    const options = { projection: { _id: 1 }, batchSize: KEYS_BATCH };
    for await (const bytes of this.connection.find(collection, { [field]: { $gte: since } }, options))
      yield keyOf(bytes, collection);
  }

  async latestMoment(): Promise<Date> {
    const { localTime } = await this.connection.telling(() => this.connection.db().admin().command({ hello: 1 }));
    return localTime instanceof Date ? localTime : new Date();
  }

  /** Reads on with a new cursor when the server has dropped one. */
  private async *readOn(
    collection: string,
    selection: KeySelection,
    start: LegacyKey | null,
    options: mongo.FindOptions,
  ): AsyncGenerator<RawDocument> {
    let from = start;
    let after = from;
    for (;;) {
      try {
        for await (const document of this.readOnce(collection, selection, after, options)) {
          yield document;
          after = document.key;
        }
        return;
      } catch (error) {
        if (!isCursorLost(error) || after === from) throw this.connection.tell(error);
        from = after;
      }
    }
  }

  private async *readOnce(
    collection: string,
    selection: KeySelection,
    from: LegacyKey | null,
    options: mongo.FindOptions,
  ): AsyncGenerator<RawDocument> {
    const { ferret } = await this.connection.dialect();
    const sorted = { ...options, sort: { _id: 1 } } as const;
    for (const wanted of filtersAfter(selection, from, ferret)) {
      for await (const bytes of this.connection.find(collection, wanted.filter, sorted)) {
        const document = this.document(bytes, collection);
        const isMeant = isWanted(wanted, document.key);
        if (isMeant === 'over') break;
        if (isMeant) yield document;
      }
    }
  }

  private document(bytes: Uint8Array, collection: string): RawDocument {
    return { key: keyOf(bytes, collection), bytes, database: this.connection.db().databaseName };
  }

  async readByKeys(collection: string, keys: readonly LegacyKey[]): Promise<RawDocument[]> {
    const documents: RawDocument[] = [];
    for await (const document of this.read(collection, { keys }, null)) documents.push(document);
    return documents;
  }

  async totals(request: TotalsRequest, selections: readonly KeySelection[] | null): Promise<Totals> {
    if (!areCarried(selections)) return this.countedTotals(request, selections!);
    const dialect = await this.connection.dialect();
    const collection = this.connection.db().collection(request.collection);
    return this.connection.telling(async () => {
      const totals = await serverTotals(collection, request, selections, dialect);
      const values = dialect.ferret ? null : await serverValues(collection, request, selections);
      return { ...totals, values: values ?? (await this.countedValues(request, selections)) };
    });
  }

  /** For selections that no filter can say: their documents are read, and counted as those of a dump are. */
  private async countedTotals(request: TotalsRequest, selections: readonly KeySelection[]): Promise<Totals> {
    const counter = new TotalsCounter(request);
    let documents = 0;
    for (const selection of selections) {
      for await (const { bytes } of this.read(request.collection, selection, null)) {
        counter.count(bytes);
        documents++;
      }
    }
    return counter.totals(documents);
  }

  /** For what the server itself cannot compute: the values are read, and counted as those of a dump are. */
  private async countedValues(
    request: TotalsRequest,
    selections: readonly KeySelection[] | null,
  ): Promise<Totals['values']> {
    const { values = [] } = request;
    if (values.length === 0) return {};
    const counter = new TotalsCounter({ ...request, sums: [] });
    // A missing date is counted as what stands in for it, which has to be read too.
    const standIns = values.some(({ standIn }) => standIn === 'createdAt') ? ['createdAt'] : [];
    const names = [...new Set([...values.map(({ path }) => path.split('.')[0]!), ...standIns])];
    for await (const { bytes } of this.readFields(request.collection, names, selections)) counter.count(bytes);
    return counter.totals(0).values;
  }

  async *readFields(
    collection: string,
    names: readonly string[],
    selections: readonly KeySelection[] | null,
  ): AsyncGenerator<RawDocument> {
    const { ferret } = await this.connection.dialect();
    const projection = Object.fromEntries(['_id', ...names].map((name) => [name, 1]));
    const options = { projection, batchSize: await this.batchSize(collection) };
    if (!areCarried(selections)) {
      for (const selection of selections!) yield* this.readOn(collection, selection, null, options);
      return;
    }
    try {
      for (const filter of filtersOf(selections, ferret)) {
        for await (const bytes of this.connection.find(collection, filter, options))
          yield this.document(bytes, collection);
      }
    } catch (error) {
      throw this.connection.tell(error);
    }
  }

  /** Replica sets and sharded clusters have change streams, a server of its own has none. */
  async changeStream(): Promise<ChangeFeed | null> {
    const { ferret } = await this.connection.dialect();
    const { setName, msg } = await this.connection.telling(() => this.connection.db().command({ hello: 1 }));
    const isWatched = !ferret && (setName !== undefined || msg === 'isdbgrid');
    return isWatched ? new ChangeStreamFeed(this.connection, (error) => this.connection.tell(error)) : null;
  }

  async sampleKeys(collection: string, count: number): Promise<LegacyKey[]> {
    const { ferret } = await this.connection.dialect();
    if (count < 1) return [];
    const keys = ferret ? await this.sampleByScan(collection, count) : await this.sampleOnServer(collection, count);
    return keys.sort(compareKeys);
  }

  private async sampleOnServer(collection: string, count: number): Promise<LegacyKey[]> {
    const pipeline = [{ $sample: { size: count } }, { $project: { _id: 1 } }];
    const found = await this.connection.telling(() =>
      this.connection.db().collection(collection).aggregate(pipeline, { raw: true }).toArray(),
    );
    const keys = found.map((bytes) => keyOf(bytes as unknown as Uint8Array, collection));
    // $sample may give a document twice.
    return [...new Map(keys.map((key) => [keyName(key), key])).values()];
  }

  /** For a server without `$sample`: each key of one scan has the same chance (Vitter's algorithm R). */
  private async sampleByScan(collection: string, count: number): Promise<LegacyKey[]> {
    const kept: LegacyKey[] = [];
    let seen = 0;
    for await (const key of this.scanKeys(collection)) {
      const place = seen < count ? seen : Math.floor(Math.random() * (seen + 1));
      if (place < count) kept[place] = key;
      seen++;
    }
    return kept;
  }

  async traceWrites(collection: string, since: WriteTrace | null): Promise<WriteTrace> {
    const { ferret } = await this.connection.dialect();
    return this.connection.telling(() => traceWrites(this.connection.db().collection(collection), since, ferret));
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** As many documents as make a fair answer of the server, by their average size. */
  private batchSize(collection: string): Promise<number> {
    const known = this.batchSizes.get(collection);
    if (known) return known;
    const size = this.connection
      .db()
      .command({ collStats: collection })
      .then(
        ({ avgObjSize }) => Math.floor(BATCH_BYTES / (Number(avgObjSize) || 4096)),
        () => LARGEST_BATCH / 4,
      );
    const bounded = size.then((documents) => Math.max(2, Math.min(LARGEST_BATCH, documents)));
    this.batchSizes.set(collection, bounded);
    return bounded;
  }
}

function keyOf(bytes: Uint8Array, collection: string): LegacyKey {
  const key = keyOfDocument(bytes);
  if (key === null) throw new SourceUnavailable(documentWithoutId({ collection }));
  return key;
}
