import type { Document } from 'mongoose';
import type { models } from '../../../stages/models/index.ts';

/** One of the platform’s models; stages have the same names. */
export type ModelName = keyof typeof models;

/** What Mongoose gives for a document: cast, with defaults and virtuals. */
export type LegacyDocument = Document;

export type Filter = Readonly<Record<string, unknown>>;

export interface FindOptions {
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  readonly skip?: number;
  /** All that match unless given. */
  readonly limit?: number;
  /** Top-level fields; all of them unless given. */
  readonly select?: readonly string[];
}

/** The platform’s models over a source. A filter is cast as Mongoose does it: lower-cased, made an ObjectId. */
export interface LegacyModels {
  /** Whether a server answers, so that the time it takes means something. */
  readonly served: boolean;
  /** @throws SourceUnavailable */
  find(model: ModelName, filter: Filter, options?: FindOptions): Promise<LegacyDocument[]>;
  close(): Promise<void>;
}
