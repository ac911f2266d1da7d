import type { Stage } from '../plan/stage.ts';
import { insertFindings, insertLeftovers } from '../state/documents/findings.ts';
import { type HashedEntry, idMapLines, upsertIdMap } from '../state/documents/id-map.ts';
import type { Moved, Outcome, Refused } from '../state/documents/outcome.ts';
import { insertQuarantine, noteTried } from '../state/documents/quarantine.ts';
import { type Advance, advance, type Fence, type PartitionRef } from '../state/run/checkpoint.ts';
import { type CopyIn, CopyLines } from '../target/copy-in.ts';
import { recordset, rowsHash, sourceHash, tableCodec } from '../target/row-codec.ts';
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
 * sub-documents takes seconds, and no lock is to be held idly for that.
 * @returns what writes them in it: rows in the stage's table order, then the ID map, findings and leftovers
 */
export function prepareInsertion(
  stage: Stage,
  runId: string,
  documents: readonly Moved[],
): (execute: Execute) => Promise<void> {
  if (documents.length === 0) return async () => {};
  const copies = [...rowsToCopy(stage, documents), idMapLines(runId, entriesOf(documents))];
  return async (execute) => {
    await execute.copy(copies);
    await insertNoted(execute, stage, runId, documents);
  };
}

/** The rows of these documents, table by table. */
export function rowsToCopy(stage: Stage, documents: readonly Moved[]): CopyIn[] {
  return stage.tables.flatMap(({ table }) => {
    const { copySql, copyLine } = tableCodec(table);
    const lines = new CopyLines();
    for (const { rows } of documents) for (const row of rows.get(table) ?? []) lines.add(copyLine(row));
    const pieces = lines.pieces();
    return pieces.length === 0 ? [] : { sql: copySql, lines: pieces };
  });
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
    const rows = documents.flatMap((document) => document.rows.get(table) ?? []);
    for (const part of parts(rows)) await execute(tableCodec(table).upsertSql, recordset(part));
  }
  for (const part of parts(entriesOf(documents))) await upsertIdMap(execute, runId, part);
  await insertNoted(execute, stage, runId, documents);
}

/** The ID map entries of these documents, each document's own with its hashes. */
export function entriesOf(documents: readonly Moved[]): HashedEntry[] {
  return documents.flatMap(({ raw, rows, entries: [root, ...children] }) => [
    { ...root!, sourceHash: sourceHash(raw.bytes), rowsHash: rowsHash(rows) },
    ...children,
  ]);
}

async function insertNoted(execute: Execute, stage: Stage, runId: string, documents: readonly Moved[]): Promise<void> {
  await insertFindings(
    execute,
    runId,
    stage.name,
    documents.map(({ raw, findings }) => ({ key: raw.key, noted: findings })),
  );
  await insertLeftovers(
    execute,
    runId,
    stage.collection,
    documents.map(({ raw, leftovers }) => ({ key: raw.key, noted: leftovers })),
  );
}

function* parts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += ROWS_PER_STATEMENT) yield all.slice(from, from + ROWS_PER_STATEMENT);
}
