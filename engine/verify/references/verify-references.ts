import { together } from '../../common/together.ts';
import type { LegacyKey } from '../../document/legacy-key.ts';
import { brokenReference } from '../../messages/engine/verdict.ts';
import { REFERENCE_CHECKS } from '../../messages/labels/references.ts';
import { labelled, type Message } from '../../messages/message.ts';
import type { Stage } from '../../plan/stage.ts';
import { stageNamed } from '../../plan/stage-named.ts';
import { codecOf } from '../../plan/stage-tables.ts';
import { readCheckpoints } from '../../state/run/checkpoint.ts';
import { indexed, isRoot } from '../../target/indexed-key.ts';
import { longRead } from '../../target/long-read.ts';
import type { Query } from '../../target/query.ts';
import { keysChanged } from '../rows/changed-since-moved.ts';
import type { TotalsContext } from '../totals/total.ts';
import type { ReferenceCheck } from './reference-check.ts';
import { followReferences } from './references-followed.ts';

/** How a stage's references are verified. */
export interface ReferencesAsked {
  /** The run moves selected documents only: the source's references are then those of the selected. */
  readonly limited: boolean;
  /** The source is written to: documents that are not as they were moved are left out. Needs the run's changes. */
  readonly live?: boolean;
  /** What following the source's references has found before: then they are not followed again. */
  readonly followed?: readonly ReferenceCheck[];
  readonly signal?: AbortSignal;
}

/**
 * Holds the references of a stage's tables to the rows, to the ID map and to the source, set by set in SQL and without
 * deriving any row: foreign keys could have been switched off (`session_replication_role`) or dropped.
 */
export async function verifyReferences(
  { plan, source, target }: TotalsContext,
  runId: string,
  stageName: string,
  { limited, live = false, followed, signal }: ReferencesAsked,
): Promise<ReferenceCheck[]> {
  const stage = stageNamed(plan, stageName);
  const selections = limited
    ? (await readCheckpoints(target, runId, stage.name)).map(({ selection }) => selection)
    : null;
  const changed = live
    ? (keys: readonly LegacyKey[]) => keysChanged({ source, target, stage }, runId, keys)
    : undefined;
  const follow = async () =>
    followed ?? followReferences({ query: target.query, plan, stage, source, selections, changed }, signal);
  const [rows, sources] = await together(
    longRead(target, (query) => checkRows(query, stage), signal),
    follow(),
  );
  return [...rows, ...sources];
}

/** What the target alone can tell. */
async function checkRows(query: Query, stage: Stage): Promise<ReferenceCheck[]> {
  const checks: ReferenceCheck[] = [];
  await query(NO_NESTED_LOOPS, []);
  for (const { table } of stage.tables) {
    checks.push(...(await orphans(query, stage, table)), ...(await mapped(query, stage, table)));
    if (table !== stage.tables[0]!.table) checks.push(await placed(query, stage, table));
  }
  return checks;
}

/** Rules that following the source's references is about. */
export const isFollowed = ({ what }: ReferenceCheck) => what === 'lost' || what === 'misled';

/**
 * Until the transaction ends. Whole tables are held against each other, which were filled a moment ago: without statistics
 * PostgreSQL takes them for small and would search the ID map once for every row of the other.
 */
const NO_NESTED_LOOPS = `SELECT set_config('enable_nestloop', 'off', true) AS set`;

/** One message for each rule that is broken, without anybody's values. */
export function brokenReferences(checks: readonly ReferenceCheck[]): Message[] {
  return checks
    .filter(({ wrong }) => wrong > 0)
    .map(({ what, table, column, checked, wrong }) => {
      const place = column === null ? table : `${table}.${column}`;
      return brokenReference({
        place,
        wrong: String(wrong),
        checked: String(checked),
        what: labelled(REFERENCE_CHECKS[what]),
      });
    });
}

async function orphans(query: Query, stage: Stage, table: string): Promise<ReferenceCheck[]> {
  const held = codecOf(stage, table);
  const checks: ReferenceCheck[] = [];
  for (const { fields, model } of held.table.references) {
    const column = fields[0]!;
    const [name, referred] = [held.nameOf(column), codecOf(stage, model)];
    const [row] = await query(
      `SELECT count(*)::text AS checked, count(*) FILTER (WHERE referred.${referred.id} IS NULL)::text AS wrong
       FROM ${held.relation} AS held LEFT JOIN ${referred.relation} AS referred ON referred.${referred.id} = held.${name}
       WHERE held.${name} IS NOT NULL`,
      [],
    );
    checks.push({ what: 'orphans', table, column, checked: Number(row![0]), wrong: Number(row![1]) });
  }
  return checks;
}

/** The table's own collection of the ID map. */
function collectionOf(stage: Stage, table: string): string {
  return stage.children.find((children) => children.table === table)?.collection ?? stage.idCollection;
}

/** Each row has one entry, and each entry one row. */
async function mapped(query: Query, stage: Stage, table: string): Promise<ReferenceCheck[]> {
  const { relation, id } = codecOf(stage, table);
  const [row] = await query(
    `SELECT count(held.${id})::text AS rows, count(held.${id}) FILTER (WHERE entry.prisma_id IS NULL)::text AS unmapped,
       count(entry.prisma_id)::text AS entries, count(entry.prisma_id) FILTER (WHERE held.${id} IS NULL)::text AS rowless
     FROM ${relation} AS held
     FULL JOIN (SELECT prisma_id FROM migration_id_map WHERE collection = $1) AS entry ON entry.prisma_id = held.${id}`,
    [collectionOf(stage, table)],
  );
  const [rows, unmapped, entries, rowless] = row!.map(Number);
  return [
    { what: 'unmapped', table, column: null, checked: rows!, wrong: unmapped! },
    { what: 'rowless', table, column: null, checked: entries!, wrong: rowless! },
  ];
}

/** A sub-document's row stands under the row of the document that its entry names. */
async function placed(query: Query, stage: Stage, table: string): Promise<ReferenceCheck> {
  const { root } = stage.tables.find((one) => one.table === table)!;
  const { relation, id, nameOf } = codecOf(stage, table);
  const [row] = await query(
    `SELECT count(*)::text AS checked,
       count(*) FILTER (WHERE document.prisma_id IS DISTINCT FROM held.${nameOf(root)})::text AS wrong
     FROM ${relation} AS held
     JOIN migration_id_map AS entry ON entry.prisma_id = held.${id} AND entry.collection = $1
     LEFT JOIN migration_id_map AS document ON document.collection = $2 AND ${isRoot('document')}
       AND ${indexed('document.legacy_key')} = ${indexed('entry.parent_key')}`,
    [collectionOf(stage, table), stage.idCollection],
  );
  return { what: 'misplaced', table, column: root, checked: Number(row![0]), wrong: Number(row![1]) };
}
