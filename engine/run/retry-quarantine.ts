import { KEYS_PER_PARTITION } from '../copy/partitions.ts';
import { compareKeys, type LegacyKey } from '../document/legacy-key.ts';
import type { Plan } from '../plan/stage.ts';
import { TO_MOVE } from '../state/documents/quarantine-states.ts';
import { RETRY } from '../state/run/checkpoint.ts';
import { settlementOf, verificationOf } from '../state/run/checkpoint-names.ts';
import { raiseEpoch } from '../state/run/run.ts';
import type { RetryFilter } from '../state/run/run-options.ts';
import { bytesOfBytea } from '../target/bytea.ts';
import { indexed, isRoot } from '../target/indexed-key.ts';
import { longWrite } from '../target/long-read.ts';
import type { Query } from '../target/query.ts';
import type { Execute, Target } from '../target/target.ts';

/** A stage that has documents which a run is to try again. */
export interface RetriedStage {
  readonly stage: string;
  /** Those of them that the newest retry has added; an earlier one may not have come to its end. */
  readonly documents: number;
}

/** What the filter means beside the documents that it names: those that are there because of them. */
const MATCHES = (stage: string, collection: string, code: string) =>
  `((${stage}::text IS NULL OR stage = ${stage}) AND (${code}::text IS NULL OR code = ${code})
    OR code = 'cascade' AND (${collection}::text IS NULL OR cause ->> 'collection' = ${collection})
       AND (${code}::text IS NULL OR cause ->> 'code' = ${code}))`;

function paramsOf(plan: Plan, { stage, code }: RetryFilter): [string | null, string | null, string | null] {
  return [stage, plan.stages.find(({ name }) => name === stage)?.collection ?? null, code];
}

/**
 * What a later run is to try again: every run's documents that still lie in quarantine, with the cascades whose first
 * cause the filter names.
 * @returns keys by stage, in `_id` order; stages without any are missing
 */
export async function retriableKeys(query: Query, plan: Plan, filter: RetryFilter): Promise<Map<string, LegacyKey[]>> {
  const rows = await query(
    `SELECT DISTINCT stage, legacy_key FROM migration_quarantine
     WHERE state IN ${TO_MOVE} AND ${MATCHES('$1', '$2', '$3')}`,
    paramsOf(plan, filter),
  );
  const keys = new Map<string, LegacyKey[]>();
  for (const [stage, key] of rows) keys.set(stage!, [...(keys.get(stage!) ?? []), bytesOfBytea(key!)]);
  return new Map([...keys].map(([stage, all]) => [stage, all.sort(compareKeys)]));
}

/**
 * Has a run try its own quarantine again, in one transaction: partitions of these very documents beside those that are
 * done, and the stages' settlements opened again. The run's epoch is raised with it, so that a repeated call, or one that
 * was thought dead, finds that it has been done.
 * @returns the epoch, and every stage that has documents to be tried again now
 * @throws Fenced when somebody else has raised the run's epoch
 */
export async function planRetry(
  target: Target,
  plan: Plan,
  run: { readonly runId: string; readonly epoch: number },
  filter: RetryFilter,
): Promise<{ epoch: number; stages: RetriedStage[] }> {
  const replan = async (execute: Execute, next: number) => {
    await insertRetries(execute, run.runId, next, paramsOf(plan, filter));
    await noteRetries(execute, run.runId, next);
    await reopenSettlements(execute, run.runId);
  };
  const epoch = await raiseEpoch(target, run, 'retry', replan, (work) => longWrite(target, work));
  return { epoch, stages: await openRetries(target.query, run.runId, epoch) };
}

/**
 * The counters start below zero: these documents were counted as read and as quarantined once, and are counted again.
 * So every sum over a stage's partitions is what it would be had they been right at once.
 */
function insertRetries(
  execute: Execute,
  runId: string,
  epoch: number,
  filter: readonly (string | null)[],
): Promise<number> {
  return execute(
    `WITH chosen AS (
       UPDATE migration_quarantine SET retried_by = run_id
       WHERE run_id = $4::text::uuid AND state = 'open' AND retried_by IS NULL AND ${MATCHES('$1', '$2', '$3')}
       RETURNING stage, legacy_key),
     placed AS (
       SELECT stage, legacy_key,
         (row_number() OVER (PARTITION BY stage ORDER BY legacy_key) - 1) / ${KEYS_PER_PARTITION} AS part FROM chosen),
     planned AS (
       SELECT stage, part, array_agg(legacy_key ORDER BY legacy_key) AS keys, count(*) AS documents,
         (SELECT coalesce(max(partition), -1) + 1 FROM migration_partition AS there
          WHERE there.run_id = $4::text::uuid AND there.stage = placed.stage) AS next
       FROM placed GROUP BY stage, part)
     INSERT INTO migration_partition (run_id, stage, partition, key_type, keys, total, read, quarantined, epoch)
     SELECT $4::text::uuid, prefix || stage, next + part, '${RETRY}', keys, 0, -documents,
       CASE prefix WHEN '' THEN -documents ELSE 0 END, $5::int
     FROM planned CROSS JOIN (VALUES (''), ('${verificationOf('')}')) AS kinds (prefix)`,
    ...filter,
    runId,
    epoch,
  );
}

/** The run's row learns how many partitions there should be now. */
function noteRetries(execute: Execute, runId: string, epoch: number): Promise<number> {
  return execute(
    `UPDATE migration_run SET planned = planned || coalesce((
       SELECT jsonb_object_agg(stage, coalesce(planned -> stage, '{}')
         || jsonb_build_object('retries', coalesce((planned -> stage ->> 'retries')::int, 0) + added))
       FROM (SELECT stage, count(*) AS added FROM migration_partition
             WHERE run_id = $1::text::uuid AND key_type = '${RETRY}' AND epoch = $2::int GROUP BY stage) AS retried), '{}')
     WHERE id = $1::text::uuid`,
    ...[runId, epoch],
  );
}

/** Documents that are tried again may want a unique value. */
function reopenSettlements(execute: Execute, runId: string): Promise<number> {
  return execute(
    `UPDATE migration_partition AS settlement SET done = false
     WHERE run_id = $1::text::uuid AND EXISTS (
       SELECT 1 FROM migration_partition AS retry WHERE retry.run_id = settlement.run_id AND NOT retry.done
         AND retry.key_type = '${RETRY}' AND settlement.stage = '${settlementOf('')}' || retry.stage)`,
    runId,
  );
}

async function openRetries(query: Query, runId: string, epoch: number): Promise<RetriedStage[]> {
  const rows = await query(
    `SELECT stage, sum(CASE epoch WHEN $2 THEN cardinality(keys) ELSE 0 END) FROM migration_partition
     WHERE run_id = $1::uuid AND key_type = '${RETRY}' AND NOT done AND position(':' IN stage) = 0 GROUP BY stage`,
    [runId, epoch],
  );
  return rows.map(([stage, documents]) => ({ stage: stage!, documents: Number(documents) }));
}

/** What has become of documents that were tried again. */
export interface RetryOutcome {
  readonly stage: string;
  /** Why they are in quarantine still, `moved`, or `departed` from the source. */
  readonly outcome: string;
  readonly documents: number;
}

/**
 * What a run has made of the documents that it tried again.
 * @param since the epoch before the retry that is meant, of a run that tries its own; null for one that only retries
 */
export async function retryOutcomes(
  query: Query,
  plan: Plan,
  runId: string,
  since: number | null,
): Promise<RetryOutcome[]> {
  const rows = await query(
    `WITH tried AS (
       SELECT DISTINCT stage, unnest(keys) AS key FROM migration_partition
       WHERE run_id = $1::text::uuid AND position(':' IN stage) = 0
         AND CASE WHEN $2::int IS NULL THEN key_type = 'keys' ELSE key_type = '${RETRY}' AND epoch > $2::int END)
     SELECT tried.stage, coalesce(held.code, CASE WHEN map.prisma_id IS NULL THEN 'departed' ELSE 'moved' END) AS outcome,
       count(*)::text AS documents
     FROM tried JOIN json_each_text($3::json) AS collection ON collection.key = tried.stage
     LEFT JOIN migration_quarantine AS held ON held.run_id = $1::text::uuid AND held.stage = tried.stage
       AND ${indexed('held.legacy_key')} = ${indexed('tried.key')} AND held.state IN ${TO_MOVE}
     LEFT JOIN migration_id_map AS map
       ON map.collection = collection.value AND ${isRoot('map')} AND ${indexed('map.legacy_key')} = ${indexed('tried.key')}
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [runId, since, JSON.stringify(Object.fromEntries(plan.stages.map((stage) => [stage.name, stage.idCollection])))],
  );
  return rows.map(([stage, outcome, documents]) => ({
    ...{ stage: stage!, outcome: outcome!, documents: Number(documents) },
  }));
}
