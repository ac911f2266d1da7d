import { createMigration } from '../../../engine/migration/create-migration.ts';
import { migrate } from '../../../engine/migration/migrate.ts';
import { newSteps } from '../../../engine/migration/step.ts';
import { plan } from '../../../stages/plan.ts';
import type { MovedPlatform } from '../moved-platform.ts';

/** More steps than moving takes, or comparing once more. */
const STEPS = 1_000;
let times = 0;

/** What a run does to all stages after their copy, and keeps for the report: what is copied already stays so. */
export async function verifyRun({ source, target }: MovedPlatform, runId: string): Promise<void> {
  times += 1;
  const migration = createMigration({ plan, target, source: async () => source });
  await migrate(migration, newSteps({ runId, epoch: 1 }, times * STEPS), {
    stages: plan.stages.map(({ name }) => name),
  });
}
