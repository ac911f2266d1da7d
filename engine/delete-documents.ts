import { byteaText } from './bytea.ts';
import type { LegacyKey } from './legacy-key.ts';
import { quoted } from './row-codec.ts';
import type { Stage } from './stage.ts';
import type { Execute } from './target.ts';

/** Takes documents out of the target: rows children first, then findings, leftovers and the ID map's entries. */
export async function deleteDocuments(execute: Execute, stage: Stage, keys: readonly LegacyKey[]): Promise<void> {
  if (keys.length === 0) return;
  const given = JSON.stringify(keys.map(byteaText));
  for (const { table, root } of [...stage.tables].reverse()) {
    await execute(
      `DELETE FROM ${quoted(table)} WHERE ${quoted(root)} IN (
         SELECT prisma_id FROM migration_id_map
         WHERE collection = $1 AND parent_key = ''::bytea
           AND legacy_key IN (SELECT value::bytea FROM json_array_elements_text($2::text::json) AS value))`,
      stage.idCollection,
      given,
    );
  }
  await deleteNotes(execute, 'migration_finding', 'stage', stage.name, given);
  await deleteNotes(execute, 'migration_leftover', 'collection', stage.collection, given);
  for (const { collection } of stage.children) await deleteChildEntries(execute, collection, given);
  await deleteRootEntries(execute, stage.idCollection, given);
}

function deleteNotes(execute: Execute, table: string, column: string, value: string, keys: string): Promise<number> {
  return execute(
    `DELETE FROM ${table} WHERE ${column} = $1
       AND legacy_key IN (SELECT value::bytea FROM json_array_elements_text($2::text::json) AS value)`,
    value,
    keys,
  );
}

function deleteChildEntries(execute: Execute, collection: string, roots: string): Promise<number> {
  return execute(
    `DELETE FROM migration_id_map WHERE collection = $1
       AND parent_key IN (SELECT value::bytea FROM json_array_elements_text($2::text::json) AS value)`,
    collection,
    roots,
  );
}

function deleteRootEntries(execute: Execute, collection: string, keys: string): Promise<number> {
  return execute(
    `DELETE FROM migration_id_map WHERE collection = $1 AND parent_key = ''::bytea
       AND legacy_key IN (SELECT value::bytea FROM json_array_elements_text($2::text::json) AS value)`,
    collection,
    keys,
  );
}
