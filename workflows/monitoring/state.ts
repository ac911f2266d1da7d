import type { Begun } from '../../activities/monitor/begun.ts';
import type { Course, Missed, MonitorPhase, StageStanding } from '../../activities/monitor/course.ts';
import type { CheckedRound, ComparedRound, Found } from '../../activities/monitor/rounds.ts';
import type { Message } from '../../engine/messages/message.ts';
import {
  isRestoring,
  monitoringIsNotPaused,
  monitoringIsOver,
  monitoringIsPaused,
  nothingToAcknowledge,
  restored,
  targetIsRestored,
  tooManyRounds,
} from '../../engine/messages/workflows/monitor.ts';
import type { MonitorProgress } from './messages.ts';
import { isBounded } from './options.ts';
import { failingChecks, MOST_RECHECKED, shownProblem, takeProblems, tell, unreachable } from './problems.ts';
import { type Due, lastRound, newSchedule, nextRound, withEvery } from './schedule.ts';
import { type MonitorSnapshot, type OpenProblem, placeOf } from './snapshot.ts';
import { offerOf } from './words.ts';

/** Damage of the target, which a restore undoes; the others it does not. */
const MENDED_ELSEWHERE = ['check', 'unreachable', 'restoreFailed', 'sourceChanged'];
/** Refused messages that are kept. */
const MOST_REFUSED = 100;

/** What a monitoring knows and what messages do to it. Pure: times are given. A message answers why it is refused, or null. */
export class MonitorState {
  readonly snapshot: MonitorSnapshot;

  constructor(snapshot: MonitorSnapshot) {
    this.snapshot = snapshot;
  }

  get isEnded(): boolean {
    return ['complete', 'stopped', 'rolledBack', 'failed'].includes(this.snapshot.phase);
  }

  /** The schedule begins now: what was done until here may have taken long. */
  begin(begun: Begun, now: number): void {
    const { snapshot } = this;
    const { minuteMs } = snapshot.tuning;
    snapshot.begun = begun;
    snapshot.schedule = newSchedule(now, snapshot.options.every * minuteMs, snapshot.options.hours * 60 * minuteMs);
    this.settle();
  }

  /** The next round; null when there is none any more. */
  next(now: number): Due | null {
    return nextRound(this.snapshot.schedule, this.snapshot.done, now);
  }

  /** Notes rounds that will not take place any more. */
  miss({ from, round }: Due, because: Missed['because']): void {
    if (from < round) this.snapshot.missed.push({ from, to: round - 1, because });
    this.snapshot.done = round - 1;
  }

  /** Root rows to be looked at again, of a stage. */
  recheckOf(stage: string): string[] {
    const own = this.snapshot.problems.filter((problem) => problem.stage === stage);
    return [...new Set(own.flatMap(({ recheck }) => recheck))].slice(0, MOST_RECHECKED);
  }

  /** Whether the documents behind wrong sums of a stage are still to be looked for. */
  isUnlocated(stage: string): boolean {
    return !this.snapshot.problems.some((problem) => problem.stage === stage && problem.kind === 'sum');
  }

  /** Takes what a round has found. @param compared the sentence why nothing could be compared, when nothing could */
  take(due: Due, startedAt: number, compared: ComparedRound | string, checked: CheckedRound | string, now: number) {
    const { snapshot } = this;
    snapshot.done = due.round;
    const stages = typeof compared === 'string' ? [] : compared.stages;
    if (typeof compared !== 'string') snapshot.stages = stages.map(({ found: _, ...standing }) => standing);
    const failing = failingChecks(snapshot, checked);
    const found: Found[] = [
      ...stages.flatMap((one) => one.found),
      ...failing,
      ...(typeof compared === 'string' ? [unreachable('comparison', compared)] : []),
      ...(typeof checked === 'string' ? [unreachable('checks', checked)] : []),
    ];
    const isAsked = (problem: OpenProblem) =>
      problem.kind === 'check'
        ? typeof checked !== 'string'
        : problem.kind === 'unreachable' || typeof compared !== 'string';
    takeProblems(snapshot, found, isAsked, due.round, now);
    const sum = (of: (one: StageStanding) => number) => stages.reduce((total, one) => total + of(one), 0);
    snapshot.rounds.push({
      round: due.round,
      at: new Date(startedAt).toISOString(),
      seconds: Math.round((now - startedAt) / 100) / 10,
      compared: typeof compared === 'string' ? null : sum((one) => one.compared),
      written: sum((one) => one.written),
      changed: sum((one) => one.changed),
      deleted: sum((one) => one.deleted),
      added: sum((one) => one.added),
      damages: sum((one) => one.damages),
      failedChecks: typeof checked === 'string' ? 0 : checked.checks.filter(({ problem }) => problem !== null).length,
    });
    if (typeof compared !== 'string') this.count();
    this.settle();
  }

  /** Rounds in a row with damage of the target that nobody has acknowledged. */
  private count(): void {
    const isDamaged = this.snapshot.problems.some(
      ({ kind, acknowledged }) => !acknowledged && !MENDED_ELSEWHERE.includes(kind),
    );
    this.snapshot.damagedInARow = isDamaged ? this.snapshot.damagedInARow + 1 : 0;
  }

  /** The phase that follows from what is open. */
  private settle(): void {
    const { snapshot } = this;
    const waiting = snapshot.problems.filter(({ acknowledged }) => !acknowledged);
    snapshot.phase = snapshot.isPaused ? 'paused' : waiting.length > 0 ? 'alerting' : 'watching';
    snapshot.reason = waiting.length > 0 ? offerOf(snapshot) : null;
  }

  /** The backup that is to be brought back now, by the policy; null when none is. */
  get restoreFrom(): string | null {
    const { policy } = this.snapshot.options;
    return policy.rollback === 'run' && this.snapshot.damagedInARow >= policy.after ? policy.backup : null;
  }

  restoring(backup: string): void {
    this.snapshot.phase = 'restoring';
    this.snapshot.reason = isRestoring({ backup }).text;
  }

  restored(backup: string, replaced: string, now: number): void {
    const says = restored({ backup, replaced }).text;
    const one: Found = {
      ...{ kind: 'restored', stage: null, where: 'restore', count: 1, documents: [], recheck: [], says },
    };
    const { done } = this.snapshot;
    tell(
      this.snapshot,
      'new',
      { ...one, since: new Date(now).toISOString(), round: done, acknowledged: false, toldAt: now },
      done,
      now,
    );
    this.end('rolledBack', `${says}.`);
  }

  /** The restore was refused, or has failed: the target is as it was. */
  notRestored(reason: string, now: number): void {
    const one: Found = {
      ...{ kind: 'restoreFailed', stage: null, where: 'restore', count: 1, documents: [], recheck: [], says: reason },
    };
    this.snapshot.problems = this.snapshot.problems.filter(({ kind }) => kind !== 'restoreFailed');
    const { done } = this.snapshot;
    const problem = { ...one, since: new Date(now).toISOString(), round: done, acknowledged: false, toldAt: now };
    this.snapshot.problems.push(tell(this.snapshot, 'new', problem, done, now));
    this.settle();
  }

  /** Takes the alerts that were sent from the outbox. @param left what an older build's monitoring sends again */
  delivered(left: readonly number[]): void {
    const { outbox, options } = this.snapshot;
    this.snapshot.outbox = options.repeat === undefined ? [] : outbox.filter(({ id }) => left.includes(id));
  }

  end(phase: MonitorPhase, reason: string | null): void {
    this.snapshot.phase = phase;
    this.snapshot.reason = reason;
  }

  acknowledge(): Message | null {
    const { snapshot } = this;
    if (this.isEnded) return monitoringIsOver();
    if (snapshot.problems.every(({ acknowledged }) => acknowledged)) return nothingToAcknowledge();
    snapshot.problems = snapshot.problems.map((problem) => ({ ...problem, acknowledged: true }));
    snapshot.damagedInARow = 0;
    if (snapshot.phase !== 'restoring') this.settle();
    return null;
  }

  stop(): Message | null {
    if (this.isEnded || this.snapshot.isStopped) return monitoringIsOver();
    if (this.snapshot.phase === 'restoring') return targetIsRestored();
    this.snapshot.isStopped = true;
    return null;
  }

  pause(): Message | null {
    if (this.isEnded || this.snapshot.isStopped) return monitoringIsOver();
    if (this.snapshot.phase === 'restoring') return targetIsRestored();
    if (this.snapshot.isPaused) return monitoringIsPaused();
    this.snapshot.isPaused = true;
    this.settle();
    return null;
  }

  resume(): Message | null {
    if (!this.snapshot.isPaused) return monitoringIsNotPaused();
    this.snapshot.isPaused = false;
    this.settle();
    return null;
  }

  /** @param minutes between the rounds from now on */
  setEvery(minutes: number): Message | null {
    const { snapshot } = this;
    if (this.isEnded || snapshot.isStopped) return monitoringIsOver();
    if (!isBounded(snapshot.options.hours, minutes)) return tooManyRounds();
    snapshot.options = { ...snapshot.options, every: minutes };
    snapshot.schedule = withEvery(snapshot.schedule, snapshot.done, minutes * snapshot.tuning.minuteMs);
    return null;
  }

  refuse(message: string, { text: reason }: Message, now: number): void {
    const line = { message, reason, at: new Date(now).toISOString() };
    this.snapshot.refused = [...this.snapshot.refused, line].slice(-MOST_REFUSED);
  }

  progress(now: number): MonitorProgress {
    const { snapshot } = this;
    const { schedule, begun, done } = snapshot;
    const next = this.isEnded || snapshot.isStopped ? null : this.next(now);
    return {
      state: snapshot.phase,
      reason: snapshot.reason,
      runId: begun?.runId ?? null,
      switchedAt: begun?.switchedAt ?? null,
      options: snapshot.options,
      round: done,
      lastRound: lastRound(schedule),
      nextAt: next === null ? null : new Date(next.at).toISOString(),
      endsAt: new Date(schedule.endsAt).toISOString(),
      stages: snapshot.stages,
      problems: snapshot.problems.map(shownProblem),
      missed: this.missedRounds,
      refused: snapshot.refused,
      reports: snapshot.reports,
      ...placeOf(snapshot),
      asOf: new Date(now).toISOString(),
    };
  }

  get missedRounds(): number {
    return this.snapshot.missed.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  }

  course(now: number): Course {
    const { phase, reason, options, schedule, startedAt, rounds, missed, alerts, stages, begun } = this.snapshot;
    const { problems } = this.progress(now);
    return {
      ...{ state: phase, reason, runId: begun!.runId, switchedAt: begun!.switchedAt, options, schedule },
      ...{ startedAt: new Date(startedAt).toISOString(), endedAt: new Date(now).toISOString() },
      ...{ rounds, missed, alerts, problems, stages },
    };
  }
}
