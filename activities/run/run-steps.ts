import { join } from 'node:path';
import { Fenced } from '../../engine/common/errors.ts';
import { totalDisagrees } from '../../engine/messages/engine/verdict.ts';
import type { Message } from '../../engine/messages/message.ts';
import type { Conclusion } from '../../engine/migration/step.ts';
import type { Plan } from '../../engine/plan/stage.ts';
import { stageNamed } from '../../engine/plan/stage-named.ts';
import { renderSample } from '../../engine/report/sample/sample.ts';
import { type EndState, endRun as end, isEnded, releaseLease } from '../../engine/run/end-run.ts';
import { dropScratchSchema, listScratchSchemas } from '../../engine/run/scratch-schema.ts';
import type { Verdict } from '../../engine/state/run/verdict.ts';
import { brokenReferences } from '../../engine/verify/references/verify-references.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { type OpenRun, openMigration, openRow, openRun, requirePlace } from '../open-run.ts';
import type { RunRef } from '../run-ref.ts';
import { type StageRef, stepOf } from '../stage/segment.ts';
import { keepRecord, type RunRecord } from './run-record.ts';

export type { Conclusion, Verdict };

/** How many totals and references of a stage were compared, and what of them does not agree. */
export interface TotalsAnswer {
  readonly compared: number;
  readonly disagree: readonly Message[];
}

/** A stage whose totals are compared. */
export type TotalsRef = StageRef & {
  /** The run moves selected documents only. */
  readonly limited: boolean;
  /** Its references were followed while the platform worked. */
  readonly followed?: boolean;
  /** References of all documents are followed, even of a run that moves selected ones. */
  readonly allReferences?: boolean;
};

/** Counts, sums and extremes of a stage by each database's own engine, and its references by the ID map. */
export function verifyTotals(deps: ActivityDependencies) {
  return ({ followed, ...ref }: TotalsRef): Promise<TotalsAnswer> =>
    working(async (signal) => {
      const migration = await openMigration(deps, ref.run);
      const how = { ...ref, wasFollowed: followed === true };
      const { totals, references } = await migration.verifyTotals(stepOf(ref, signal), ref.stage, how);
      const disagree = totals
        .filter(({ agree }) => !agree)
        .map(({ what, path, table }) => totalDisagrees({ what, path: path || table }));
      return { compared: totals.length + references.length, disagree: [...disagree, ...brokenReferences(references)] };
    });
}

/**
 * The references of a stage while its source is written to: by the ID map, and to the source but for what was written to.
 * @param ref.isLast nothing is written any more: all of them are followed, and that stands
 */
export function followReferences(deps: ActivityDependencies) {
  return (ref: StageRef & { readonly isLast?: boolean }): Promise<TotalsAnswer> =>
    working(async (signal) => {
      const migration = await openMigration(deps, ref.run);
      const references = await migration.followReferences(stepOf(ref, signal), ref.stage, ref);
      return { compared: references.length, disagree: brokenReferences(references) };
    });
}

/**
 * The end of a stage: draws its sample comparison, keeps it (masked) for the report, and shows it where the worker's
 * console is. Of a stage that is `live` the sample waits for the end, since it would show what is no difference.
 */
export function sampleStage(deps: ActivityDependencies) {
  return (ref: StageRef & { readonly live?: boolean }): Promise<void> =>
    working(async (signal) => {
      const migration = await openMigration(deps, ref.run);
      const samples = await migration.sample(stepOf(ref, signal), ref.stage, ref);
      if (samples !== null) deps.announce(renderSample(stageNamed(deps.plan, ref.stage), samples));
    });
}

/** Writes the report files of a run on this worker's host, and answers their folder. */
export function writeReports(deps: ActivityDependencies) {
  return (ref: { readonly run: RunRef; readonly dryRun: boolean; readonly record?: RunRecord }): Promise<string> =>
    working(async (signal) => {
      const migration = await openMigration(deps, ref.run, { sourceMayBeAway: true });
      if (ref.record !== undefined) await keepRecord(deps, ref.run, ref.record);
      await migration.report(stepOf(ref, signal), deps.reportsFolder, ref);
      return join(deps.reportsFolder, ref.run.runId);
    });
}

/** What a run is judged with beside the database. */
export interface ConcludeRef {
  readonly run: RunRef;
  /** Absent collections that somebody has confirmed by name. */
  readonly confirmed: readonly string[];
  /** Nothing is ended yet. */
  readonly asksOnly: boolean;
}

/**
 * Ends the run as complete by the verdict of the database, or answers everything that keeps it from being so. The target
 * stays the run's until `endRun`: its reports are still to be written.
 */
export function concludeRun(deps: ActivityDependencies) {
  return (ref: ConcludeRef): Promise<Conclusion> =>
    working(async (signal) => {
      const migration = await openMigration(deps, ref.run, { sourceMayBeAway: true });
      return migration.conclude(stepOf(ref, signal), ref);
    });
}

/**
 * Ends the run and lets go of the target, with the record of its course if it has not been kept; a dry run's schema is
 * dropped. Repeated, it finds that it has been done, whoever has opened the run again since.
 */
export function endRun(deps: ActivityDependencies) {
  return (ref: EndRef): Promise<void> =>
    working(async () => {
      const { schema } = ref.run;
      if (schema === null) return endOwn(deps, ref);
      const { query } = deps.target(null);
      // An earlier attempt has dropped it.
      if (!(await listScratchSchemas(query)).includes(schema)) return requirePlace(deps, ref.run.place);
      const opened = await openRun(deps, ref.run, demandsOf(ref));
      // Nobody will look at the verdict of a schema that is dropped before its time.
      if (ref.state === 'complete') await endOrRelease(deps.plan, opened, ref);
      await deps.closeTarget(schema);
      return dropScratchSchema(query, schema);
    });
}

interface EndRef {
  readonly run: RunRef;
  readonly state: EndState;
  readonly record?: RunRecord;
}

/** What was left undone by another plan, or while the source is away, has to come to its end, too. */
const demandsOf = ({ state }: EndRef) => ({ anyPlan: state !== 'complete', sourceMayBeAway: true });

/** Source and plan of a run that somebody has opened again are not this workflow's any more: they come second. */
async function endOwn(deps: ActivityDependencies, ref: EndRef): Promise<void> {
  const { run, state, record } = ref;
  const { row, target } = await openRow(deps, run);
  const isDone = () => isEnded(target.query, run, state);
  let epoch: number | null = row.verdict === null ? null : row.epoch;
  if (!(await isDone())) {
    const opened = await openRun(deps, run, demandsOf(ref));
    epoch = await endOrRelease(deps.plan, opened, ref).catch(async (error: unknown) => {
      if (error instanceof Fenced && (await isDone())) return null;
      throw error;
    });
  }
  if (record !== undefined && epoch !== null) await keepRecord(deps, { ...run, epoch }, record);
}

/** A run that has its verdict only lets go of the target. @returns the run's epoch @throws VerdictRefused, Fenced */
async function endOrRelease(plan: Plan, { row, target }: OpenRun, { run, state }: EndRef): Promise<number> {
  if (row.verdict === null || row.epoch !== run.epoch) return (await end(target, plan, run, state)).epoch;
  await releaseLease(target, row);
  return row.epoch;
}
