import type { Stage } from '../plan/stage.ts';
import { relationOf } from '../plan/stage-tables.ts';
import { maintain } from '../target/long-read.ts';
import type { Target } from '../target/target.ts';

/**
 * Gives PostgreSQL statistics of what a stage has filled (manual, "Run ANALYZE Afterwards", 14.4.8). Its autovacuum may
 * have looked when only the first stages were there: with an ID map that has no sub-document yet, one search for some is
 * then planned as a scan of all of it. Tables that somebody else works on at the moment are left out, and so are those
 * of another owner.
 */
export async function analyzeStage(target: Target, stage: Stage): Promise<void> {
  const names = ['migration_id_map', ...stage.tables.map(({ table }) => relationOf(stage, table))];
  for (const name of names) await maintain(target, `ANALYZE (SKIP_LOCKED) ${name}`);
}
