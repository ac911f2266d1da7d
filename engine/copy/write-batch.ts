import { parts } from '../common/parts.ts';
import type { Stage } from '../plan/stage.ts';
import { codecOf } from '../plan/stage-tables.ts';
import { findingsToCopy, leftoversToCopy } from '../state/documents/findings.ts';
import { entriesToCopy, type HashedEntry, upsertIdMap } from '../state/documents/id-map.ts';
import type { Moved, Outcome, Refused } from '../state/documents/outcome.ts';
import { insertQuarantine, noteTried } from '../state/documents/quarantine.ts';
import { type Advance, advance, type Fence, type PartitionRef } from '../state/run/checkpoint.ts';
import { type CopyIn, copyOf } from '../target/copy-in.ts';
import { type EncodedRow, recordset, rowsHash, sourceHash } from '../target/row-codec.ts';
import type { Execute, Target } from '../target/target.ts';

/** An upsert carries at most this many rows; a document of 100,000 sub-documents takes several of them. */
const ROWS_PER_STATEMENT = 1_000;

/**
 * One target transaction: first the fenced checkpoint, then rows, ID map, findings, leftovers and quarantine. Either
 * all of it is there afterwards or nothing.
 * @param triesAgain some of the documents may lie in quarantine: what becomes of them is told there
 * @throws Fenced, and whatever the database refuses
 */
export async function writeBatch(
  target: Target,
  stage: Stage,
  at: PartitionRef,
  fence: Fence,
  outcomes: readonly Outcome[],
  to: Advance,
  triesAgain: boolean,
): Promise<void> {
  const insertMoved = prepareInsertion(stage, at.runId, outcomes.filter(isMoved));
  await target.transaction(async (execute) => {
    await advance(execute, at, fence, to);
    await insertMoved(execute);
    const refused = outcomes.filter(isRefused);
    if (refused.length > 0) await insertQuarantine(execute, at.runId, stage.name, refused);
    if (!triesAgain || outcomes.length === 0) return;
    const tried = outcomes.map((outcome) => ({ key: outcome.raw.key, moved: !isRefused(outcome) }));
    await noteTried(execute, at.runId, stage.name, tried);
  });
}

export const isMoved = (outcome: Outcome): outcome is Moved => outcome.kind === 'moved';
export const isRefused = (outcome: Outcome): outcome is Refused => outcome.kind === 'refused';

/**
 * Makes the rows and the ID map entries of these documents, to be called before the transaction: a document of 100,000
 * sub-documents takes seconds to hash, and no lock is to be held idly for that.
 * @returns what writes them in it, once: rows in the stage's table order, then the ID map, findings and leftovers
 */
export function prepareInsertion(
  stage: Stage,
  runId: string,
  documents: readonly Moved[],
): (execute: Execute) => Promise<void> {
  if (documents.length === 0) return async () => {};
  const entries = entriesToCopy(runId, entriesOf(stage, documents));
  const copies = [...rowsToCopy(stage, documents), ...entries, ...notedToCopy(stage, runId, documents)];
  return (execute) => execute.copy(copies);
}

/** The rows of these documents, table by table, to be sent once. */
export function rowsToCopy(stage: Stage, documents: readonly Moved[]): CopyIn[] {
  return stage.tables.flatMap(({ table }) => {
    const { copySql, copyLine } = codecOf(stage, table);
    return copyOf(copySql, made(rowsOf(documents, table), copyLine));
  });
}

function* rowsOf(documents: readonly Moved[], table: string): Generator<EncodedRow> {
  for (const { rows } of documents) yield* rows.get(table) ?? [];
}

function* made<T, R>(all: Iterable<T>, make: (one: T) => R): Generator<R> {
  for (const one of all) yield make(one);
}

/** Writes what {@link prepareInsertion} does, over rows and entries that may be there already; their findings and leftovers must not be. */
export async function upsertMoved(
  execute: Execute,
  stage: Stage,
  runId: string,
  documents: readonly Moved[],
): Promise<void> {
  if (documents.length === 0) return;
  for (const { table } of stage.tables) {
    for (const part of parts(rowsOf(documents, table), ROWS_PER_STATEMENT))
      await execute(codecOf(stage, table).upsertSql, recordset(part));
  }
  for (const part of parts(entriesOf(stage, documents), ROWS_PER_STATEMENT)) await upsertIdMap(execute, runId, part);
  await execute.copy(notedToCopy(stage, runId, documents));
}

/** The ID map entries of these documents, each document's own with its hashes, which are made at once. */
export function entriesOf({ target }: Pick<Stage, 'target'>, documents: readonly Moved[]): Iterable<HashedEntry> {
  const hashes = documents.map(({ raw, rows }) => ({
    sourceHash: sourceHash(raw.bytes),
    rowsHash: rowsHash(target, rows),
  }));
  return withHashes(documents, hashes);
}

function* withHashes(
  documents: readonly Moved[],
  hashes: readonly Pick<HashedEntry, 'sourceHash' | 'rowsHash'>[],
): Generator<HashedEntry> {
  for (const [place, { entries }] of documents.entries()) {
    let own = hashes[place];
    for (const entry of entries) {
      yield own === undefined ? entry : { ...entry, ...own };
      own = undefined;
    }
  }
}

/** The findings and leftovers of these documents, to be sent once. */
function notedToCopy(stage: Stage, runId: string, documents: readonly Moved[]): CopyIn[] {
  const findings = documents.map(({ raw, findings: noted }) => ({ key: raw.key, noted }));
  const leftovers = documents.map(({ raw, leftovers: noted }) => ({ key: raw.key, noted }));
  return [...findingsToCopy(runId, stage.name, findings), ...leftoversToCopy(runId, stage.collection, leftovers)];
}
