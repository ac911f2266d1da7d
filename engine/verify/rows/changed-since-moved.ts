import { type LegacyKey, showKey } from '../../document/legacy-key.ts';
import type { RawDocument, Source } from '../../source/source.ts';
import { changesAmong } from '../../state/documents/changes.ts';
import { knownAmong } from '../../state/documents/known-documents.ts';
import type { Outcome } from '../../state/documents/outcome.ts';
import { sourceHashText } from '../../target/row-codec.ts';
import type { PrepareContext } from '../../transform/prepare-batch.ts';
import type { Difference } from '../difference.ts';

/**
 * Which of the documents that differ from their rows have been written to since they were moved, have come since, or are
 * noted as changes already. What is left of the differences is damage.
 */
export async function changedSinceMoved(
  context: Pick<PrepareContext, 'stage' | 'target'>,
  runId: string,
  outcomes: readonly Pick<Outcome, 'raw'>[],
  differences: readonly Difference[],
): Promise<LegacyKey[]> {
  const differing = new Set(differences.map(({ legacyId }) => legacyId));
  const suspects = outcomes.flatMap(({ raw }) => (differing.has(showKey(raw.key)) ? [raw] : []));
  return suspects.length === 0 ? [] : changedAmong(context, runId, suspects);
}

/** As `changedSinceMoved`, of documents that are read now; those that have left the source are changed, too. */
export async function keysChanged(
  { source, ...context }: Pick<PrepareContext, 'stage' | 'target'> & { readonly source: Source },
  runId: string,
  keys: readonly LegacyKey[],
): Promise<LegacyKey[]> {
  const raws = await source.readByKeys(context.stage.collection, keys);
  const there = new Set(raws.map(({ key }) => key.toString('hex')));
  const gone = keys.filter((key) => !there.has(key.toString('hex')));
  return [...gone, ...(await changedAmong(context, runId, raws))];
}

async function changedAmong(
  { target, stage }: Pick<PrepareContext, 'stage' | 'target'>,
  runId: string,
  raws: readonly RawDocument[],
): Promise<LegacyKey[]> {
  const keys = raws.map(({ key }) => key);
  const known = await knownAmong(target.query, stage, keys);
  const noted = await changesAmong(target.query, runId, stage.name, keys);
  const isChanged = ({ key, bytes }: RawDocument) =>
    noted.has(key.toString('hex')) || known.get(key.toString('hex')) !== sourceHashText(bytes);
  return raws.filter(isChanged).map(({ key }) => key);
}
