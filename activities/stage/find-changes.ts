import { allCompared } from '../../engine/messages/worker/log.ts';
import type { FeedKind } from '../../engine/source/feed/change-feed.ts';
import { openChangeFeed } from '../../engine/source/feed/open-change-feed.ts';
import { markFeed as mark } from '../../engine/sync/find/feed-position.ts';
import { feedWarning } from '../../engine/sync/find/feed-warning.ts';
import { findChanges as find, type How } from '../../engine/sync/find/find-changes.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { openRun } from '../open-run.ts';
import type { RunRef } from '../run-ref.ts';
import { fenceOf, openStage, type StageRef, writerOf } from './segment.ts';

/** A stretch of the search for a stage's changes. */
export interface FindChangesRef extends StageRef {
  readonly how: How;
  /** Counts up over all calls of the run's epoch; with Temporal's attempt it makes the fence. */
  readonly sequence: number;
  readonly seconds: number;
}

/** How far the search has come, in documents since its start. */
export interface FindChangesAnswer {
  /** Noted in `migration_change`; a document that is found twice counts twice. */
  readonly found: number;
  /** The search is over: the next call begins another. */
  readonly done: boolean;
  /** Looked at in the source. */
  readonly examined: number;
}

/** Searches for documents that were inserted, changed or deleted since they were moved, for some seconds. */
export function findChanges(deps: ActivityDependencies) {
  return (ref: FindChangesRef): Promise<FindChangesAnswer> =>
    working(async (signal, beat) => {
      const { stage, source, target } = await openStage(deps, ref);
      const feed = await openChangeFeed(source, deps.changeFeed);
      const fence = fenceOf(ref.run, ref.sequence);
      const limits = { milliseconds: ref.seconds * 1000, signal };
      const context = { stage, source, target, feed };
      const progress = await find(context, ref.run.runId, fence, ref.how, limits, (examined) => beat({ examined }));
      const { found, done, examined, lost } = progress;
      if (done && lost !== null) deps.log.warn({ stage: stage.name }, allCompared({ why: lost }).text);
      return { found, done, examined };
    });
}

/** What was marked, and what an operator should know of it. */
export interface FeedMark {
  readonly kind: FeedKind;
  /** The feed may forget changes before the copy is over; null when it does not. */
  readonly warning: string | null;
}

/** Notes, before these stages are copied, where the feed of changes stands; what is noted already stays. */
export function markFeed(deps: ActivityDependencies) {
  return ({ run, stages: names }: { readonly run: RunRef; readonly stages: readonly string[] }): Promise<FeedMark> =>
    working(async () => {
      const { target } = await openRun(deps, run);
      const opened = [];
      for (const stage of names) opened.push(await openStage(deps, { run, stage }));
      const [source, stages] = [await deps.source(), opened.map(({ stage }) => stage)];
      const feed = await openChangeFeed(source, deps.changeFeed);
      await mark(target, writerOf(run), stages, feed);
      const warning = (await feedWarning(feed, source, stages))?.text ?? null;
      if (warning !== null) deps.log.warn({ run: run.runId }, warning);
      return { kind: feed.kind, warning };
    });
}
