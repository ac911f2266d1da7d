import type { TableName } from '../../../prisma/generated/tables.ts';
import type { Stage } from '../../plan/stage.ts';
import { uuidArray } from '../../target/array-text.ts';
import type { Query } from '../../target/query.ts';
import { type DocumentRows, type EncodedRow, quoted, tableCodec } from '../../target/row-codec.ts';

/** One table's rows of some documents, encoded, by the id of the document's root row. */
export async function readTableRows(
  query: Query,
  table: TableName,
  root: string,
  roots: readonly string[],
): Promise<Map<string, EncodedRow[]>> {
  const codec = tableCodec(table);
  const rows = await query(
    `SELECT ${codec.selectList}, ${quoted(root)} FROM ${quoted(table)} WHERE ${quoted(root)} = ANY($1::uuid[])`,
    [uuidArray(roots)],
  );
  const byRoot = new Map<string, EncodedRow[]>();
  for (const values of rows) {
    const rootId = values.at(-1)!;
    const list = byRoot.get(rootId);
    if (list === undefined) byRoot.set(rootId, [codec.decodeRow(values)]);
    else list.push(codec.decodeRow(values));
  }
  return byRoot;
}

/** All rows of some documents as the target holds them now, in the stage's table order. */
export async function readDocumentRows(
  query: Query,
  stage: Stage,
  roots: readonly string[],
): Promise<Map<string, DocumentRows>> {
  const tables = await Promise.all(
    stage.tables.map(async ({ table, root }) => ({ table, rows: await readTableRows(query, table, root, roots) })),
  );
  return new Map(
    roots.map((rootId) => [rootId, new Map(tables.map(({ table, rows }) => [table, rows.get(rootId) ?? []]))]),
  );
}
