import type { KeySelection } from '../../source/source.ts';
import type { Query } from '../../target/query.ts';
import type { Target } from '../../target/target.ts';
import { insertPartitions, readCheckpoints } from './checkpoint.ts';
import { type Touch, type Writer, writeRun } from './run-writer.ts';

/** How a stage was planned, as the run's row keeps it beside the partitions themselves. */
export interface Planned {
  readonly partitions: number;
  /** Partitions of documents that are tried again. */
  readonly retries?: number;
  /** The source had no such collection. */
  readonly absent?: boolean;
}

/**
 * Writes a stage's partitions, and how many they are, in one transaction.
 * @param stage a stage, or its verification
 * @throws Fenced
 */
export async function savePlanned(
  target: Target,
  writer: Writer,
  stage: string,
  partitions: readonly PlannedPartition[],
  absent = false,
): Promise<void> {
  await target.transaction(async (execute) => {
    await notePlanned(execute, writer, stage, { partitions: partitions.length, ...(absent && { absent }) });
    await insertPartitions(execute, writer.runId, stage, partitions);
  });
}

/** Retries that were planned before stay. */
function notePlanned(touch: Touch, writer: Writer, stage: string, planned: Planned): Promise<void> {
  return writeRun(
    touch,
    writer,
    `planned.${stage}`,
    `planned = planned || jsonb_build_object($5::text, (coalesce(planned -> $5, '{}') - 'absent') || $6::text::jsonb)`,
    ...[stage, JSON.stringify(planned)],
  );
}

/**
 * How a stage was planned; null when it was not. A build that kept no numbers may have planned it since: then it is what
 * is there.
 */
export async function readPlanned(target: Target, runId: string, stage: string): Promise<Planned | null> {
  const kept = await keptPlan(target.query, runId, stage);
  if (kept?.partitions !== undefined) return kept as Planned;
  const there = (await readCheckpoints(target, runId, stage)).filter(({ isRetry }) => !isRetry);
  return there.length === 0 ? null : { partitions: there.length, ...kept };
}

async function keptPlan(query: Query, runId: string, stage: string): Promise<Partial<Planned> | null> {
  const [row] = await query('SELECT planned -> $2 FROM migration_run WHERE id = $1::uuid', [runId, stage]);
  return row?.[0] == null ? null : (JSON.parse(row[0]) as Partial<Planned>);
}

/** A partition before it has a row. */
export interface PlannedPartition {
  readonly selection: KeySelection;
  readonly total: number;
}
