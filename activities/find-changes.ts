import { findChanges as find, type How } from '../engine/changes/find-changes.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { working } from './failures.ts';
import { openStage, type StageRef } from './segment.ts';

/** A stretch of the search for a stage's changes. */
export interface FindChangesRef extends StageRef {
  readonly how: How;
  readonly sequence: number;
  readonly seconds: number;
}

/** How far the search has come, in documents since its start. */
export interface FindChangesAnswer {
  readonly found: number;
  readonly done: boolean;
  readonly examined: number;
}

/** Searches for documents that were inserted, changed or deleted since they were moved. */
export function findChanges(deps: ActivityDependencies) {
  return (ref: FindChangesRef): Promise<FindChangesAnswer> =>
    working(async (signal, beat) => {
      const context = await openStage(deps, ref);
      const answer = await find(context, ref.run.runId, signal, (examined) => beat({ examined }));
      return { ...answer, done: true };
    });
}
