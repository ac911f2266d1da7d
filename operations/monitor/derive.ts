import { keyName } from '../../engine/document/legacy-key.ts';
import type { Rules } from '../../engine/plan/rules.ts';
import type { Plan, Stage } from '../../engine/plan/stage.ts';
import type { Source } from '../../engine/source/source.ts';
import type { Moved } from '../../engine/state/documents/outcome.ts';
import { sourceHash } from '../../engine/target/row-codec.ts';
import type { Target } from '../../engine/target/target.ts';
import { prepareBatch } from '../../engine/transform/prepare-batch.ts';
import type { Entry } from './entries.ts';

/** What a stage is watched with. */
export interface Watch {
  readonly plan: Plan;
  readonly stage: Stage;
  readonly source: Source;
  readonly target: Target;
  readonly rules: Rules;
}

/** A document's rows derived anew; or why there are none: the source is not what was moved, or the ID map leads nowhere. */
export type Derived =
  | { readonly entry: Entry; readonly due: Moved }
  | { readonly entry: Entry; readonly due: null; readonly because: 'sourceChanged' | 'idMap' };

/** Derives the rows of documents from the source as it is now; a document that has changed there since it was moved has none. */
export async function derive({ plan, stage, source, target }: Watch, entries: readonly Entry[]): Promise<Derived[]> {
  const keys = entries.map(({ key }) => key);
  const byKey = new Map(entries.map((entry) => [keyName(entry.key), entry]));
  const documents = (await source.readByKeys(stage.collection, keys)).filter(({ key, bytes }) =>
    byKey.get(keyName(key))?.sourceHash.equals(sourceHash(bytes)),
  );
  const outcomes = await prepareBatch({ plan, stage, target, skipExisting: false }, documents);
  const found = new Map(outcomes.map((outcome) => [keyName(outcome.raw.key), outcome]));
  return entries.map((entry) => {
    const outcome = found.get(keyName(entry.key));
    if (outcome?.kind === 'moved') return { entry, due: outcome };
    return { entry, due: null, because: outcome === undefined ? 'sourceChanged' : 'idMap' };
  });
}
