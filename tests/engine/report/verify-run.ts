import { createMigration } from '../../../engine/migration/create-migration.ts';
import { migrate } from '../../../engine/migration/migrate.ts';
import { stepsOf } from '../../../engine/migration/step.ts';
import { plan } from '../../../stages/plan.ts';
import type { MovedPlatform } from '../moved-platform.ts';

/** More steps than moving has taken. */
const MOVED = 1_000;

/** What a run does to all stages after their copy, and keeps for the report: what is copied already stays so. */
export async function verifyRun({ source, target }: MovedPlatform, runId: string): Promise<void> {
  const migration = createMigration({ plan, target, source: async () => source });
  await migrate(migration, stepsOf({ runId, epoch: 1 }, MOVED), { stages: plan.stages.map(({ name }) => name) });
}
