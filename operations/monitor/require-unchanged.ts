import { SourceUnfit } from '../../engine/common/errors.ts';
import type { Message } from '../../engine/messages/message.ts';
import { collectionsChangedSince } from '../../engine/messages/operations/monitor.ts';
import { documentsOfStage } from '../../engine/messages/workflows/progress.ts';
import { knownAmong } from '../../engine/state/documents/known-documents.ts';
import {
  compareObjectIds,
  compareOtherTypes,
  findGoneOfOtherTypes,
  type Sides,
} from '../../engine/sync/find/compare-documents.ts';

/** A stage that is to be watched. */
export interface Watched extends Sides {
  /** A run has moved all of its documents: one that the target does not know is new then, and was left out otherwise. */
  readonly isWhole: boolean;
}

/**
 * Compares every document of these stages with what the target knows of it. What has changed in the source since it was
 * moved would look like damage of the target, round after round.
 * @param since when the documents were moved, for the sentence
 * @throws SourceUnfit telling of each collection how many documents were inserted, changed or deleted
 */
export async function requireUnchanged(
  stages: readonly Watched[],
  since: Date,
  onProgress: () => void,
  signal: AbortSignal,
): Promise<void> {
  const changed: Message[] = [];
  for (const one of stages) {
    const count = await countChanged(one, onProgress, signal);
    if (count > 0) changed.push(documentsOfStage({ documents: count, stage: one.stage.collection }));
  }
  if (changed.length > 0)
    throw new SourceUnfit(collectionsChangedSince({ since: since.toISOString(), collections: changed }));
}

async function countChanged(watched: Watched, onProgress: () => void, signal: AbortSignal): Promise<number> {
  const { stage, target, isWhole } = watched;
  let count = 0;
  for (const pages of [
    compareObjectIds(watched, 'documents', null),
    compareOtherTypes(watched, 'documents', null),
    findGoneOfOtherTypes(watched, null),
  ]) {
    for await (const { found } of pages) {
      signal.throwIfAborted();
      if (found.length > 0) count += isWhole ? found.length : (await knownAmong(target.query, stage, found)).size;
      onProgress();
    }
  }
  return count;
}
