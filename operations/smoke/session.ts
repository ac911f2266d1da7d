import { MigrationError, SourceMismatch } from '../../engine/common/errors.ts';
import { nothingToTest, testedOtherSource } from '../../engine/messages/operations/smoke.ts';
import type { Plan } from '../../engine/plan/stage.ts';
import type { Source } from '../../engine/source/source.ts';
import type { Run } from '../../engine/state/run/run.ts';
import { isSelective } from '../../engine/state/run/run-options.ts';
import { isRoot } from '../../engine/target/indexed-key.ts';
import type { Query } from '../../engine/target/query.ts';
import type { Target } from '../../engine/target/target.ts';
import type { SmokeFacts } from '../../engine/verdict/smoke-record.ts';
import type { SmokeTest } from './define.ts';
import { dumpModels } from './legacy/dump-models.ts';
import type { ModelName } from './legacy/models.ts';
import { mongooseModels } from './legacy/mongoose-models.ts';
import { loadSmokeTests } from './load-file.ts';
import { questions } from './questions/index.ts';
import { runSmokeTests, type SmokeOptions } from './run.ts';

/** The databases that a run's smoke tests are put to. */
export interface SmokeDatabases {
  readonly plan: Plan;
  readonly source: Source;
  /** Mongoose connects to it by itself. Never logged. */
  readonly sourceUri: string;
  readonly target: Target;
}

/** The shipped questions, and those of a user's own file. @throws ConfigurationError */
export async function allQuestions(file: string | null): Promise<readonly SmokeTest[]> {
  if (file === null) return questions;
  const shipped = questions.map(({ name }) => name);
  return [...questions, ...(await loadSmokeTests(file, shipped))];
}

/**
 * Puts questions to a run's source and target.
 * @throws SourceMismatch when the run was read from another source; SourceUnavailable; MigrationError naming a question
 *   that throws
 */
export async function smokeTest(
  { plan, source, sourceUri, target }: SmokeDatabases,
  run: Run,
  tests: readonly SmokeTest[],
  options: SmokeOptions,
): Promise<SmokeFacts> {
  if ((await source.fingerprint()) !== run.sourceFingerprint) {
    throw new SourceMismatch(testedOtherSource({ wanted: run.sourceLabel, own: source.label }));
  }
  const models = source.kind === 'dump' ? dumpModels(source) : mongooseModels(sourceUri, source.label);
  try {
    const limited = isSelective(run.options);
    const moved = await movedModels(target.query, plan, run);
    return await runSmokeTests({ source, target, models, limited, moved }, tests, options);
  } finally {
    await models.close();
  }
}

/** The run's own stages, even where they moved nothing, and those of which earlier runs have left something. */
async function movedModels(query: Query, plan: Plan, run: Run): Promise<ModelName[]> {
  const rows = await query(
    `SELECT name FROM unnest($1::text[]) AS name
     WHERE EXISTS (SELECT 1 FROM migration_id_map WHERE collection = name AND ${isRoot()})`,
    [plan.stages.map(({ idCollection }) => idCollection)],
  );
  const { stages } = run.options;
  const own = plan.stages.filter(({ name }) => stages?.includes(name) ?? true);
  return [...new Set([...own.map(({ name }) => name), ...rows.map(([name]) => name!)])] as ModelName[];
}

/** The run that smoke tests are about: the last whole one that is complete, else the newest. @throws MigrationError */
export function runToTest(runs: readonly Run[]): Run {
  const complete = runs.filter(({ state, options }) => state === 'complete' && !options.retry);
  const run = complete[0] ?? runs[0];
  if (run === undefined) throw new MigrationError(nothingToTest());
  return run;
}
