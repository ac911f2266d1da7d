import type { KeyType, LegacyKey } from '../legacy-key.ts';

/** One document as it stands in the source; `bytes` is its whole BSON, never decoded by a source. */
export interface RawDocument {
  readonly key: LegacyKey;
  readonly bytes: Uint8Array;
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
}

/** The answer: sums are exact decimals as text wherever the source can give them exactly. */
export interface Totals {
  readonly documents: number;
  readonly elements: Readonly<Record<string, number>>;
  readonly sums: Readonly<Record<string, string>>;
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
  /** What stands under the name, so that a view or time-series collection is refused in preflight. */
  kindOf(collection: string): Promise<CollectionKind>;
  /** Every `_id` of the collection in BSON order (types in MongoDB's order), to plan partitions. */
  scanKeys(collection: string): AsyncIterable<LegacyKey>;
  /** The selected documents in `_id` order, one cursor, only those after `from` when given (the checkpoint). */
  read(collection: string, selection: KeySelection, from: LegacyKey | null): AsyncIterable<RawDocument>;
  /** The documents with these `_id`s that exist, in `_id` order. */
  readByKeys(collection: string, keys: readonly LegacyKey[]): Promise<RawDocument[]>;
  /** Counts and sums over the selected documents (all of them when `selections` is null). */
  totals(request: TotalsRequest, selections: readonly KeySelection[] | null): Promise<Totals>;
  /** A few `_id`s at random, evenly over the collection where that is cheap. */
  sampleKeys(collection: string, count: number): Promise<LegacyKey[]>;
  close(): Promise<void>;
}
