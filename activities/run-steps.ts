import { join } from 'node:path';
import { readFact, saveFact } from '../engine/report/facts.ts';
import { renderSample, sampleStage as sample } from '../engine/report/sample.ts';
import { writeAll } from '../engine/report/write-all.ts';
import { endRun as end, noteStage, type RunState } from '../engine/run.ts';
import { dropScratchSchema, listScratchSchemas } from '../engine/scratch-schema.ts';
import { together } from '../engine/together.ts';
import { brokenReferences, isFollowed, type ReferenceCheck, verifyReferences } from '../engine/verify-references.ts';
import { verifyTotals as totals } from '../engine/verify-totals.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { working } from './failures.ts';
import { openRun, requirePlace } from './open-run.ts';
import { keepRecord, type RunRecord } from './run-record.ts';
import { openStage, type RunRef, type StageRef } from './segment.ts';

/** Random pairs that the sample comparison of a stage shows. */
const SAMPLES = 3;

/** How many totals and references of a stage were compared, and what of them does not agree. */
export interface TotalsAnswer {
  readonly compared: number;
  readonly disagree: readonly string[];
}

/** A stage whose totals are compared. */
export type TotalsRef = StageRef & {
  /** The run moves selected documents only. */
  readonly limited: boolean;
  /** Its references were followed while the platform worked. */
  readonly followed?: boolean;
};

/** Counts, sums and extremes of a stage by each database's own engine, and its references by the ID map. */
export function verifyTotals(deps: ActivityDependencies) {
  return ({ run, stage, limited, followed = false }: TotalsRef): Promise<TotalsAnswer> =>
    working(async (signal) => {
      const context = await openStage(deps, { run, stage });
      const before = followed
        ? await readFact<ReferenceCheck[]>(context.target.query, run.runId, [FOLLOWED, stage])
        : null;
      const [result, references] = await together(
        totals(context, run.runId, stage, { limited, signal }),
        verifyReferences(context, run.runId, stage, { limited, signal, ...(before && { followed: before }) }),
      );
      await saveFact(context.target, run.runId, ['totals', stage], result);
      await saveFact(context.target, run.runId, ['references', stage], references);
      const disagree = result
        .filter(({ agree }) => !agree)
        .map(({ what, path, table }) => `${what} of ${path || table}`);
      return { compared: result.length + references.length, disagree: [...disagree, ...brokenReferences(references)] };
    });
}

/** Fact under which it is kept what following a stage's references has found while the platform worked. */
const FOLLOWED = 'followed';

/** The references of a stage while its source is written to: by the ID map, and to the source but for what was written to. */
export function followReferences(deps: ActivityDependencies) {
  return ({ run, stage }: StageRef): Promise<TotalsAnswer> =>
    working(async (signal) => {
      const context = await openStage(deps, { run, stage });
      const how = { limited: false, live: true, signal };
      const references = await verifyReferences(context, run.runId, stage, how);
      await saveFact(context.target, run.runId, [FOLLOWED, stage], references.filter(isFollowed));
      return { compared: references.length, disagree: brokenReferences(references) };
    });
}

/**
 * The end of a stage: draws its sample comparison, keeps it (masked) for the report, and shows it where the worker's
 * console is. Of a stage that is `live` the sample waits for the end, since it would show what is no difference.
 */
export function sampleStage(deps: ActivityDependencies) {
  return (ref: StageRef & { readonly live?: boolean }): Promise<void> =>
    working(async () => {
      const context = await openStage(deps, ref);
      if (ref.live) return noteStage(context.target.query, ref.run.runId, ref.stage, 'complete');
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
      const { target } = await openRun(deps, ref.run, { sourceMayBeAway: true });
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
      const { query } = deps.target(null);
      // An earlier attempt has dropped it.
      if (schema !== null && !(await listScratchSchemas(query)).includes(schema)) {
        return requirePlace(deps, ref.run.place);
      }
      // What was left undone by another plan, or while the source is away, has to come to its end, too.
      await openRun(deps, ref.run, { anyPlan: ref.state !== 'complete', sourceMayBeAway: true });
      if (schema === null) {
        if (ref.record !== undefined) await keepRecord(deps, ref.run, ref.record);
        return end(query, runId, ref.state);
      }
      await deps.closeTarget(schema);
      return dropScratchSchema(query, schema);
    });
}
