import { join } from 'node:path';
import { saveFact } from '../engine/report/facts.ts';
import { renderSample, sampleStage as sample } from '../engine/report/sample.ts';
import { writeAll } from '../engine/report/write-all.ts';
import { endRun as end, noteStage, type RunState } from '../engine/run.ts';
import { dropScratchSchema } from '../engine/scratch-schema.ts';
import { verifyTotals as totals } from '../engine/verify-totals.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { working } from './failures.ts';
import { keepRecord, type RunRecord } from './run-record.ts';
import { openStage, type RunRef, type StageRef } from './segment.ts';

/** Random pairs that the sample comparison of a stage shows. */
const SAMPLES = 3;

/** How many of a stage's totals were compared, and how many do not agree. */
export interface TotalsAnswer {
  readonly compared: number;
  readonly disagree: readonly string[];
}

/** Counts and sums of a stage by each database's own engine. */
export function verifyTotals(deps: ActivityDependencies) {
  return (ref: StageRef & { readonly limited: boolean }): Promise<TotalsAnswer> =>
    working(async (signal) => {
      const context = await openStage(deps, ref);
      const result = await totals(context, ref.run.runId, ref.stage, { limited: ref.limited, signal });
      await saveFact(context.target, ref.run.runId, ['totals', ref.stage], result);
      const disagree = result
        .filter(({ agree }) => !agree)
        .map(({ what, path, table }) => `${what} of ${path || table}`);
      return { compared: result.length, disagree };
    });
}

/** Draws the stage's sample comparison, keeps it (masked) for the report, and shows it where the worker's console is. */
export function sampleStage(deps: ActivityDependencies) {
  return (ref: StageRef): Promise<void> =>
    working(async () => {
      const context = await openStage(deps, ref);
      const samples = await sample(context, ref.run.runId, { count: SAMPLES });
      await saveFact(context.target, ref.run.runId, ['samples', ref.stage], samples);
      await noteStage(context.target.query, ref.run.runId, ref.stage, 'complete');
      deps.announce(renderSample(context.stage, samples));
    });
}

/** Writes the report files of a run on this worker's host, and answers their folder. */
export function writeReports(deps: ActivityDependencies) {
  return (ref: { readonly run: RunRef; readonly dryRun: boolean; readonly record?: RunRecord }): Promise<string> =>
    working(async (signal) => {
      const target = deps.target(ref.run.schema);
      if (ref.record !== undefined) await keepRecord(deps, ref.run, ref.record);
      const { reportsFolder, plan } = deps;
      await writeAll(target, plan, ref.run.runId, { reportsFolder, dryRun: ref.dryRun, signal });
      return join(reportsFolder, ref.run.runId);
    });
}

/** Ends the run and lets go of the target, with the record of its course if it has not been kept; a dry run's schema is dropped. */
export function endRun(deps: ActivityDependencies) {
  return (ref: { readonly run: RunRef; readonly state: RunState; readonly record?: RunRecord }): Promise<void> =>
    working(async () => {
      const { schema, runId } = ref.run;
      if (schema === null && ref.record !== undefined) await keepRecord(deps, ref.run, ref.record);
      if (schema === null) return end(deps.target(null).query, runId, ref.state);
      await deps.closeTarget(schema);
      return dropScratchSchema(deps.target(null).query, schema);
    });
}
