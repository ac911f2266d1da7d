import type { Cause } from '../document/findings/refusal.ts';
import type { LegacyKey } from '../document/legacy-key.ts';
import type { Stage } from '../plan/stage.ts';
import { type Lookup, resolveMapping } from '../state/documents/id-map.ts';
import { causesOf } from '../state/documents/quarantine.ts';
import type { Query } from '../target/query.ts';

/** What preparing a batch asks about documents that were dealt with before: the target knows, or an assessment's memory. */
export interface Records {
  /** The row ids of legacy keys, by `lookupName`; keys that lead nowhere are missing. */
  resolve(lookups: readonly Lookup[]): Promise<Map<string, string>>;
  /** Which of these documents are in quarantine: the index into `asked`, and the first cause. */
  causes(
    asked: readonly { readonly stage: Stage; readonly key: LegacyKey }[],
  ): Promise<{ index: number; cause: Cause }[]>;
  /** Answers what a stage's `prepare` asks of the rows of earlier stages. */
  readonly query: Query;
}

/** The target's ID map and quarantine. */
export function recordsOf(query: Query): Records {
  return {
    resolve: (lookups) => resolveMapping(query, lookups),
    causes: (asked) => causesOf(query, asked),
    query,
  };
}
