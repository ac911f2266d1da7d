import type { BsonValue } from '../document/bson/value.ts';
import type { Finding } from '../document/findings/finding.ts';
import type { LegacyKey } from '../document/legacy-key.ts';
import type { Named } from './reference-candidates.ts';

/** A reference as it stands in a document, before anybody knows whether it leads anywhere. */
export interface Reference {
  readonly path: string;
  /** The Mongoose model referred to; null for a sub-document. */
  readonly to: string | null;
  readonly required: boolean;
  readonly candidates: readonly LegacyKey[];
  /** What a DBRef says of where it leads. */
  readonly named: Named | null;
  /** It is an object that can only refer as a whole: where it leads nowhere, its type is told to be wrong. */
  readonly whole: boolean;
  readonly raw: BsonValue;
}

/** A value with no column, kept. */
export interface Leftover {
  readonly path: string;
  readonly value: BsonValue;
  /** The field's own name, the last step of the path, where it has a dot. */
  readonly dotted?: string;
}

/** A document that its Mongoose model accepts: every known field present, exact, and null where there is none. */
export interface CheckedDocument {
  readonly key: LegacyKey;
  /** As it was checked: lone surrogates are replaced where a policy says so. */
  readonly raw: BsonValue;
  readonly database: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly findings: Finding[];
  readonly leftovers: Leftover[];
  /** None any more once it is known where they lead: a document can have hundreds of thousands. */
  readonly references: Reference[];
}

/** What a sub-document carries besides its fields. */
export interface CheckedChild {
  /** Its own `_id`, or null when it has none. */
  readonly key: LegacyKey | null;
  /** Its place in the source's array. */
  readonly index: number;
}
