import { knownAmong } from '../changes/known-documents.ts';
import type { Difference } from '../compare-batch.ts';
import { type LegacyKey, showKey } from '../legacy-key.ts';
import type { Outcome } from '../outcome.ts';
import type { PrepareContext } from '../prepare-batch.ts';
import { sourceHashText } from '../row-codec.ts';
import { changesAmong } from './changes.ts';

/**
 * Which of the documents that differ from their rows have been written to since they were moved, have come since, or are
 * noted as changes already. What is left of the differences is damage.
 */
export async function changedSinceMoved(
  { target, stage }: PrepareContext,
  runId: string,
  outcomes: readonly Outcome[],
  differences: readonly Difference[],
): Promise<LegacyKey[]> {
  const differing = new Set(differences.map(({ legacyId }) => legacyId));
  const suspects = outcomes.filter(({ raw }) => differing.has(showKey(raw.key)));
  if (suspects.length === 0) return [];
  const keys = suspects.map(({ raw }) => raw.key);
  const known = await knownAmong(target.query, stage, keys);
  const noted = await changesAmong(target.query, runId, stage.name, keys);
  return suspects
    .filter(
      ({ raw: { key, bytes } }) =>
        noted.has(key.toString('hex')) || known.get(key.toString('hex')) !== sourceHashText(bytes),
    )
    .map(({ raw }) => raw.key);
}
