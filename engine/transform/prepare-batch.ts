import { setImmediate as nextTurn } from 'node:timers/promises';
import { parts } from '../common/parts.ts';
import type { Finding } from '../document/findings/finding.ts';
import { type Cause, DocumentRefused } from '../document/findings/refusal.ts';
import { NO_PARENT } from '../document/id-map-entry.ts';
import { keyName } from '../document/legacy-key.ts';
import { documentUnreadable, heldByPolicy } from '../messages/labels/refusals.ts';
import type { CheckedDocument, Reference } from '../plan/checked-document.ts';
import { encodeRow } from '../plan/encode-row.ts';
import { leadsElsewhere } from '../plan/reference-candidates.ts';
import { type Resolve, RowBuilder } from '../plan/row-builder.ts';
import type { Plan, Stage } from '../plan/stage.ts';
import type { RawDocument } from '../source/source.ts';
import { type Lookup, lookupName } from '../state/documents/id-map.ts';
import type { Moved, Outcome, Refused } from '../state/documents/outcome.ts';
import { encodedRows } from '../target/row-codec.ts';
import type { Target } from '../target/target.ts';
import { checkDocument } from './check-document.ts';
import { readSuffixed, withSuffixes } from './duplicate-suffix.ts';
import { type Records, recordsOf } from './records.ts';

/** What transforming a batch needs besides its documents and the records of earlier ones. */
export interface TransformContext {
  readonly plan: Plan;
  readonly stage: Stage;
  /** Leave out documents that an earlier run has moved. */
  readonly skipExisting: boolean;
}

/** What preparing a batch needs besides its documents. */
export interface PrepareContext extends TransformContext {
  readonly target: Target;
}

/**
 * Checks, resolves and transforms documents: the way from raw BSON to encoded rows, without writing anything. The
 * verifier walks it too, over a fresh read. One ID-map statement per batch, one more for what the stage prepares, one
 * for the causes of references that lead nowhere, when there are such, and one for suffixes where a policy makes some.
 * @returns one outcome per document, in the documents' order.
 */
export function prepareBatch(context: PrepareContext, documents: readonly RawDocument[]): Promise<Outcome[]> {
  return transformBatch(context, recordsOf(context.target.query), documents);
}

/** As {@link prepareBatch}, over any records of earlier documents. */
export async function transformBatch(
  context: TransformContext,
  records: Records,
  documents: readonly RawDocument[],
): Promise<Outcome[]> {
  const { stage } = context;
  const checked = await inTurns(documents, (raw) =>
    attempt(raw, () => checkDocument(raw, stage.fields, stage.policies)),
  );
  const good = checked.filter((result): result is CheckedDocument => !isRefused(result));
  const links = await followLinks(context, records, good);
  const found = stage.prepare === null ? undefined : await stage.prepare(good, links.idOf, records.query);
  const suffixed = await readSuffixed(
    records.query,
    stage,
    good.map(({ key }) => key),
  );
  return inTurns(documents, (raw, index) => {
    const result = checked[index]!;
    if (isRefused(result)) return result;
    if (links.existing.has(result)) return { kind: 'skipped', raw };
    const outcome = attempt(raw, () => transform(stage, raw, result, links, found));
    const texts = suffixed.get(keyName(raw.key));
    return texts === undefined || outcome.kind === 'refused' ? outcome : withSuffixes(stage, outcome, texts);
  });
}

/** Milliseconds of work before the writes in flight, whose statements follow one upon the other, get their turn. */
const BURST = 1;

async function inTurns<T, R>(all: readonly T[], work: (one: T, index: number) => R): Promise<R[]> {
  const results: R[] = [];
  let began = performance.now();
  for (const [index, one] of all.entries()) {
    if (performance.now() - began > BURST) {
      await nextTurn();
      began = performance.now();
    }
    results.push(work(one, index));
  }
  return results;
}

function isRefused(result: CheckedDocument | Refused): result is Refused {
  return 'kind' in result;
}

/** Whatever one document makes throw is that document's own affair. */
function attempt<T>(raw: RawDocument, work: () => T): T | Refused {
  try {
    return work();
  } catch (error) {
    const refused =
      error instanceof DocumentRefused
        ? error
        : new DocumentRefused('rule', null, null, documentUnreadable({ error: (error as Error).name }).text);
    const { code, path, message, origin } = refused;
    return { kind: 'refused', raw, code, path, message, cause: origin, sqlstate: null, constraint: null };
  }
}

function transform(stage: Stage, raw: RawDocument, document: CheckedDocument, links: Links, found: unknown): Moved {
  const rows = new Map(stage.tables.map(({ table }) => [table, encodedRows()]));
  let rowCount = 0;
  const builder = new RowBuilder(stage, document, links.resolve, found, (table, row) => {
    rows.get(table)!.push(encodeRow(stage, table, row));
    rowCount += 1;
  });
  (stage.transform as (fields: unknown, to: RowBuilder) => void)(document.fields, builder);
  refuseUnwanted(stage, document.findings);
  return {
    kind: 'moved',
    raw,
    rows,
    rowCount,
    entries: builder.idMap,
    findings: document.findings,
    leftovers: document.leftovers,
  };
}

/** @throws DocumentRefused for a finding that a policy does not let move */
function refuseUnwanted({ policies }: Stage, findings: readonly Finding[]): void {
  const unwanted = findings.find(({ code }) => policies.quarantine.includes(code));
  if (unwanted === undefined) return;
  throw new DocumentRefused('policy', unwanted.path, null, heldByPolicy({ finding: unwanted.code }).text);
}

/** Where the references of a batch lead. */
interface Links {
  readonly resolve: Resolve;
  readonly idOf: (document: CheckedDocument, reference: Reference) => string | null;
  readonly existing: ReadonlySet<CheckedDocument>;
}

async function followLinks(
  context: TransformContext,
  records: Records,
  documents: readonly CheckedDocument[],
): Promise<Links> {
  const { plan, stage } = context;
  const lookupsOf = (document: CheckedDocument, reference: Reference) =>
    referenceLookups(plan, stage, document, reference);
  const own = (document: CheckedDocument): Lookup => ({
    collection: stage.idCollection,
    parent: NO_PARENT,
    key: document.key,
  });
  const due = function* () {
    for (const document of documents) {
      for (const reference of document.references) yield* lookupsOf(document, reference).flat();
    }
  };
  const known: Known = { ids: new Map(), causes: new Map() };
  // In the first of the statements: most batches need no other.
  const owns = context.skipExisting ? documents.map(own) : [];
  for (const lookups of parts(due(), LOOKUPS_AT_ONCE)) await lookUp(plan, records, lookups, owns.splice(0), known);
  if (owns.length > 0) await lookUp(plan, records, [], owns, known);
  // The transform brings those that it follows itself.
  for (const { references } of documents) references.length = 0;
  const { ids, causes } = known;
  const resolve: Links['resolve'] = (document, reference) => {
    const candidates = lookupsOf(document, reference);
    for (const [candidate, lookups] of candidates.entries()) {
      const id = lookups.map((lookup) => ids.get(lookupName(lookup))).find((found) => found !== undefined);
      if (id !== undefined) return { resolution: { id }, candidate };
    }
    const cause = candidates
      .flat()
      .map((lookup) => causes.get(lookupName(lookup)))
      .find((known) => known !== undefined);
    if (cause !== undefined) return { resolution: { cause }, candidate: 0 };
    return { resolution: null, candidate: 0, elsewhere: isElsewhere(plan, stage, document, reference) };
  };
  return {
    resolve,
    idOf: (document, reference) => {
      const { resolution } = resolve(document, reference);
      return resolution !== null && 'id' in resolution ? resolution.id : null;
    },
    existing: new Set(context.skipExisting ? documents.filter((document) => ids.has(lookupName(own(document)))) : []),
  };
}

/** For each candidate of a reference, the lookups that would find it; none for references inside the document itself. */
function referenceLookups(plan: Plan, stage: Stage, document: CheckedDocument, reference: Reference): Lookup[][] {
  if (isElsewhere(plan, stage, document, reference)) return [];
  if (reference.to !== null) {
    const collection = plan.stages.find(({ modelName }) => modelName === reference.to)?.idCollection;
    if (collection === undefined) return [];
    return reference.candidates.map((key) => [{ collection, parent: NO_PARENT, key }]);
  }
  const sub = stage.subReferences.find(({ path }) => path === reference.path);
  const within = sub === undefined ? null : (document.fields[sub.within] as Reference | null);
  if (sub === undefined || within === null) return [];
  return reference.candidates.map((key) =>
    within.candidates.map((parent) => ({ collection: sub.collection, parent, key })),
  );
}

/** Whether a reference is a DBRef to another collection than its model's, or to another database. */
function isElsewhere(plan: Plan, stage: Stage, document: CheckedDocument, { path, to, named }: Reference): boolean {
  if (named === null) return false;
  const within = stage.subReferences.find((sub) => sub.path === path)?.within;
  // A sub-document has no collection but that of the document which it stands in.
  const model = to ?? (within === undefined ? null : (document.fields[within] as Reference | null)?.to);
  const collection = plan.stages.find(({ modelName }) => modelName === model)?.collection ?? stage.collection;
  return leadsElsewhere(named, collection, document.database);
}

/** Of one document with very many references that lead nowhere, nothing is kept but where they do lead. */
const LOOKUPS_AT_ONCE = 10_000;

/** What lookups lead to, by `lookupName`: the ids of rows, and why a document has none. */
interface Known {
  readonly ids: Map<string, string>;
  readonly causes: Map<string, Cause>;
}

/** @param owns lookups of the documents themselves, of which nobody asks why there is none */
async function lookUp(
  plan: Plan,
  records: Records,
  lookups: readonly Lookup[],
  owns: readonly Lookup[],
  { ids, causes }: Known,
): Promise<void> {
  const asked = new Map(lookups.map((lookup) => [lookupName(lookup), lookup]));
  for (const [name, id] of await records.resolve([...asked.values(), ...owns])) ids.set(name, id);
  const missing = [...asked].filter(([name, { parent }]) => parent.length === 0 && !ids.has(name));
  if (missing.length === 0) return;
  const stageOf = new Map(plan.stages.map((stage) => [stage.idCollection, stage]));
  const found = await records.causes(
    missing.map(([, { collection, key }]) => ({ stage: stageOf.get(collection)!, key })),
  );
  for (const { index, cause } of found) causes.set(missing[index]![0], cause);
}
