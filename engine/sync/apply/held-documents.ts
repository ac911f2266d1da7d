import { keyName, type LegacyKey } from '../../document/legacy-key.ts';
import type { Stage } from '../../plan/stage.ts';
import { byteaText, bytesOfBytea } from '../../target/bytea.ts';
import { indexed, isRoot } from '../../target/indexed-key.ts';
import type { Query } from '../../target/query.ts';

/** A row that the ID map knows. */
export interface HeldRow {
  readonly table: string;
  readonly id: string;
}

/** What the target holds of one document. */
export interface HeldDocument {
  readonly key: LegacyKey;
  /** Its rows, root and sub-documents, those that are about to go included. */
  readonly rows: HeldRow[];
  /** The id of its root's row, null when there is none or it is about to go. */
  rootId: string | null;
  /** `\x…`, of the document as it was read and of its rows as they were written. */
  sourceHash: string | null;
  rowsHash: string | null;
  /** Its state in this run's quarantine; null when it is not there, or has moved since. */
  quarantined: string | null;
}

/** By {@link keyName}. */
export type HeldDocuments = ReadonlyMap<string, HeldDocument>;

/** What the target holds of these documents; every one of them is in the answer. */
export async function readHeld(
  query: Query,
  stage: Stage,
  runId: string,
  keys: readonly LegacyKey[],
): Promise<HeldDocuments> {
  const held = new Map<string, HeldDocument>(keys.map((key) => [keyName(key), nothing(key)]));
  for (const [root, collection, id, departing, source, rows] of await readEntries(query, stage, keys)) {
    const document = held.get(keyName(bytesOfBytea(root!)))!;
    const isRoot = collection === stage.idCollection;
    document.rows.push({ table: tableOf(stage, collection!), id: id! });
    if (!isRoot || departing === 't') continue;
    Object.assign(document, { rootId: id, sourceHash: source, rowsHash: rows });
  }
  for (const [key, state] of await readStates(query, stage, runId, keys)) {
    held.get(keyName(bytesOfBytea(key!)))!.quarantined = state!;
  }
  return held;
}

function nothing(key: LegacyKey): HeldDocument {
  return { key, rows: [], rootId: null, sourceHash: null, rowsHash: null, quarantined: null };
}

/** The table whose rows a collection of the ID map leads to. */
function tableOf(stage: Stage, collection: string): string {
  return stage.children.find((one) => one.collection === collection)?.table ?? stage.tables[0]!.table;
}

function readEntries(query: Query, stage: Stage, keys: readonly LegacyKey[]): Promise<(string | null)[][]> {
  return query(
    `WITH root AS (SELECT value::bytea AS key FROM unnest($1::text[]) AS value)
     SELECT root.key, collection, prisma_id, departing, source_hash, rows_hash
     FROM root JOIN migration_id_map ON collection = $2 AND ${isRoot()} AND ${indexed('legacy_key')} = ${indexed('root.key')}
     UNION ALL SELECT root.key, collection, prisma_id, departing, NULL, NULL
     FROM root JOIN migration_id_map ON collection = ANY($3::text[]) AND ${indexed('parent_key')} = ${indexed('root.key')}`,
    [keys.map(byteaText), stage.idCollection, stage.children.map(({ collection }) => collection)],
  );
}

function readStates(
  query: Query,
  stage: Stage,
  runId: string,
  keys: readonly LegacyKey[],
): Promise<(string | null)[][]> {
  return query(
    `SELECT legacy_key, state FROM migration_quarantine
     WHERE run_id = $1::uuid AND stage = $2 AND state <> 'resolved'
       AND ${indexed('legacy_key')} IN (SELECT ${indexed('value::bytea')} FROM unnest($3::text[]) AS value)`,
    [runId, stage.name, keys.map(byteaText)],
  );
}
