import type { RunRecord } from '../activities/run-record.ts';
import type { SegmentReport } from '../activities/segment.ts';
import type {
  AbortMessage,
  ApproveMessage,
  ParsedOptions,
  PauseMessage,
  Progress,
  RollbackMessage,
  RollbackProgress,
  RunPhase,
  StagePhase,
} from './messages.ts';
import { newPace, notePace } from './pace.ts';
import { type Intent, newSnapshot, PLAN_CHANGED, ROWS_CHANGED, type Snapshot } from './snapshot.ts';
import { emptyStage, progressOf, type StageState, sum } from './stage-state.ts';
import { detailOf, newTimeline, noteEntry, noteStagePhase, type Timeline } from './timeline.ts';

/** Refused messages that are shown; older ones are forgotten. */
const REFUSED_KEPT = 20;

/**
 * The state of a run and what every message does to it: pure, without Temporal, so that each rule can be tested alone.
 * A message that makes no sense answers the reason and changes nothing.
 */
export class RunState {
  readonly #state: Snapshot;
  readonly #timeline: Timeline;
  readonly #now: () => number;

  /** @param now the time in milliseconds; a workflow's own clock says the same on every replay */
  constructor(from: Snapshot, now: () => number = Date.now) {
    this.#state = from;
    from.timeline ??= newTimeline();
    this.#timeline = from.timeline;
    this.#now = now;
    const isNew = from.phase === 'starting' && from.timeline.entries.length === 0;
    if (isNew) noteEntry(this.#timeline, now(), { kind: 'phase', name: 'starting' });
  }

  static begin(options: ParsedOptions, now?: () => number): RunState {
    return new RunState(newSnapshot(options), now);
  }

  get snapshot(): Readonly<Snapshot> {
    return this.#state;
  }

  get intent(): Intent {
    return this.#state.intent;
  }

  /** A rollback has found rows that others changed, has deleted nothing yet, and waits for a word. */
  get #objected(): boolean {
    return this.#state.phase === 'blocked' && this.#state.blockedBy === ROWS_CHANGED;
  }

  /** Why no message can change the run any more; null while one can. */
  get #over(): string | null {
    const { phase, ending } = this.#state;
    if (['complete', 'aborted', 'failed'].includes(phase)) return `the run is ${phase}`;
    return ending ? 'the run is complete but for its last step' : null;
  }

  // -- messages ------------------------------------------------------------------------------------------------------

  pause(message: PauseMessage | null | undefined): string | null {
    const { phase, intent } = this.#state;
    if (this.#over !== null) return this.#over;
    if (intent.kind === 'abort') return 'the run is being aborted';
    if (intent.kind === 'rollback') {
      if (intent.afterwards === 'pause') return 'the run will pause after the rollback already';
      this.#state.intent = { ...intent, afterwards: 'pause' };
      return null;
    }
    if (intent.kind === 'acceptPlan') return 'the run is taking over the changed plan';
    if (intent.kind === 'pause') return 'the run is paused or pausing already';
    const reason = typeof message?.reason === 'string' ? message.reason : 'paused by the operator';
    this.#state.intent = { kind: 'pause', reason };
    // A blocked run stands still anyhow, and what blocks it stays the thing to know.
    if (phase === 'running' || phase === 'starting') this.enter('pausing', reason);
    return null;
  }

  resume(): string | null {
    const { phase, intent, gate } = this.#state;
    if (phase === 'blocked' && gate === null) {
      if (intent.kind === 'pause' || this.#objected) this.#state.intent = { kind: 'go' };
      this.#go();
      return null;
    }
    if (this.#over !== null) return this.#over;
    if (intent.kind === 'abort') return 'the run is being aborted';
    if (intent.kind === 'rollback') {
      if (intent.afterwards === 'rerun') return 'the run is rolling back and will go on by itself';
      this.#state.intent = { ...intent, afterwards: 'rerun' };
      return null;
    }
    if (intent.kind === 'pause') {
      this.#state.intent = { kind: 'go' };
      if (phase !== 'blocked') this.#go();
      return null;
    }
    return gate === null ? 'the run is neither paused nor blocked' : `gate ${gate} waits for approve`;
  }

  #go(): void {
    this.enter(this.#state.runId === null ? 'starting' : 'running');
  }

  rollbackToStage(message: RollbackMessage | null | undefined): string | null {
    const { intent, stages, reached } = this.#state;
    const asked = typeof message === 'string' ? { stage: message } : message;
    if (this.#over !== null) return this.#over;
    if (intent.kind === 'abort') return 'the run is being aborted';
    if (intent.kind === 'acceptPlan') return 'the run is taking over the changed plan';
    if (intent.kind === 'rollback' && !this.#objected) return `the run is rolling back to ${intent.stage} already`;
    const stage = stages.find(({ name }) => name === asked?.stage);
    if (stage === undefined) return `there is no stage ${JSON.stringify(asked?.stage) ?? 'named'} in this run`;
    const { then: afterwards = 'rerun', force = false } = asked ?? {};
    if (afterwards !== 'rerun' && afterwards !== 'pause') return 'then is "rerun" or "pause"';
    if (typeof force !== 'boolean') return 'force is true or false';
    if (stage.state === 'pending' && !reached.includes(stage.name)) {
      return `stage ${stage.name} has not been reached: there is nothing to roll back`;
    }
    const staysPaused = intent.kind === 'pause' || (intent.kind === 'rollback' && intent.afterwards === 'pause');
    this.#state.intent = {
      kind: 'rollback',
      stage: stage.name,
      afterwards: staysPaused ? 'pause' : afterwards,
      force,
      acceptsPlan: intent.kind === 'rollback' && intent.acceptsPlan && intent.stage === stage.name,
    };
    return null;
  }

  /** An abort whose rollback is blocked can be followed by one without, or by one that is forced. */
  abort(message: AbortMessage | null | undefined): string | null {
    const { phase, intent } = this.#state;
    const { rollback = false, force = false } = message ?? {};
    if (this.#over !== null) return this.#over;
    if (typeof rollback !== 'boolean') return 'abort takes {"rollback": true} or {"rollback": false}';
    if (typeof force !== 'boolean') return 'force is true or false';
    const givesUp = intent.kind === 'abort' && intent.rollback && !rollback && phase === 'blocked';
    const insists = intent.kind === 'abort' && rollback && this.#objected;
    if (intent.kind === 'abort' && !givesUp && !insists) return 'the run is being aborted already';
    this.#state.intent = { kind: 'abort', rollback, force };
    return null;
  }

  /** Another transform than the run was begun with: what it had written is rolled back and written anew. */
  acceptPlanChange(): string | null {
    const { phase, blockedBy } = this.#state;
    if (this.#over !== null) return this.#over;
    if (phase !== 'blocked' || blockedBy !== PLAN_CHANGED) return 'the run is not blocked by a changed plan';
    this.#state.intent = { kind: 'acceptPlan' };
    return null;
  }

  approve(message: ApproveMessage | string | null | undefined): string | null {
    const gate = typeof message === 'string' ? message : message?.gate;
    const gates = ['start', ...this.#state.stages.map(({ name }) => name), 'complete'];
    if (this.#over !== null) return this.#over;
    if (typeof gate !== 'string' || gate === '') return 'approve names a gate';
    // Before preflight has answered, the stages are not known yet.
    if (this.#state.stages.length > 0 && !gates.includes(gate)) return `there is no gate ${gate}`;
    if (this.#state.approved.includes(gate)) return `gate ${gate} is approved already`;
    this.#state.approved.push(gate);
    return null;
  }

  setBatchSize(size: number): string | null {
    if (this.#over !== null) return this.#over;
    if (!Number.isInteger(size) || size < 1 || size > 10_000) return 'a batch holds 1 to 10000 documents';
    this.#state.batchSize = size;
    return null;
  }

  setParallelism(parallelism: number): string | null {
    if (this.#over !== null) return this.#over;
    if (!Number.isInteger(parallelism) || parallelism < 1 || parallelism > 64) return 'parallelism is 1 to 64';
    this.#state.parallelism = parallelism;
    return null;
  }

  /** Does what a message asks for, and notes it before all that comes of it. @returns why it was refused, or null */
  hear(way: 'signal' | 'update', name: string, held: unknown, act: () => string | null): string | null {
    const entry = noteEntry(this.#timeline, this.#now(), { kind: 'message', name, way, detail: detailOf(held) });
    entry.refused = act();
    return entry.refused;
  }

  refuse(message: string, reason: string, at: number): void {
    this.#state.refused.push({ message, reason, at: new Date(at).toISOString() });
    this.#state.refused.splice(0, Math.max(0, this.#state.refused.length - REFUSED_KEPT));
  }

  // -- the flow ------------------------------------------------------------------------------------------------------

  /** @param reached stages of which the target holds something already */
  begun(
    run: { runId: string; schema: string | null; epoch: number },
    stages: readonly string[],
    reached: readonly string[] = [],
  ): void {
    Object.assign(this.#state, run);
    this.#state.reached = [...reached];
    this.#state.stages = stages.map((name) => emptyStage(name));
    if (this.#state.phase === 'starting') this.enter('running');
  }

  enter(phase: RunPhase, reason: string | null = null): void {
    if (phase !== this.#state.phase) {
      noteEntry(this.#timeline, this.#now(), { kind: 'phase', name: phase, detail: reason });
      this.#notePaces();
    }
    this.#state.phase = phase;
    this.#state.reason = reason;
    this.#state.blockedBy = null;
  }

  /** Shown as running only when nothing holds it back. */
  goOn(): void {
    if (this.#state.intent.kind === 'go') this.#go();
  }

  get allComplete(): boolean {
    return this.#state.stages.every(({ state }) => state === 'complete');
  }

  /** From here on the run only ends. */
  endNow(): void {
    this.#state.ending = true;
  }

  block(reason: string, by: string | null = null): void {
    this.enter('blocked', reason);
    this.#state.gate = null;
    this.#state.blockedBy = by;
  }

  blockAtGate(gate: string): void {
    this.block(`Gate ${gate} waits for an approval: send approve with {"gate": "${gate}"}.`);
    this.#state.gate = gate;
  }

  passGate(): void {
    this.#state.gate = null;
    this.goOn();
  }

  isApproved(gate: string): boolean {
    return this.#state.approved.includes(gate);
  }

  /** The operator has resumed in spite of this stage's quarantine. */
  accept(stage: string): void {
    this.#state.accepted.push(stage);
  }

  isAccepted(stage: string): boolean {
    return this.#state.accepted.includes(stage);
  }

  nextSequence(): number {
    this.#state.sequence += 1;
    return this.#state.sequence;
  }

  enterStage(name: string, state: StagePhase, now: number): void {
    const stage = this.stage(name);
    noteStagePhase(this.#timeline, now, name, state);
    stage.state = state;
    stage.mark = null;
    stage.rate = null;
    stage.startedAt ??= now;
    if (state === 'complete') stage.endedAt = now;
  }

  planned(name: string, kind: 'copied' | 'verified', partitions: readonly SegmentReport[], now: number): void {
    this.stage(name)[kind] = partitions.map((partition) => ({ ...partition }));
    this.stage(name).mark = { documents: sum(partitions), at: now };
    this.#notePace(this.stage(name), kind, now);
  }

  #notePace(stage: StageState, kind: 'copied' | 'verified', now: number): void {
    stage.pace ??= {};
    const pace = stage.pace[kind];
    if (pace === undefined) stage.pace[kind] = newPace(sum(stage[kind]), now);
    else notePace(pace, sum(stage[kind]), now);
  }

  /** Standing still and going on leave a point, so that no rate is averaged over a pause. */
  #notePaces(): void {
    for (const stage of this.#state.stages) {
      if (stage.state === 'copying' && stage.pace?.copied) this.#notePace(stage, 'copied', this.#now());
      if (stage.state === 'verifying' && stage.pace?.verified) this.#notePace(stage, 'verified', this.#now());
    }
  }

  advanced(name: string, kind: 'copied' | 'verified', partition: number, to: SegmentReport, now: number): void {
    const stage = this.stage(name);
    stage[kind][partition] = { ...to };
    const documents = sum(stage[kind]);
    this.#notePace(stage, kind, now);
    if (stage.mark !== null && now - stage.mark.at >= 1000) {
      stage.rate = Math.round(((documents - stage.mark.documents) * 10_000) / (now - stage.mark.at)) / 10;
      stage.mark = { documents, at: now };
    }
  }

  settled(name: string, report: SegmentReport): void {
    this.stage(name).settled = { ...report };
  }

  /** What a rollback would delete has been looked at, and may go: it is not looked at again. */
  surveyed(): void {
    const { intent } = this.#state;
    if (intent.kind === 'rollback' || intent.kind === 'abort') this.#state.intent = { ...intent, force: true };
  }

  /** Accepting a plan comes down to a rollback, or (null) to nothing at all. */
  acceptsBy(stage: string | null): void {
    if (this.#state.intent.kind !== 'acceptPlan') return;
    this.#state.intent =
      stage === null
        ? { kind: 'go' }
        : { kind: 'rollback', stage, afterwards: 'rerun', force: false, acceptsPlan: true };
  }

  deleting(progress: RollbackProgress | null): void {
    this.#state.rollback = progress;
  }

  /** What the operator asked for has been carried out. */
  rolledBack(epoch: number, from: string): void {
    const { intent, stages } = this.#state;
    this.#state.epoch = epoch;
    this.#state.rollback = null;
    const first = stages.findIndex(({ name }) => name === from);
    for (const [index, stage] of stages.entries()) if (index >= first) stages[index] = emptyStage(stage.name);
    const stands = (name: string) => stages.findIndex((stage) => stage.name === name) < first;
    this.#state.accepted = this.#state.accepted.filter(stands);
    this.#state.reached = this.#state.reached.filter(stands);
    // An abort that came meanwhile stands.
    if (intent.kind !== 'rollback') return;
    const reason = `paused after the rollback to ${from}`;
    const pauses = intent.afterwards === 'pause';
    this.#state.intent = pauses ? { kind: 'pause', reason } : { kind: 'go' };
    this.enter(pauses ? 'pausing' : 'running', pauses ? reason : null);
  }

  reported(folder: string): void {
    this.#state.reports = folder;
  }

  stage(name: string): StageState {
    const stage = this.#state.stages.find((one) => one.name === name);
    if (stage === undefined) throw new RangeError(`no stage ${name}`);
    return stage;
  }

  /** What a report tells of the run's course. */
  get record(): RunRecord {
    const pace = this.#state.stages.flatMap(({ name, pace: paces }) =>
      (['copied', 'verified'] as const).flatMap((kind) => {
        const one = paces?.[kind];
        if (one === undefined) return [];
        return [{ stage: name, kind, startedAt: new Date(one.startedAt).toISOString(), points: one.points }];
      }),
    );
    return { pace, timeline: this.#timeline.entries, forgotten: this.#timeline.forgotten };
  }

  progress(now: number): Progress {
    const { phase, reason, runId, options, stages, gate, rollback, refused, reports } = this.#state;
    return {
      runId,
      state: phase,
      reason,
      dryRun: options.dryRun,
      limit: options.limit,
      options,
      stages: stages.map(progressOf),
      gate,
      rollback,
      refused,
      reports,
      asOf: new Date(now).toISOString(),
    };
  }
}
