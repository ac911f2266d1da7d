import type { Stage, StageTable } from '../../plan/stage.ts';
import { codecOf } from '../../plan/stage-tables.ts';
import { uuidArray } from '../../target/array-text.ts';
import type { Query } from '../../target/query.ts';
import type { DocumentRows, EncodedRow } from '../../target/row-codec.ts';

/** One table's rows of some documents, encoded, by the id of the document's root row. */
export async function readTableRows(
  query: Query,
  stage: Stage,
  { table, root }: StageTable,
  roots: readonly string[],
): Promise<Map<string, EncodedRow[]>> {
  const codec = codecOf(stage, table);
  const name = codec.nameOf(root);
  const rows = await query(
    `SELECT ${codec.selectList}, ${name} FROM ${codec.relation} WHERE ${name} = ANY($1::uuid[])`,
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
    stage.tables.map(async (one) => ({ table: one.table, rows: await readTableRows(query, stage, one, roots) })),
  );
  return new Map(
    roots.map((rootId) => [rootId, new Map(tables.map(({ table, rows }) => [table, rows.get(rootId) ?? []]))]),
  );
}
