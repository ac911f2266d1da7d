import type { LegacyKey } from './legacy-key.ts';

/** One entry of the ID map: a legacy key, inside its root when it is a sub-document's, and the row's id. */
export interface IdMapEntry {
  readonly collection: string;
  /** The root's key; empty for a root. */
  readonly parent: LegacyKey;
  readonly key: LegacyKey;
  readonly path: string;
  readonly occurrence: number;
  readonly id: string;
}

/** Of an entry that is a root's. */
export const NO_PARENT: LegacyKey = Buffer.alloc(0);
