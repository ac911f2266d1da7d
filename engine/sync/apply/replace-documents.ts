import { upsertMoved } from '../../copy/write-batch.ts';
import { keyName, type LegacyKey } from '../../document/legacy-key.ts';
import type { Stage } from '../../plan/stage.ts';
import { deleteNotes } from '../../state/documents/delete-documents.ts';
import type { Moved } from '../../state/documents/outcome.ts';
import { byteaText } from '../../target/bytea.ts';
import { indexed } from '../../target/indexed-key.ts';
import { rowsHash } from '../../target/row-codec.ts';
import type { Execute } from '../../target/target.ts';
import { letGo, noteDependents, type StageOf } from './depart.ts';
import type { HeldDocuments, HeldRow } from './held-documents.ts';

/** Brings documents' rows, entries, findings and leftovers to what they are now; rows that they have no more go. */
export async function replaceDocuments(
  execute: Execute,
  of: StageOf,
  runId: string,
  documents: readonly Moved[],
  held: HeldDocuments,
): Promise<void> {
  if (documents.length === 0) return;
  await deleteNotes(execute, of.stage, keysText(documents.map(({ raw }) => raw.key)));
  await upsertMoved(execute, of.stage, runId, documents);
  const kept = new Set(documents.flatMap(({ entries }) => Array.from(entries, ({ id }) => id)));
  const removed = rowsOf(
    documents.map(({ raw }) => raw.key),
    held,
  ).filter(({ id }) => !kept.has(id));
  await letGo(execute, of, runId, removed);
  await noteDependents(execute, of, runId, changedRows(of.stage, documents, held), { onlyPrepared: true });
}

/** Lets all rows of documents go, with their findings and leftovers. */
export async function withdrawDocuments(
  execute: Execute,
  of: StageOf,
  runId: string,
  keys: readonly LegacyKey[],
  held: HeldDocuments,
): Promise<void> {
  if (keys.length === 0) return;
  await deleteNotes(execute, of.stage, keysText(keys));
  await letGo(execute, of, runId, rowsOf(keys, held));
}

/** What this run's quarantine holds of documents. */
export function leaveQuarantine(
  execute: Execute,
  { stage }: StageOf,
  runId: string,
  keys: readonly LegacyKey[],
): Promise<number> {
  return execute(
    `DELETE FROM migration_quarantine WHERE run_id = $1::text::uuid AND stage = $2
       AND ${indexed('legacy_key')} IN (SELECT ${indexed('value::bytea')} FROM json_array_elements_text($3::text::json) AS value)`,
    runId,
    stage.name,
    keysText(keys),
  );
}

/** All that the target holds of these documents. */
export const rowsOf = (keys: readonly LegacyKey[], held: HeldDocuments): HeldRow[] =>
  keys.flatMap((key) => held.get(keyName(key))?.rows ?? []);

const keysText = (keys: readonly LegacyKey[]) => JSON.stringify(keys.map(byteaText));

/** Rows of documents that were there before with others in their place. */
function changedRows(stage: Stage, documents: readonly Moved[], held: HeldDocuments): HeldRow[] {
  return documents.flatMap(({ raw, rows }) => {
    const before = held.get(keyName(raw.key));
    return before === undefined || before.rowsHash === byteaText(rowsHash(stage.target, rows)) ? [] : before.rows;
  });
}
