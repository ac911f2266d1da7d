import type { LegacyKey } from '../../document/legacy-key.ts';
import type { Source } from '../../source/source.ts';
import { knownAmong } from '../../state/documents/known-documents.ts';
import { sourceHashText } from '../../target/row-codec.ts';
import type { PrepareContext } from '../../transform/prepare-batch.ts';

/**
 * A source that is written to, as if what was written to had left it: it answers only documents that are still as the
 * target knows them.
 * @param keys all that will be asked for
 */
export async function onlyUnchanged(
  { source, stage, target }: PrepareContext & { readonly source: Source },
  keys: readonly LegacyKey[],
): Promise<Pick<Source, 'readByKeys'>> {
  const known = await knownAmong(target.query, stage, keys);
  return {
    readByKeys: async (collection, wanted) => {
      const raws = await source.readByKeys(collection, wanted);
      return raws.filter(({ key, bytes }) => known.get(key.toString('hex')) === sourceHashText(bytes));
    },
  };
}
