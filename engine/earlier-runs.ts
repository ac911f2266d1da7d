import { isRoot } from './indexed-key.ts';
import { unhurried } from './long-read.ts';
import type { Query, Stage } from './stage.ts';
import type { Target } from './target.ts';

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

/** Earlier runs had come to this stage, and hold nothing of it any more: what follows on them must not rely on it. */
export async function forgetStageOfEarlierRuns(query: Query, stage: string, runId: string): Promise<void> {
  await query(
    `UPDATE migration_run SET updated_at = now(), stages = stages || jsonb_build_object($1::text, jsonb_build_object('state', 'pending'))
     WHERE id <> $2::uuid AND stages ? $1`,
    [stage, runId],
  );
}
