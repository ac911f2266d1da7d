import type { KeyType, LegacyKey } from '../document/legacy-key.ts';
import type { ChangeFeed } from './feed/change-feed.ts';

/** One document as it stands in the source; `bytes` is its whole BSON, never decoded by a source. */
export interface RawDocument {
  readonly key: LegacyKey;
  readonly bytes: Uint8Array;
  /** The database that it stands in, which a DBRef can name; absent where that is not known. */
  readonly database?: string;
}

/** The `_id`s of one type with `after < _id <= upTo`; null is open. */
export interface KeyRange {
  readonly type: KeyType;
  readonly after: LegacyKey | null;
  readonly upTo: LegacyKey | null;
}

/** The documents a partition is made of: a range of `_id`s, or (under a limit) these very `_id`s, sorted. */
export type KeySelection = KeyRange | { readonly keys: readonly LegacyKey[] };

/** What stands under a collection's name in the source. */
export type CollectionKind = 'collection' | 'view' | 'timeseries' | 'missing';

/** Figures that the source's own engine is asked for, never the code that moves the documents. */
export interface TotalsRequest {
  readonly collection: string;
  /** Array paths whose elements are counted, such as `executionPlan.stages`. */
  readonly arrays: readonly string[];
  /** Numeric paths that are summed, through arrays where there are any, such as `backers.amount`. */
  readonly sums: readonly string[];
  /** Paths, through arrays, of which more is told than a sum; none unless given. */
  readonly values?: readonly ValueRequest[];
  /** How many of the lowest and of the highest values are told; 1 unless given. */
  readonly keep?: number;
}

/** A path whose values are counted: what kind of values matter there, and what a missing date is taken from. */
export interface ValueRequest {
  readonly path: string;
  readonly kind: 'number' | 'date' | 'other';
  /** `ids`: the nearest `_id` that is an ObjectId; `createdAt`: that field of the document, else its `_id`. */
  readonly standIn: 'ids' | 'createdAt' | null;
}

/** Values at one path. Numbers are exact decimals as text, dates milliseconds since 1970. */
export interface ValueTotals {
  /** Values of any type, neither missing nor null. */
  readonly present: number;
  /** Of dates, with those that stand in for missing ones; 0 for other kinds. */
  readonly sum: string;
  /** The lowest values of the path's kind in ascending order, equal ones as often as they come; `NaN` is the lowest. */
  readonly lowest: readonly string[];
  /** The highest ones, in descending order. */
  readonly highest: readonly string[];
}

/** The answer: sums are exact decimals as text wherever the source can give them exactly. */
export interface Totals {
  readonly documents: number;
  readonly elements: Readonly<Record<string, number>>;
  readonly sums: Readonly<Record<string, string>>;
  /** By the paths that were asked for. */
  readonly values: Readonly<Record<string, ValueTotals>>;
}

/** What writes to a collection change; holds no value of a document. */
export interface WriteTrace {
  readonly documents: number;
  /** A digest of the highest `_id` of each type that is counted upwards; the same where that is not looked up. */
  readonly highest: string;
  /** The newest `updatedAt`, in milliseconds since 1970. */
  readonly updatedAt: number | null;
  /** Documents with a newer `updatedAt` than the trace that this one is compared with. */
  readonly changed: number;
}

/** Which platform a source is of, whenever and however it is read. */
export interface SourceIdentity {
  readonly database: string;
  /** The UUIDs of the planned collections that exist, in hex; null where nobody tells. */
  readonly uuids: Readonly<Record<string, string | null>>;
}

/** A place that documents are read from: a live MongoDB, or a mongodump of one. */
export interface Source {
  readonly kind: 'mongodb' | 'dump';
  /** The source without credentials, for people: `mongodb://host:port/db` or `dump:/path (database platform)`. */
  readonly label: string;
  /**
   * A short text that is the same for every worker that reads the same source, and another for any other source.
   * @throws SourceUnavailable when the source cannot be reached or is damaged.
   */
  fingerprint(): Promise<string>;
  /**
   * What the source's server knows the planned collections by, which its dumps tell, too; missing where nobody tells.
   * @throws SourceUnavailable
   */
  identity?(): Promise<SourceIdentity>;
  /** What stands under the name, so that a view or time-series collection is refused in preflight. */
  kindOf(collection: string): Promise<CollectionKind>;
  /** Every `_id` of the collection in BSON order (types in MongoDB's order), to plan partitions. */
  scanKeys(collection: string): AsyncIterable<LegacyKey>;
  /** The types that the collection's `_id`s have now, in MongoDB's order. */
  keyTypes(collection: string): Promise<readonly KeyType[]>;
  /** The selected `_id`s in order, only those after `from` when given. */
  readKeys(collection: string, selection: KeySelection, from: LegacyKey | null): AsyncIterable<LegacyKey>;
  /** The `_id`s of the documents whose top-level field is a date from `since` on, in any order. */
  keysSince(collection: string, field: string, since: Date): AsyncIterable<LegacyKey>;
  /**
   * A moment that writes to come will not be dated before, clocks being right: a server's own time, or the latest date
   * in this top-level field of a dump's collection (null when it has none).
   */
  latestMoment(collection: string, field: string): Promise<Date | null>;
  /** The selected documents in `_id` order, one cursor, only those after `from` when given (the checkpoint). */
  read(collection: string, selection: KeySelection, from: LegacyKey | null): AsyncIterable<RawDocument>;
  /** The documents with these `_id`s that exist, in `_id` order. */
  readByKeys(collection: string, keys: readonly LegacyKey[]): Promise<RawDocument[]>;
  /** The selected documents (all of them when `selections` is null) in any order, with at least these top-level fields. */
  readFields(
    collection: string,
    names: readonly string[],
    selections: readonly KeySelection[] | null,
  ): AsyncIterable<RawDocument>;
  /** Counts and sums over the selected documents (all of them when `selections` is null). */
  totals(request: TotalsRequest, selections: readonly KeySelection[] | null): Promise<Totals>;
  /** The server's own log of changes; null where there is none. */
  changeStream(): Promise<ChangeFeed | null>;
  /** A few `_id`s at random, evenly over the collection where that is cheap. */
  sampleKeys(collection: string, count: number): Promise<LegacyKey[]>;
  /**
   * The trace that writes have left in a collection by now; missing where nothing can be written, as in a dump.
   * @param since the trace to be compared with
   */
  traceWrites?(collection: string, since: WriteTrace | null): Promise<WriteTrace>;
  close(): Promise<void>;
}
