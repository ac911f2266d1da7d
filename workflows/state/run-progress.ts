import type { RunRecord } from '../../activities/run/run-record.ts';
import type { CatchUpProgress, Progress, Waiting } from '../messages/definitions.ts';
import { downtimeProgress, downtimeRecord, type MaintenanceState } from './maintenance-state.ts';
import type { CatchUpState, Snapshot } from './snapshot.ts';
import { progressOf } from './stage-state.ts';
import type { Timeline } from './timeline.ts';

/** The answer of the query `progress`. @param now in milliseconds since 1970 */
export function progressOfRun(state: Snapshot, maintenance: MaintenanceState, now: number): Progress {
  const { phase, reason, runId, options, stages, gate, rollback, catchUp, retries, refused, reports, identity } = state;
  return {
    runId,
    state: phase,
    reason,
    dryRun: options.dryRun,
    limit: options.limit,
    options,
    ...(identity && { identity }),
    ...waitingOf(state),
    stages: stages.map(progressOf),
    gate,
    rollback,
    ...(catchUp && { catchUp: passOf(catchUp) }),
    retries,
    refused,
    downtime: downtimeProgress(maintenance, options, now),
    reports,
    ...(state.verdict && { verdict: state.verdict }),
    asOf: new Date(now).toISOString(),
  };
}

function waitingOf({ waiting, identity, options }: Snapshot): { waiting?: Waiting } {
  const wanted = identity ?? options.identity;
  if (waiting === undefined || !wanted) return {};
  return { waiting: { since: waiting.since, source: wanted.source, target: wanted.target } };
}

function passOf({ how: _, stagesDone: __, isFound: ___, ...told }: CatchUpState): CatchUpProgress {
  return told;
}

/** What a report tells of the run's course. */
export function recordOf({ stages, options }: Snapshot, maintenance: MaintenanceState, timeline: Timeline): RunRecord {
  const pace = stages.flatMap(({ name, pace: paces }) =>
    (['copied', 'verified'] as const).flatMap((kind) => {
      const one = paces?.[kind];
      if (one === undefined) return [];
      return [{ stage: name, kind, startedAt: new Date(one.startedAt).toISOString(), points: one.points }];
    }),
  );
  const downtime = downtimeRecord(maintenance, options);
  return { pace, timeline: timeline.entries, forgotten: timeline.forgotten, downtime };
}
