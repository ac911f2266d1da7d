import { createMigration } from '../../engine/migration/create-migration.ts';
import { type Course, type MigratedStage, migrate } from '../../engine/migration/migrate.ts';
import { newSteps } from '../../engine/migration/step.ts';
import type { Plan } from '../../engine/plan/stage.ts';
import type { Source } from '../../engine/source/source.ts';
import type { Target } from '../../engine/target/target.ts';
import { RUN_ID } from '../ground.ts';

/** Moves every stage by the engine alone, its partitions beside each other; compares nothing unless told. */
export function fillByEngine(
  { plan, source, target }: { readonly plan: Plan; readonly source: Source; readonly target: Target },
  { batchSize, compares = 'nothing' }: Pick<Course, 'batchSize' | 'compares'>,
): Promise<Record<string, MigratedStage>> {
  const migration = createMigration({ plan, target, source: async () => source });
  const stages = plan.stages.map(({ name }) => name);
  const course = { stages, parallelism: Number.POSITIVE_INFINITY, compares, ...(batchSize && { batchSize }) };
  return migrate(migration, newSteps({ runId: RUN_ID, epoch: 1 }), course);
}
