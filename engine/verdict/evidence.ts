import { runUnknown } from '../messages/commands/databases.ts';
import type { Plan, Stage } from '../plan/stage.ts';
import { tableOf } from '../plan/stage-tables.ts';
import { TO_MOVE } from '../state/documents/quarantine-states.ts';
import { reconciliationOf, settlementOf, verificationOf } from '../state/run/checkpoint-names.ts';
import type { Kept } from '../state/run/run-facts.ts';
import type { Query } from '../target/query.ts';
import type { ReferenceCheck } from '../verify/references/reference-check.ts';
import type { Total } from '../verify/totals/total.ts';
import type { SmokeFacts } from './smoke-record.ts';

/** A step of the workflow as fences order it: [epoch, sequence]. */
export type Step = readonly [epoch: number, sequence: number];

/** How a stage, or its verification, was cut into partitions, and how many of them are there. */
export interface Cut {
  /** Null when it was not planned. */
  readonly planned: number | null;
  readonly found: number;
  readonly done: number;
}

/** What the database knows of one stage when its run is to end; counts are documents. */
export interface Evidence {
  readonly stage: string;
  readonly collection: string;
  /** The source had no such collection when the stage was planned. */
  readonly isAbsent: boolean;
  readonly copy: Cut;
  readonly verification: Cut;
  readonly isSettled: boolean;
  readonly read: number;
  readonly written: number;
  readonly skipped: number;
  readonly quarantined: number;
  /** Left out by a policy, and kept. */
  readonly omitted: number;
  readonly contested: number;
  /** Read by the copy, and read again by the verification; a pass over changes compares what it writes itself. */
  readonly toCompare: number;
  readonly compared: number;
  readonly isReconciled: boolean;
  /** Changes of the source that were found and are not applied and compared yet. */
  readonly changes: number;
  /** By kind, in the row comparison. */
  readonly differences: Readonly<Record<string, number>>;
  readonly totals: readonly Total[] | null;
  readonly references: readonly ReferenceCheck[] | null;
  /** When totals and references were compared; null when no step has left its mark. */
  readonly comparedAt: Step | null;
  /** The last write to the stage or to one that it refers to. */
  readonly writtenAt: Step;
}

/** A run as its row tells it to whoever judges it. */
export interface RunEvidence {
  readonly state: string;
  readonly chosen: readonly string[] | null;
  /** It moves a part only: chosen stages, a limit's documents, or what lay in quarantine. */
  readonly isPart: boolean;
  readonly smokeTests: SmokeFacts | null;
  /** Documents in quarantine that count as open cases; of a run that only retries those that earlier runs still hold, too. */
  readonly held: number;
  readonly stages: readonly Evidence[];
  /** Stages that are no part of the run, but refer to one that it has written. */
  readonly referring: readonly Evidence[];
}

/** Reads what a run's verdict rests on. @param query must give every column as text @throws RangeError when there is no such run */
export async function readEvidence(query: Query, plan: Plan, runId: string): Promise<RunEvidence> {
  const run = await readRow(query, runId);
  const sums = await partitionSums(query, runId);
  const counts = await documentCounts(query, runId);
  const differences = await differenceCounts(query, runId);
  const all = plan.stages.map((stage) => evidenceOf(plan, stage, { run, sums, counts, differences }));
  const { stages, limit, retry } = run.options as Options;
  const chosen = stages ?? null;
  const isChosen = ({ stage }: Evidence) => chosen === null || chosen.includes(stage);
  return {
    state: run.state,
    chosen,
    isPart: chosen !== null || (limit ?? null) !== null || Boolean(retry),
    smokeTests: (run.kept.facts['smokeTests'] ?? null) as unknown as SmokeFacts | null,
    held: retry ? await heldByAny(query) : [...counts.values()].reduce((sum, { held }) => sum + held, 0),
    stages: all.filter(isChosen),
    referring: retry ? all.filter((one) => !isChosen(one) && isAfter(one.writtenAt, NEVER)) : [],
  };
}

interface Options {
  readonly stages?: readonly string[] | null;
  readonly limit?: number | null;
  readonly retry?: unknown;
}

export const NEVER: Step = [0, 0];

/** Whether a step was issued after another one. */
export function isAfter([epoch, sequence]: Step, [otherEpoch, otherSequence]: Step): boolean {
  return epoch > otherEpoch || (epoch === otherEpoch && sequence > otherSequence);
}

interface Row {
  readonly state: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly planned: Readonly<Record<string, { partitions?: number; retries?: number; absent?: boolean }>>;
  readonly marks: Readonly<Record<string, readonly number[]>>;
  readonly kept: Pick<Kept, 'facts'>;
}

async function readRow(query: Query, runId: string): Promise<Row> {
  const [row] = await query(
    `SELECT state, options::text AS options, planned::text AS planned, marks::text AS marks,
       jsonb_build_object('totals', facts -> 'totals', 'references', facts -> 'references', 'smokeTests', facts -> 'smokeTests')::text AS facts
     FROM migration_run WHERE id = $1::text::uuid`,
    [runId],
  );
  if (row === undefined) throw new RangeError(runUnknown({ run: runId }).text);
  const [options, planned, marks, facts] = row.slice(1).map((text) => JSON.parse(text!));
  return { state: row[0]!, options, planned, marks, kept: { facts } };
}

interface Sums {
  readonly found: number;
  readonly retries: number;
  readonly done: number;
  readonly read: number;
  readonly written: number;
  readonly skipped: number;
  readonly quarantined: number;
  readonly contested: number;
  readonly wrote: Step;
}

const NO_SUMS: Sums = {
  ...{ found: 0, retries: 0, done: 0, read: 0, written: 0, skipped: 0, quarantined: 0, contested: 0 },
  wrote: NEVER,
};

async function partitionSums(query: Query, runId: string): Promise<Map<string, Sums>> {
  const rows = await query(
    `SELECT stage, count(*)::text AS found, (count(*) FILTER (WHERE key_type = 'retry'))::text AS retries,
       (count(*) FILTER (WHERE done))::text AS done, sum(read)::text AS read, sum(written)::text AS written,
       sum(skipped)::text AS skipped, sum(quarantined)::text AS quarantined, sum(contested)::text AS contested,
       to_json(max(ARRAY[wrote_epoch, wrote_sequence]))::text AS wrote
     FROM migration_partition WHERE run_id = $1::text::uuid GROUP BY stage`,
    [runId],
  );
  return new Map(
    rows.map(([stage, ...values]) => {
      const [found, retries, done, read, written, skipped, quarantined, contested] = values.map(Number) as number[];
      const sums = { found, retries, done, read, written, skipped, quarantined, contested } as Omit<Sums, 'wrote'>;
      return [stage!, { ...sums, wrote: JSON.parse(values[8]!) as Step }];
    }),
  );
}

interface Counts {
  readonly held: number;
  readonly omitted: number;
  readonly changes: number;
}

const NO_COUNTS: Counts = { held: 0, omitted: 0, changes: 0 };

async function documentCounts(query: Query, runId: string): Promise<Map<string, Counts>> {
  const rows = await query(
    `SELECT stage, (count(*) FILTER (WHERE state IN ('open', 'contested', 'retried')))::text AS held,
       (count(*) FILTER (WHERE state = 'skipped'))::text AS omitted, (count(*) FILTER (WHERE state = 'change'))::text AS changes
     FROM (SELECT stage, state FROM migration_quarantine WHERE run_id = $1::text::uuid
           UNION ALL SELECT stage, 'change' FROM migration_change WHERE run_id = $1::text::uuid) AS noted
     GROUP BY stage`,
    [runId],
  );
  return new Map(
    rows.map(([stage, held, omitted, changes]) => [
      stage!,
      { held: Number(held), omitted: Number(omitted), changes: Number(changes) },
    ]),
  );
}

/** Documents that lie in quarantine whichever run put them there; one that a later run was refused again counts there. */
async function heldByAny(query: Query): Promise<number> {
  const [row] = await query(`SELECT count(*)::text FROM migration_quarantine WHERE state IN ${TO_MOVE}`, []);
  return Number(row![0]);
}

/** By the partitions' stage and kind. */
async function differenceCounts(query: Query, runId: string): Promise<Map<string, Record<string, number>>> {
  const rows = await query(
    `SELECT stage, key, sum(value::bigint)::text AS count FROM migration_partition, jsonb_each_text(findings)
     WHERE run_id = $1::text::uuid AND stage LIKE 'verify:%' GROUP BY stage, key ORDER BY stage, key`,
    [runId],
  );
  const counts = new Map<string, Record<string, number>>();
  for (const [stage, kind, count] of rows) counts.set(stage!, { ...counts.get(stage!), [kind!]: Number(count) });
  return counts;
}

interface Known {
  readonly run: Row;
  readonly sums: ReadonlyMap<string, Sums>;
  readonly counts: ReadonlyMap<string, Counts>;
  readonly differences: ReadonlyMap<string, Record<string, number>>;
}

function evidenceOf(plan: Plan, stage: Stage, known: Known): Evidence {
  const { run, counts, differences } = known;
  const { name, collection } = stage;
  const sumsOf = (partitions: string) => known.sums.get(partitions) ?? NO_SUMS;
  const [copied, verified, passes] = [name, verificationOf(name), reconciliationOf(name)].map(sumsOf) as [
    Sums,
    Sums,
    Sums,
  ];
  const settled = sumsOf(settlementOf(name));
  const { omitted, changes } = counts.get(name) ?? NO_COUNTS;
  const mark = run.marks[`facts.references.${name}`];
  const [totals, references] = ['totals', 'references'].map((key) => run.kept.facts[key]?.[name] ?? null);
  return {
    ...{ stage: name, collection, isAbsent: run.planned[name]?.absent === true },
    copy: cutOf(run, name, copied),
    verification: cutOf(run, verificationOf(name), verified),
    isSettled: settled.found > 0 && settled.done === settled.found,
    read: copied.read + passes.read,
    written: copied.written + settled.written + passes.written,
    skipped: copied.skipped,
    quarantined: copied.quarantined + settled.quarantined + passes.quarantined,
    omitted,
    contested: copied.contested + settled.contested + passes.contested,
    ...{ toCompare: copied.read, compared: verified.read, isReconciled: passes.found > 0, changes },
    differences: differences.get(verificationOf(name)) ?? {},
    totals: totals as unknown as Total[] | null,
    references: references as unknown as ReferenceCheck[] | null,
    comparedAt: mark === undefined ? null : [mark[0]!, mark[1]!],
    writtenAt: [name, ...referredTo(plan, stage)]
      .flatMap((one) => [one, settlementOf(one), reconciliationOf(one)])
      .map((one) => sumsOf(one).wrote)
      .reduce((last, one) => (isAfter(one, last) ? one : last), NEVER),
  };
}

function cutOf({ planned }: Row, stage: string, { found, done }: Sums): Cut {
  const { partitions, retries = 0 } = planned[stage] ?? {};
  return { planned: partitions === undefined ? null : partitions + retries, found, done };
}

/** Earlier stages to whose tables a stage's tables have foreign keys. */
function referredTo(plan: Plan, stage: Stage): string[] {
  const models = new Set(
    stage.tables.flatMap(({ table }) => tableOf(stage, table).references.map(({ model }) => model)),
  );
  return plan.stages
    .filter((one) => one !== stage && one.tables.some(({ table }) => models.has(table)))
    .map(({ name }) => name);
}
