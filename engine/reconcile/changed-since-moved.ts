import { knownAmong } from '../changes/known-documents.ts';
import type { Difference } from '../compare-batch.ts';
import { type LegacyKey, showKey } from '../legacy-key.ts';
import type { Outcome } from '../outcome.ts';
import type { PrepareContext } from '../prepare-batch.ts';
import { sourceHashText } from '../row-codec.ts';

/**
 * Which of the documents that differ from their rows have been written to since they were moved, or have come since.
 * What is left of the differences is damage.
 */
export async function changedSinceMoved(
  { target, stage }: PrepareContext,
  outcomes: readonly Outcome[],
  differences: readonly Difference[],
): Promise<LegacyKey[]> {
  const differing = new Set(differences.map(({ legacyId }) => legacyId));
  const suspects = outcomes.filter(({ raw }) => differing.has(showKey(raw.key)));
  if (suspects.length === 0) return [];
  const keys = suspects.map(({ raw }) => raw.key);
  const known = await knownAmong(target.query, stage, keys);
  return suspects
    .filter(({ raw }) => known.get(raw.key.toString('hex')) !== sourceHashText(raw.bytes))
    .map(({ raw }) => raw.key);
}
