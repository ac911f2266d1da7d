import { type ChangeCount, countChanges as count } from '../../engine/state/documents/changes.ts';
import { countQuarantined as countHeld } from '../../engine/state/documents/quarantine.ts';
import { type AppliedChanges, applyChanges as apply } from '../../engine/sync/apply/apply-changes.ts';
import { type Departures, manyDepartures } from '../../engine/sync/apply/departures.ts';
import { type Swept, sweepDeparting as sweep } from '../../engine/sync/apply/sweep.ts';
import { type VerifiedChanges, verifyChanges as verify } from '../../engine/sync/apply/verify-changes.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { openRun } from '../open-run.ts';
import type { RunRef } from '../run-ref.ts';
import { fenceOf, openStage, type SegmentRef } from './segment.ts';

/** One stretch of a pass over a stage's changes. */
export type ChangesRef = Omit<SegmentRef, 'partition' | 'skipExisting'>;

/** Brings changed documents of a stage to what the source holds now, for some seconds; ends at a batch boundary. */
export function applyChanges(deps: ActivityDependencies) {
  return (ref: ChangesRef): Promise<AppliedChanges> =>
    working(async (signal, beat) => {
      const context = await openStage(deps, ref);
      const limits = { batchSize: ref.batchSize, milliseconds: ref.seconds * 1000, signal };
      return apply(context, ref.run.runId, fenceOf(ref.run, ref.sequence), limits, (applied) => beat({ applied }));
    });
}

/** Deletes the rows of a stage that a pass has let go, for some seconds. */
export function sweepDeparting(deps: ActivityDependencies) {
  return (ref: ChangesRef): Promise<Swept> =>
    working(async (signal, beat) => {
      const context = await openStage(deps, ref);
      const limits = { batchSize: ref.batchSize, milliseconds: ref.seconds * 1000, signal };
      return sweep(context, ref.run.runId, fenceOf(ref.run, ref.sequence), limits, (rows) => beat({ rows }));
    });
}

/** What comparing has found: numbers, and nothing of a document. */
export type VerifiedAnswer = Omit<VerifiedChanges, 'differences'> & {
  readonly differences: number;
  /** Columns in which the first of them differ. */
  readonly where: readonly string[];
};

/** Compares the documents that a pass has applied with what the source holds, for some seconds. */
export function verifyChanges(deps: ActivityDependencies) {
  return (ref: ChangesRef): Promise<VerifiedAnswer> =>
    working(async (signal, beat) => {
      const context = await openStage(deps, ref);
      const limits = { batchSize: ref.batchSize, milliseconds: ref.seconds * 1000, signal };
      const fence = fenceOf(ref.run, ref.sequence);
      const { differences, ...told } = await verify(context, ref.run.runId, fence, limits, (n) =>
        beat({ verified: n }),
      );
      const where = [...new Set(differences.map((one) => one.where))].slice(0, 5);
      return { ...told, differences: differences.length, where };
    });
}

/** How many documents are in quarantine when the passes are over. */
export function countQuarantined(deps: ActivityDependencies) {
  return ({ run }: { readonly run: RunRef }): Promise<number> =>
    working(async () => {
      const { target } = await openRun(deps, run, { sourceMayBeAway: true });
      return countHeld(target.query, run.runId);
    });
}

/** Stages of which a pass would let many documents go. */
export function findDepartures(deps: ActivityDependencies) {
  return ({ run }: { readonly run: RunRef }): Promise<Departures[]> =>
    working(async (signal, beat) => {
      const { target } = await openRun(deps, run);
      const many: Departures[] = [];
      for (const { stage: name, found } of await count(target.query, run.runId)) {
        const { stage, source } = await openStage(deps, { run, stage: name });
        const told = await manyDepartures({ stage, source, query: target.query }, run.runId, found, () => {
          signal.throwIfAborted();
          beat({ stage: name });
        });
        if (told !== null) many.push(told);
      }
      return many;
    });
}

/** How many changes wait, by stage. */
export function countChanges(deps: ActivityDependencies) {
  return ({ run }: { readonly run: RunRef }): Promise<ChangeCount[]> =>
    working(async () => {
      const { target } = await openRun(deps, run, { sourceMayBeAway: true });
      return count(target.query, run.runId);
    });
}
