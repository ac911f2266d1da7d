import type { LegacyKey } from '../../document/legacy-key.ts';
import type { Stage } from '../../plan/stage.ts';
import { codecOf } from '../../plan/stage-tables.ts';
import { byteaText } from '../../target/bytea.ts';
import { indexed, isRoot } from '../../target/indexed-key.ts';
import type { TableCodec } from '../../target/row-codec.ts';
import type { Execute } from '../../target/target.ts';

/**
 * Takes documents out of the target: rows children first, then findings, leftovers and the ID map's entries. Only rows
 * that the ID map knows go: one that somebody else has hung on a document makes the database refuse (SQLSTATE 23503).
 */
export async function deleteDocuments(execute: Execute, stage: Stage, keys: readonly LegacyKey[]): Promise<void> {
  if (keys.length === 0) return;
  const given = JSON.stringify(keys.map(byteaText));
  const collectionOf = new Map(stage.children.map(({ table, collection }) => [table, collection]));
  for (const { table } of [...stage.tables].reverse()) {
    const collection = collectionOf.get(table);
    if (collection === undefined)
      await deleteRows(execute, codecOf(stage, table), stage.idCollection, 'legacy_key', given);
    else await deleteRows(execute, codecOf(stage, table), collection, 'parent_key', given);
  }
  await deleteNotes(execute, stage, given);
  for (const { collection } of stage.children) await deleteEntries(execute, collection, 'parent_key', given);
  await deleteEntries(execute, stage.idCollection, 'legacy_key', given);
}

/** Keys are those of the root documents: `legacy_key` of a root's entry, `parent_key` of a sub-document's. */
type RootColumn = 'legacy_key' | 'parent_key';

const ENTRIES = (column: RootColumn) =>
  `collection = $1 ${column === 'legacy_key' ? `AND ${isRoot()}` : ''}
     AND ${indexed(column)} IN (SELECT ${indexed('value::bytea')} FROM json_array_elements_text($2::text::json) AS value)`;

function deleteRows(
  execute: Execute,
  { relation, id }: TableCodec,
  collection: string,
  column: RootColumn,
  keys: string,
): Promise<number> {
  return execute(
    `DELETE FROM ${relation} WHERE ${id} IN (SELECT prisma_id FROM migration_id_map WHERE ${ENTRIES(column)})`,
    collection,
    keys,
  );
}

function deleteEntries(execute: Execute, collection: string, column: RootColumn, keys: string): Promise<number> {
  return execute(`DELETE FROM migration_id_map WHERE ${ENTRIES(column)}`, collection, keys);
}

/** Findings and leftovers of documents. @param keys as a JSON array of bytea texts */
export async function deleteNotes(execute: Execute, stage: Stage, keys: string): Promise<void> {
  await deleteNotesOf(execute, 'migration_finding', 'stage', stage.name, keys);
  await deleteNotesOf(execute, 'migration_leftover', 'collection', stage.collection, keys);
}

function deleteNotesOf(execute: Execute, table: string, column: string, value: string, keys: string): Promise<number> {
  return execute(
    `DELETE FROM ${table} WHERE ${column} = $1
       AND ${indexed('legacy_key')} IN (SELECT ${indexed('value::bytea')} FROM json_array_elements_text($2::text::json) AS value)`,
    value,
    keys,
  );
}
