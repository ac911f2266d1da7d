import { secondsOf } from '../../common/figures.ts';
import type { Stage } from '../../plan/stage.ts';
import { reconciliationOf, settlementOf, verificationOf } from '../../state/run/checkpoint-names.ts';
import type { Kept } from '../../state/run/run-facts.ts';
import type { Query } from '../../target/query.ts';
import type { Difference } from '../../verify/difference.ts';
import type { ReferenceCheck } from '../../verify/references/reference-check.ts';
import { undeclared } from '../../verify/second-reader/shape.ts';
import type { Total } from '../../verify/totals/total.ts';
import type { Sample } from '../sample/sample-types.ts';

/** What a run did to one stage. */
export interface StageFacts {
  readonly name: string;
  readonly collection: string;
  /** The last state that the run noted, null when the stage was no part of it; and when each state was reached. */
  readonly state: string | null;
  readonly reached: Readonly<Record<string, string>>;
  readonly seconds: number | null;
  readonly partitions: { readonly planned: number; readonly copied: number; readonly verified: number };
  /** Documents that the source held when the stage was planned. */
  readonly total: number;
  readonly read: number;
  readonly written: number;
  /** Documents that an earlier run had moved. */
  readonly skipped: number;
  readonly quarantined: number;
  /** Documents that a unique constraint turned away and that are not settled. */
  readonly contested: number;
  readonly rows: number;
  /** Documents that were read anew and compared field by field with their rows. */
  readonly compared: number;
  readonly differences: Readonly<Record<string, number>>;
  /** Where the first differences are; their values are not told. */
  readonly firstDifferences: readonly Omit<Difference, 'expected' | 'found'>[];
  /** Columns that only rows derived anew were compared by: no declaration says what they hold. */
  readonly derivedOnly: readonly string[];
  /** Null when they were not compared. */
  readonly totals: readonly Total[] | null;
  /** Null when they were not checked. */
  readonly references: readonly ReferenceCheck[] | null;
  readonly samples: readonly Sample[];
}

const FIRST = 20;

/** Adds a stage's partitions up: those of its copy, its settlement and its verification. */
export async function stageFacts(query: Query, runId: string, stage: Stage, kept: Kept): Promise<StageFacts> {
  const copied = await counters(query, runId, stage.name);
  const settled = await counters(query, runId, settlementOf(stage.name));
  const passes = await counters(query, runId, reconciliationOf(stage.name));
  const verified = await counters(query, runId, verificationOf(stage.name));
  const { state = null, ...reached } = kept.stages[stage.name] ?? {};
  return {
    name: stage.name,
    collection: stage.collection,
    state,
    reached,
    seconds: secondsBetween(Object.values(reached)),
    partitions: { planned: copied.partitions, copied: copied.done, verified: verified.done },
    total: copied.total,
    read: copied.read + passes.read,
    written: copied.written + settled.written + passes.written,
    skipped: copied.skipped,
    quarantined: copied.quarantined + settled.quarantined + passes.quarantined,
    contested: copied.contested + settled.contested + passes.contested,
    rows: copied.rows + settled.rows + passes.rows,
    compared: verified.read,
    differences: await differenceCounts(query, runId, stage.name),
    derivedOnly: undeclared(stage),
    firstDifferences: await firstDifferences(query, runId, stage.name),
    totals: (kept.facts['totals']?.[stage.name] ?? null) as unknown as Total[] | null,
    references: (kept.facts['references']?.[stage.name] ?? null) as unknown as ReferenceCheck[] | null,
    samples: (kept.facts['samples']?.[stage.name] ?? []) as unknown as Sample[],
  };
}

const SUMMED = ['total', 'read', 'written', 'skipped', 'quarantined', 'contested', 'rows'] as const;
type Sums = Record<(typeof SUMMED)[number] | 'partitions' | 'done', number>;

async function counters(query: Query, runId: string, stage: string): Promise<Sums> {
  const [row] = await query(
    `SELECT ${SUMMED.map((name) => `coalesce(sum(${name}), 0)::text AS "${name}"`).join(', ')},
       count(*)::text AS partitions, count(*) FILTER (WHERE done)::text AS finished
     FROM migration_partition WHERE run_id = $1::text::uuid AND stage = $2`,
    [runId, stage],
  );
  const names = [...SUMMED, 'partitions', 'done'] as const;
  return Object.fromEntries(names.map((name, i) => [name, Number(row![i])])) as Sums;
}

async function differenceCounts(query: Query, runId: string, stage: string): Promise<Record<string, number>> {
  const rows = await query(
    `SELECT key, sum(value::bigint)::text AS count FROM migration_partition, jsonb_each_text(findings)
     WHERE run_id = $1::text::uuid AND stage = $2 GROUP BY key ORDER BY key`,
    [runId, verificationOf(stage)],
  );
  return Object.fromEntries(rows.map(([kind, count]) => [kind!, Number(count)]));
}

async function firstDifferences(query: Query, runId: string, stage: string): Promise<StageFacts['firstDifferences']> {
  const rows = await query(
    `SELECT (value - 'expected' - 'found')::text AS difference
     FROM migration_partition, jsonb_array_elements(samples) WITH ORDINALITY AS sample (value, place)
     WHERE run_id = $1::text::uuid AND stage = $2 ORDER BY partition, place LIMIT ${FIRST}`,
    [runId, verificationOf(stage)],
  );
  return rows.map(([difference]) => JSON.parse(difference!));
}

function secondsBetween(times: readonly string[]): number | null {
  const moments = times.map((time) => Date.parse(time));
  return moments.length < 2 ? null : secondsOf(Math.max(...moments) - Math.min(...moments));
}
