import { PlanChanged, SourceMismatch, SourceUnavailable, TargetMismatch } from '../engine/errors.ts';
import { chosenStages, type RunOptions } from '../engine/preflight.ts';
import { changedTransforms, hasSideTables, type Run, readRun } from '../engine/run.ts';
import type { Plan } from '../engine/stage.ts';
import type { Target } from '../engine/target.ts';
import { describeTarget } from '../prisma/target.ts';
import type { ActivityDependencies } from './dependencies.ts';
import type { RunRef } from './segment.ts';

/** What a step needs less of than others. */
export interface Demands {
  /** It works with any plan: it takes rows out, ends the run, or asks for the plan's change itself. */
  readonly anyPlan?: boolean;
  /** It reads nothing of the source and has to work while that is away: the end of a run above all. */
  readonly sourceMayBeAway?: boolean;
}

/** The run that a step works for, and where. */
export interface OpenRun {
  readonly row: Run;
  readonly target: Target;
}

/**
 * The gate of every step that is given a run, before its first statement: this worker's target holds the run, its source
 * is the run's, and so is its plan. A worker of another configuration may take a step up all the same, when workers of
 * both poll one Temporal.
 * @throws TargetMismatch when this worker's target does not hold the run
 * @throws SourceMismatch when this worker reads another source than the run's
 * @throws PlanChanged when this worker has other transforms than the run
 */
export async function openRun(deps: ActivityDependencies, run: RunRef, demands: Demands = {}): Promise<OpenRun> {
  const target = deps.target(run.schema);
  const row = (await hasSideTables(target.query)) ? await readRun(target.query, run.runId) : null;
  if (row === null) throw notHeld(deps, run);
  await requireSource(deps, row, demands.sourceMayBeAway === true);
  if (demands.anyPlan !== true) refuseChangedPlan(row, deps.plan);
  return { row, target };
}

function notHeld({ databaseUrl }: ActivityDependencies, { runId, schema }: RunRef): TargetMismatch {
  const where = schema === null ? '' : `, schema ${schema}`;
  return new TargetMismatch(
    `This worker writes ${describeTarget(databaseUrl)}${where}, which holds no run ${runId}: set DATABASE_URL of the worker to the run's target.`,
  );
}

async function requireSource(deps: ActivityDependencies, row: Run, mayBeAway: boolean): Promise<void> {
  try {
    const source = await deps.source();
    if ((await source.fingerprint()) === row.sourceFingerprint) return;
    throw new SourceMismatch(
      `This worker reads ${source.label}, but the run was started on ${row.sourceLabel}: set SOURCE_URI (or MONGODB_URI) of the worker.`,
    );
  } catch (error) {
    if (!(mayBeAway && error instanceof SourceUnavailable)) throw error;
  }
}

function refuseChangedPlan(run: Run, plan: Plan): void {
  const stages = chosenStages(plan, run.options as unknown as RunOptions);
  const changed = changedTransforms(run, plan).filter((stage) => stages.includes(stage));
  if (changed.length === 0) return;
  throw new PlanChanged(
    `This worker's transforms of ${changed.join(', ')} are not those that the run was begun with. Go on with workers of the old build and send resume, or send acceptPlanChange: what the old transforms have written is then rolled back and written anew.`,
  );
}
