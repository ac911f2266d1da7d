import type { RunIdentity } from '../../activities/run/identity.ts';
import type { RunRecord } from '../../activities/run/run-record.ts';
import type { Conclusion } from '../../activities/run/run-steps.ts';
import type { RunRef } from '../../activities/run-ref.ts';
import type { RetriedStage } from '../../activities/stage/retry-step.ts';
import type { SegmentReport } from '../../activities/stage/segment.ts';
import type { Message } from '../../engine/messages/message.ts';
import { gateWaitsForApproval, gateWaitsForTask } from '../../engine/messages/workflows/blocked.ts';
import { pausedAfterPartialRollback, pausedAfterRollback } from '../../engine/messages/workflows/progress.ts';
import { noQuarantinedMatch } from '../../engine/messages/workflows/refusals.ts';
import type { ParsedOptions, Progress, RollbackProgress, RunPhase, StagePhase } from '../messages/definitions.ts';
import { staysOf } from './earlier-documents.ts';
import { forgetLastPass, notePhase } from './maintenance-state.ts';
import { MessageRules } from './message-rules.ts';
import { progressOfRun, recordOf } from './run-progress.ts';
import { BACKUP_GATE, type CatchUpState, newSnapshot, type UnderRollback } from './snapshot.ts';
import { advanceStage, emptyStage, noteStagePace, type StageState, sum } from './stage-state.ts';
import { noteStagePhase } from './timeline.ts';

type Ended = NonNullable<Conclusion['ended']>;

/** The state of a run: what messages do to it, and here what its flow does; pure, like them. */
export class RunState extends MessageRules {
  static begin(options: ParsedOptions, now?: () => number): RunState {
    return new RunState(newSnapshot(options), now);
  }

  /** Standing still and going on leave a point, so that no rate is averaged over a pause. */
  override enter(phase: RunPhase, reason: Message | string | null = null): void {
    if (phase !== this.state.phase) this.#notePaces();
    super.enter(phase, reason);
  }

  /**
   * @param reached stages of which the target holds something already
   * @param absent collections that the source does not have
   */
  begun(
    { runId, schema, epoch, target }: Pick<RunRef, 'runId' | 'schema' | 'epoch' | 'target'>,
    stages: readonly string[],
    reached: readonly string[] = [],
    identity?: RunIdentity,
    absent: readonly string[] = [],
  ): void {
    Object.assign(this.state, { runId, schema, epoch, ...(target && { target }), ...(identity && { identity }) });
    this.state.reached = [...reached];
    this.state.absent = [...absent];
    this.state.stages = stages.map((name) => emptyStage(name));
    // What is to be reconciled was migrated by an earlier workflow.
    if (this.state.options.reconcile) for (const stage of this.state.stages) stage.state = 'complete';
    if (this.state.phase === 'starting') this.enter('running');
  }

  /** Partitions, or stages, that are worked on at once. */
  get parallelism(): number {
    return this.state.parallelism ?? this.state.options.parallelism;
  }

  get allComplete(): boolean {
    return this.state.stages.every(({ state }) => state === 'complete');
  }

  /** From here on the run only ends. */
  endNow(): void {
    this.state.ending = true;
  }

  /** The verdict was refused: messages are heard again. */
  goesOn(): void {
    this.state.ending = false;
  }

  /** The database has ended the run. */
  concluded({ epoch, verdict }: Ended): void {
    this.state.epoch = epoch;
    this.state.verdict = verdict;
  }

  /** @param gate what has to be approved, where that is the way on */
  block(reason: Message, by: string | null = null, gate: string | null = null): void {
    this.enter('blocked', reason);
    this.state.gate = gate;
    this.state.blockedBy = by;
  }

  /** @param task what somebody has to do before approving; null for nothing but looking */
  blockAtGate(gate: string, task: Message | null = null): void {
    this.block(task === null ? gateWaitsForApproval({ gate }) : gateWaitsForTask({ gate, task }), null, gate);
  }

  /** A step waits for a worker of the run's source and target. */
  untaken(now: number): void {
    const { waiting } = this.state;
    const since = waiting?.since ?? new Date(now).toISOString();
    this.state.waiting = { since, steps: (waiting?.steps ?? 0) + 1 };
  }

  /** A worker is there: a step that was waited for is waited for no more. */
  taken(): void {
    const { waiting } = this.state;
    if (waiting === undefined) return;
    waiting.steps -= 1;
    if (waiting.steps <= 0) delete this.state.waiting;
  }

  passGate(): void {
    this.state.gate = null;
    this.goOn();
  }

  /** The gate waits again when the run comes to it once more. */
  forgetApproval(gate: string): void {
    this.state.approved = this.state.approved.filter((name) => name !== gate);
  }

  isApproved(gate: string): boolean {
    return this.state.approved.includes(gate);
  }

  /** The operator has resumed in spite of this stage's quarantine. */
  accept(stage: string): void {
    this.state.accepted.push(stage);
  }

  isAccepted(stage: string): boolean {
    return this.state.accepted.includes(stage);
  }

  /** Whether a step is behind the run, be it in an earlier execution. */
  hasPassed(step: string): boolean {
    return this.state.passed?.includes(step) ?? false;
  }

  pass(step: string): void {
    this.state.passed = [...(this.state.passed ?? []), step];
  }

  forgetPassed(step: string): void {
    this.state.passed = this.state.passed?.filter((name) => name !== step) ?? [];
  }

  /** A message sets the run back: whatever comes after the start is gone through once more. */
  setBack(): void {
    this.state.passed = this.state.passed?.filter((step) => AT_THE_START.includes(step)) ?? [];
    for (const stage of this.state.stages) delete stage.anew;
    delete this.maintenance.closingSince;
  }

  /** For an execution that an older build has begun: it remembered none of this. */
  forgetCarried(): void {
    this.setBack();
    delete this.state.passed;
    delete this.state.underRollback;
    delete this.state.catchUp?.isFound;
  }

  /** Takes over what an older build carried: a run that has begun a stage has its backup behind it. */
  takeOver(): void {
    const hasBegun = this.state.stages.some(({ state }) => state !== 'pending');
    this.state.passed ??= hasBegun ? [BACKUP_GATE] : [];
  }

  nextSequence(): number {
    this.state.sequence += 1;
    return this.state.sequence;
  }

  enterStage(name: string, state: StagePhase, now: number): void {
    const stage = this.stage(name);
    noteStagePhase(this.timeline, now, name, state);
    stage.state = state;
    if (state === 'copying') notePhase(this.maintenance, 'copying', now);
    if (state === 'verifying') notePhase(this.maintenance, 'verification', now);
    stage.mark = null;
    stage.rate = null;
    stage.startedAt ??= now;
    if (state === 'complete') stage.endedAt = now;
  }

  /** Source and target differ in rows of a stage: the next comparison begins over. */
  compareAnew(name: string): void {
    this.stage(name).anew = true;
    this.forgetPassed(COMPARISON(name));
  }

  /** A collection has gone since preflight looked. */
  isAbsent(collection: string): void {
    this.state.absent ??= [];
    if (!this.state.absent.includes(collection)) this.state.absent.push(collection);
  }

  planned(name: string, kind: 'copied' | 'verified', partitions: readonly SegmentReport[], now: number): void {
    this.stage(name)[kind] = partitions.map((partition) => ({ ...partition }));
    this.stage(name).mark = { documents: sum(partitions), at: now };
    noteStagePace(this.stage(name), kind, now);
  }

  #notePaces(): void {
    for (const stage of this.state.stages) {
      if (stage.state === 'copying' && stage.pace?.copied) noteStagePace(stage, 'copied', this.now());
      if (stage.state === 'verifying' && stage.pace?.verified) noteStagePace(stage, 'verified', this.now());
    }
  }

  advanced(name: string, kind: 'copied' | 'verified', partition: number, to: SegmentReport, now: number): void {
    advanceStage(this.stage(name), kind, partition, to, now);
  }

  settled(name: string, report: SegmentReport): void {
    this.stage(name).settled = { ...report };
  }

  /** What a rollback would delete has been looked at, and may go: it is not looked at again. */
  surveyed(): void {
    const { intent } = this.state;
    if (intent.kind === 'rollback' || intent.kind === 'abort') this.state.intent = { ...intent, force: true };
  }

  /** Accepting a plan comes down to a rollback, or (null) to nothing at all. */
  acceptsBy(stage: string | null): void {
    if (this.state.intent.kind !== 'acceptPlan') return;
    this.state.intent =
      stage === null
        ? { kind: 'go' }
        : { kind: 'rollback', stage, afterwards: 'rerun', force: false, acceptsPlan: true };
  }

  /** @param epoch raised for the rollback: whatever is written from here on belongs to it */
  beginRollback(to: string, epoch: number, includeEarlier: boolean): UnderRollback {
    this.state.epoch = epoch;
    this.state.underRollback = { to, epoch, emptied: [], includeEarlier, earlier: {} };
    return this.state.underRollback;
  }

  deleting(progress: RollbackProgress | null): void {
    this.state.rollback = progress;
  }

  /** What the operator asked for has been carried out. */
  rolledBack(from: string): void {
    const { intent, stages, underRollback } = this.state;
    const earlier = underRollback?.earlier ?? {};
    this.state.rollback = null;
    delete this.state.underRollback;
    // What a pass has found of stages that stay is found again.
    delete this.state.catchUp;
    forgetLastPass(this.maintenance);
    const first = stages.findIndex(({ name }) => name === from);
    for (const [index, stage] of stages.entries()) if (index >= first) stages[index] = emptyStage(stage.name);
    const stands = (name: string) => stages.findIndex((stage) => stage.name === name) < first;
    this.state.accepted = this.state.accepted.filter(stands);
    this.state.reached = this.state.reached.filter(stands);
    // An abort that came meanwhile stands.
    if (intent.kind !== 'rollback') return;
    const documents = staysOf(earlier);
    const reason =
      documents.length === 0
        ? pausedAfterRollback({ stage: from })
        : pausedAfterPartialRollback({ stage: from, documents });
    const pauses = intent.afterwards === 'pause';
    this.state.intent = pauses ? { kind: 'pause', reason } : { kind: 'go' };
    this.enter(pauses ? 'pausing' : 'running', pauses ? reason : null);
  }

  /** Stages whose quarantine is tried again are gone through once more, beginning with the first of them. */
  retrying(epoch: number, retried: readonly RetriedStage[], now: number): void {
    const { retries, reached } = this.state;
    this.state.epoch = epoch;
    retries.shift();
    if (retried.every(({ documents }) => documents === 0)) this.refuse('retryQuarantine', noQuarantinedMatch(), now);
    for (const { stage: name } of retried) {
      Object.assign(this.stage(name), { state: 'pending', endedAt: null });
      // It can be rolled back all the same.
      if (!reached.includes(name)) reached.push(name);
    }
  }

  /** The pass that is under way, or a new one. */
  enterPass(how: CatchUpState['how']): CatchUpState {
    const last = this.state.catchUp;
    if (last !== undefined && last.step !== 'done') return last;
    const counts = { found: 0, applied: 0, swept: 0, verified: 0, changedAgain: 0 };
    const before = last && { foundBefore: last.found };
    this.state.catchUp = { ...counts, ...before, pass: (last?.pass ?? 0) + 1, how, step: 'find', stagesDone: 0 };
    return this.state.catchUp;
  }

  backedUp(): void {
    this.state.isBackedUp = true;
  }

  reported(folder: string): void {
    this.state.reports = folder;
  }

  stage(name: string): StageState {
    const stage = this.state.stages.find((one) => one.name === name);
    if (stage === undefined) throw new RangeError(`no stage ${name}`);
    return stage;
  }

  /** What a report tells of the run's course. */
  get record(): RunRecord {
    return recordOf(this.state, this.maintenance, this.timeline);
  }

  progress(now: number): Progress {
    return progressOfRun(this.state, this.maintenance, now);
  }
}

/** Steps that a message does not set back. */
const AT_THE_START: readonly string[] = [BACKUP_GATE];

/** The step that plans a stage's comparison row by row. */
export const COMPARISON = (stage: string) => `${stage}:comparison`;
