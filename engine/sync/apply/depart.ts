import { TargetUnfit } from '../../common/errors.ts';
import { changesObstructed } from '../../messages/engine/run.ts';
import type { Plan, Stage } from '../../plan/stage.ts';
import { codecOf, tableOf } from '../../plan/stage-tables.ts';
import { indexed } from '../../target/indexed-key.ts';
import type { TableCodec } from '../../target/row-codec.ts';
import { databaseRefusal, type Execute } from '../../target/target.ts';
import type { HeldRow } from './held-documents.ts';
import { parkedValues } from './parked-values.ts';

/** The plan and the stage whose documents change. */
export interface StageOf {
  readonly plan: Plan;
  readonly stage: Stage;
}

/** Where rows of later stages can refer to rows of this one. */
interface Referrer {
  readonly stage: Stage;
  readonly table: string;
  readonly root: string;
  readonly column: string;
  readonly to: string;
}

/** Every foreign key of later stages to tables of this one. */
function referrersOf({ plan, stage }: StageOf): Referrer[] {
  const own = new Set<string>(stage.tables.map(({ table }) => table));
  return plan.stages.slice(plan.stages.indexOf(stage) + 1).flatMap((later) =>
    later.tables.flatMap(({ table, root }) => {
      return tableOf(later, table)
        .references.filter(({ model }) => own.has(model))
        .map(({ fields, model }) => ({ stage: later, table, root, column: fields[0]!, to: model }));
    }),
  );
}

/**
 * Lets rows go. Where later stages can refer to the stage's rows, these stay until the sweep: nothing resolves to them
 * any more, they give their unique values free, and whoever refers to them is noted as changed. Elsewhere they are
 * deleted at once.
 * @throws TargetUnfit when rows of somebody else's table refer to them
 */
export async function letGo(execute: Execute, of: StageOf, runId: string, rows: readonly HeldRow[]): Promise<void> {
  if (rows.length === 0) return;
  if (referrersOf(of).length === 0) {
    await deleteRows(execute, of.stage, rows);
    return;
  }
  await release(execute, of, rows);
  await markDeparting(execute, rows);
  await noteDependents(execute, of, runId, rows);
}

/** Takes the unique values of root rows away until they are written anew, or deletes rows that nobody can refer to. */
export async function release(execute: Execute, of: StageOf, rows: readonly HeldRow[]): Promise<void> {
  if (referrersOf(of).length === 0) return deleteRows(execute, of.stage, rows);
  const root = of.stage.tables[0]!.table;
  const ids = idsOf(rows, root);
  const values = ids.length > 0 ? parkedValues(of.stage) : [];
  if (values.length > 0) await park(execute, codecOf(of.stage, root), values, ids);
}

const IDS = `(SELECT value::uuid FROM json_array_elements_text($1::text::json) AS value)`;

const idsOf = (rows: readonly HeldRow[], table: string) =>
  rows.filter((row) => row.table === table).map(({ id }) => id);

function park(
  execute: Execute,
  { relation, id }: TableCodec,
  values: readonly string[],
  ids: readonly string[],
): Promise<number> {
  return execute(`UPDATE ${relation} SET ${values.join(', ')} WHERE ${id} IN ${IDS}`, JSON.stringify(ids));
}

function markDeparting(execute: Execute, rows: readonly HeldRow[]): Promise<number> {
  return execute(
    `UPDATE migration_id_map SET departing = true WHERE prisma_id IN ${IDS}`,
    JSON.stringify(rows.map(({ id }) => id)),
  );
}

/**
 * Notes the documents of later stages that refer to these rows.
 * @param onlyPrepared those of stages only that read more of the rows than their ids (`prepare`)
 */
export async function noteDependents(
  execute: Execute,
  of: StageOf,
  runId: string,
  rows: readonly HeldRow[],
  { onlyPrepared = false } = {},
): Promise<void> {
  for (const referrer of referrersOf(of)) {
    if (onlyPrepared && referrer.stage.prepare === null) continue;
    const ids = idsOf(rows, referrer.to);
    if (ids.length > 0) await noteReferrer(execute, referrer, runId, ids);
  }
}

function noteReferrer(execute: Execute, referrer: Referrer, runId: string, ids: readonly string[]): Promise<number> {
  const { stage, table, root, column } = referrer;
  const { relation, nameOf } = codecOf(stage, table);
  return execute(
    `INSERT INTO migration_change (run_id, stage, legacy_key, state, found_by)
     SELECT DISTINCT $2::text::uuid, $3, map.legacy_key, 'found', 'dependent'
     FROM ${relation} AS held JOIN migration_id_map AS map ON map.prisma_id = held.${nameOf(root)}
     WHERE held.${nameOf(column)} IN ${IDS}
     ON CONFLICT (run_id, stage, ${indexed('legacy_key')}) DO UPDATE SET state = 'found'`,
    JSON.stringify(ids),
    runId,
    stage.name,
  );
}

/** Deletes rows, children first, and their entries in the ID map. @throws TargetUnfit */
async function deleteRows(execute: Execute, stage: Stage, rows: readonly HeldRow[]): Promise<void> {
  for (const { table } of [...stage.tables].reverse()) {
    const ids = idsOf(rows, table);
    const { relation, id } = codecOf(stage, table);
    if (ids.length > 0) await unobstructed(stage, () => deleteFrom(execute, relation, id, ids));
  }
  await deleteFrom(
    execute,
    'migration_id_map',
    'prisma_id',
    rows.map(({ id }) => id),
  );
}

function deleteFrom(execute: Execute, table: string, column: string, ids: readonly string[]): Promise<number> {
  return execute(`DELETE FROM ${table} WHERE ${column} IN ${IDS}`, JSON.stringify(ids));
}

/** @throws TargetUnfit when rows of somebody else's table refer to the rows that are to go (SQLSTATE 23503, 23001) */
export async function unobstructed<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const refusal = databaseRefusal(error);
    if (refusal === null || !['23503', '23001'].includes(refusal.sqlstate)) throw error;
    throw new TargetUnfit(changesObstructed({ stage: stage.name, why: refusal.message }));
  }
}
