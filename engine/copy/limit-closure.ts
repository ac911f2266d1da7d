import { parts } from '../common/parts.ts';
import { compareKeys, keyName, type LegacyKey } from '../document/legacy-key.ts';
import type { Reference } from '../plan/checked-document.ts';
import { leadsElsewhere } from '../plan/reference-candidates.ts';
import type { Plan, Stage } from '../plan/stage.ts';
import type { RawDocument, Source } from '../source/source.ts';
import { checkDocument } from '../transform/check-document.ts';

const PAGE = 1_000;

/**
 * The documents that a limit leaves: the first `limit` of each chosen collection and all those that they refer to, so
 * that no reference breaks because of the limit. Walked backwards, payment → user, since stages refer to earlier ones.
 * @returns the selected keys per stage name, in `_id` order.
 */
export async function closeUnderReferences(
  source: Source,
  plan: Plan,
  chosen: ReadonlySet<string>,
  limit: number,
  onProgress: () => void = () => {},
): Promise<Map<string, LegacyKey[]>> {
  const first = new Map<string, readonly LegacyKey[]>();
  for (const stage of plan.stages) {
    if (chosen.has(stage.name)) first.set(stage.name, await firstKeys(source, stage, limit));
  }
  return withReferences(source, plan, first, onProgress);
}

/**
 * These documents and all those that they refer to, however indirectly.
 * @param chosen keys per stage name
 * @returns the keys that documents have, per stage name, in `_id` order.
 */
export async function withReferences(
  source: Source,
  plan: Plan,
  chosen: ReadonlyMap<string, readonly LegacyKey[]>,
  onProgress: () => void = () => {},
): Promise<Map<string, LegacyKey[]>> {
  const wanted = new Map(plan.stages.map((stage) => [stage.name, new Map<string, LegacyKey>()]));
  for (const stage of [...plan.stages].reverse()) {
    const keys = wanted.get(stage.name)!;
    for (const key of chosen.get(stage.name) ?? []) keys.set(keyName(key), key);
    const sorted = [...keys.values()].sort(compareKeys);
    for (const page of parts(sorted, PAGE)) {
      const documents = await source.readByKeys(stage.collection, page);
      for (const document of documents) addReferences(plan, stage, document, wanted);
      onProgress();
    }
  }
  return existing(source, plan, wanted);
}

async function firstKeys(source: Source, stage: Stage, limit: number): Promise<LegacyKey[]> {
  const keys: LegacyKey[] = [];
  if (limit === 0) return keys;
  for await (const key of source.scanKeys(stage.collection)) {
    keys.push(key);
    if (keys.length >= limit) break;
  }
  return keys;
}

/** A document that is refused goes to quarantine wherever its references lead, and so does one that cannot be read. */
function addReferences(
  plan: Plan,
  stage: Stage,
  document: RawDocument,
  wanted: ReadonlyMap<string, Map<string, LegacyKey>>,
): void {
  for (const { to, candidates, named } of referencesOf(stage, document)) {
    const stageOfReference = plan.stages.find(({ modelName }) => modelName === to);
    if (stageOfReference === undefined) continue;
    if (leadsElsewhere(named, stageOfReference.collection, document.database)) continue;
    for (const key of candidates) wanted.get(stageOfReference.name)!.set(keyName(key), key);
  }
}

function referencesOf(stage: Stage, document: RawDocument): readonly Reference[] {
  try {
    return checkDocument(document, stage.fields, stage.policies).references;
  } catch {
    // Whatever one document makes throw is that document's own affair, as it is when it is copied.
    return [];
  }
}

/** Dangling references and second guesses of a reference's form name keys that no document has. */
async function existing(
  source: Source,
  plan: Plan,
  wanted: ReadonlyMap<string, Map<string, LegacyKey>>,
): Promise<Map<string, LegacyKey[]>> {
  const selected = new Map<string, LegacyKey[]>();
  for (const stage of plan.stages) {
    const sorted = [...wanted.get(stage.name)!.values()].sort(compareKeys);
    const found: LegacyKey[] = [];
    for (const page of parts(sorted, PAGE)) {
      const documents = await source.readByKeys(stage.collection, page);
      for (const { key } of documents) found.push(key);
    }
    selected.set(stage.name, found);
  }
  return selected;
}
