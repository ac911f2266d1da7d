import type { SegmentReport } from '../../activities/stage/segment.ts';
import type { StagePhase, StageProgress } from '../messages/definitions.ts';
import { newPace, notePace, type Pace } from './pace.ts';

/** Where one stage stands, as the run's state keeps it. */
export interface StageState {
  name: string;
  state: StagePhase;
  copied: SegmentReport[];
  settled: SegmentReport | null;
  verified: SegmentReport[];
  startedAt: number | null;
  endedAt: number | null;
  /** Where the rate is measured from: documents dealt with at a time, in milliseconds. */
  mark: { documents: number; at: number } | null;
  rate: number | null;
  /** Whether the copy looks for what an earlier run has moved: what its plan has said. */
  skipExisting?: boolean;
  /** The next comparison row by row begins over, since the last one has found differences. */
  anew?: boolean;
  /** How far it had come over time; missing before it began, and in what older builds carried over. */
  pace?: { copied?: Pace; verified?: Pace };
}

export function emptyStage(name: string): StageState {
  return {
    name,
    state: 'pending',
    copied: [],
    settled: null,
    verified: [],
    startedAt: null,
    endedAt: null,
    mark: null,
    rate: null,
  };
}

/** Documents that were read in all of these partitions. */
export function sum(partitions: readonly SegmentReport[]): number {
  return partitions.reduce((total, { counters }) => total + counters.read, 0);
}

/** Leaves a point in the course of a stage's copy or verification. @param now in milliseconds since 1970 */
export function noteStagePace(stage: StageState, kind: 'copied' | 'verified', now: number): void {
  stage.pace ??= {};
  const pace = stage.pace[kind];
  if (pace === undefined) stage.pace[kind] = newPace(sum(stage[kind]), now);
  else notePace(pace, sum(stage[kind]), now);
}

/** A partition has come further. The rate is measured over a second or more. */
export function advanceStage(
  stage: StageState,
  kind: 'copied' | 'verified',
  partition: number,
  to: SegmentReport,
  now: number,
): void {
  stage[kind][partition] = { ...to };
  const documents = sum(stage[kind]);
  noteStagePace(stage, kind, now);
  if (stage.mark === null || now - stage.mark.at < 1000) return;
  stage.rate = Math.round(((documents - stage.mark.documents) * 10_000) / (now - stage.mark.at)) / 10;
  stage.mark = { documents, at: now };
}

/** A stage's counters are those of its partitions and of its settlement together. */
export function progressOf(stage: StageState): StageProgress {
  const parts = stage.settled === null ? stage.copied : [...stage.copied, stage.settled];
  const add = (pick: (counters: SegmentReport['counters']) => number) =>
    parts.reduce((total, { counters }) => total + pick(counters), 0);
  const isUncounted = stage.copied.length === 0 && (stage.state === 'pending' || stage.state === 'copying');
  const total = isUncounted ? null : totalOf(stage.copied);
  const verified = sum(stage.verified);
  const dealtWith = stage.state === 'verifying' ? verified : sum(stage.copied);
  const left = total === null ? null : total - dealtWith;
  return {
    name: stage.name,
    state: stage.state,
    total,
    read: sum(stage.copied),
    written: add(({ written }) => written),
    quarantined: add(({ quarantined, contested }) => quarantined + contested),
    skipped: add(({ skipped }) => skipped),
    rows: add(({ rows }) => rows),
    findings: add(({ findings }) => Object.values(findings).reduce<number>((all, one) => all + (one ?? 0), 0)),
    verified,
    differences: stage.verified.reduce(
      (all, { counters }) => all + Object.values(counters.findings).reduce<number>((some, one) => some + (one ?? 0), 0),
      0,
    ),
    rate: stage.rate,
    etaSeconds: left === null || !stage.rate ? null : Math.max(0, Math.round(left / stage.rate)),
    position: stage.copied.findLast(({ position }) => position !== null)?.position ?? null,
    startedAt: stage.startedAt === null ? null : new Date(stage.startedAt).toISOString(),
    endedAt: stage.endedAt === null ? null : new Date(stage.endedAt).toISOString(),
  };
}

function totalOf(partitions: readonly SegmentReport[]): number {
  return partitions.reduce((all, { total, counters }) => all + Math.max(total, counters.read), 0);
}
