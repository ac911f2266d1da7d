import { keyName, type LegacyKey } from '../../document/legacy-key.ts';
import type { Outcome } from '../../state/documents/outcome.ts';
import type { Counters } from '../../state/run/checkpoint.ts';
import type { HeldDocument, HeldDocuments } from './held-documents.ts';

/** What one document adds to a stage's counters. */
type Share = Pick<Counters, 'read' | 'written' | 'rows' | 'quarantined' | 'contested'>;

const NOTHING: Share = { read: 0, written: 0, rows: 0, quarantined: 0, contested: 0 };

/**
 * A pass counts differences: the sums over a stage's partitions, its settlement and its passes are what they would be
 * had the source been as it is now from the start. Findings are left out: a healthy collection's are only counted, so
 * that nobody knows which of them were this document's.
 */
export function tallied(
  counters: Counters,
  held: HeldDocuments,
  outcomes: readonly Outcome[],
  gone: readonly LegacyKey[] = [],
): Counters {
  const sum = { ...counters };
  const add = (share: Share, sign: 1 | -1) => {
    for (const name of Object.keys(NOTHING) as (keyof Share)[]) sum[name] += sign * share[name];
  };
  for (const key of [...gone, ...outcomes.map(({ raw }) => raw.key)]) add(shareOfHeld(held.get(keyName(key))!), -1);
  for (const outcome of outcomes) add(shareOf(outcome), 1);
  return sum;
}

function shareOfHeld({ quarantined, rootId, rows }: HeldDocument): Share {
  if (quarantined === 'contested') return { ...NOTHING, read: 1, contested: 1 };
  if (quarantined !== null) return { ...NOTHING, read: 1, quarantined: quarantined === 'skipped' ? 0 : 1 };
  return rootId === null ? NOTHING : { ...NOTHING, read: 1, written: 1, rows: rows.length };
}

function shareOf(outcome: Outcome): Share {
  if (outcome.kind === 'moved') return { ...NOTHING, read: 1, written: 1, rows: outcome.rowCount };
  if (outcome.kind === 'skipped') return NOTHING;
  if (outcome.code === 'contested') return { ...NOTHING, read: 1, contested: 1 };
  return { ...NOTHING, read: 1, quarantined: outcome.isSkipped ? 0 : 1 };
}
