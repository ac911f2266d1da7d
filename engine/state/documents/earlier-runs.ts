import type { Stage } from '../../plan/stage.ts';
import { isRoot } from '../../target/indexed-key.ts';
import { unhurried } from '../../target/long-read.ts';
import type { Execute, Target } from '../../target/target.ts';
import { holdRun, type Writer } from '../run/run-writer.ts';

/** SQL: of the run that a parameter names, or of any where that is null. */
export const writtenBy = (parameter: string) => `(${parameter}::uuid IS NULL OR run_id = ${parameter}::uuid)`;

/** Root documents of a stage that other runs have moved, and this one has found there. */
export async function countOfEarlierRuns(target: Target, stage: Stage, runId: string): Promise<number> {
  const [row] = await unhurried(target)(
    `SELECT count(*) FROM migration_id_map WHERE collection = $1 AND ${isRoot()} AND run_id <> $2::uuid`,
    [stage.idCollection, runId],
  );
  return Number(row![0]);
}

/**
 * Earlier runs had come to this stage, and hold nothing of it any more: what follows on them must not rely on it.
 * @throws Fenced for a late attempt, which would say so of what a later run has moved
 */
export function forgetStageOfEarlierRuns(target: Target, writer: Writer, stage: string): Promise<void> {
  return target.transaction(async (execute) => {
    await holdRun(execute, writer, `earlier.${stage}`);
    await forgetStage(execute, stage, writer.runId);
  });
}

async function forgetStage(execute: Execute, stage: string, runId: string): Promise<void> {
  await execute(
    `UPDATE migration_run SET written_at = now(), stages = stages || jsonb_build_object($1::text, jsonb_build_object('state', 'pending'))
     WHERE id <> $2::text::uuid AND stages ? $1`,
    stage,
    runId,
  );
}
