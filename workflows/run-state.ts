import type { SegmentReport } from '../activities/segment.ts';
import type {
  AbortMessage,
  ApproveMessage,
  ParsedOptions,
  PauseMessage,
  Progress,
  RefusedMessage,
  RollbackMessage,
  RunPhase,
  StagePhase,
} from './messages.ts';
import { emptyStage, progressOf, type StageState, sum } from './stage-state.ts';

/** What the operator has asked for and the run has not carried out yet. */
export type Intent =
  | { readonly kind: 'go' }
  | { readonly kind: 'pause'; readonly reason: string }
  | { readonly kind: 'rollback'; readonly stage: string; readonly afterwards: 'rerun' | 'pause' }
  | { readonly kind: 'abort'; readonly rollback: boolean };

/** How the flow is cut into steps. It changes nothing of what is moved, and is nothing that people are asked. */
export interface Tuning {
  /** How long a segment runs: one workflow step costs about a tenth of a second, and queries see no heartbeats. */
  readonly segmentSeconds: number;
  /** An execution's history stays below 2,000 events; what is under way adds some more after this many. */
  readonly historyEvents: number;
}

export const TUNING: Tuning = { segmentSeconds: 10, historyEvents: 1_500 };

/** Everything of a run that outlives an execution: carried over continue-as-new as it is. */
export interface Snapshot {
  phase: RunPhase;
  reason: string | null;
  runId: string | null;
  schema: string | null;
  epoch: number;
  sequence: number;
  options: ParsedOptions;
  stages: StageState[];
  intent: Intent;
  gate: string | null;
  approved: string[];
  accepted: string[];
  refused: RefusedMessage[];
  reports: string | null;
  batchSize: number | null;
  parallelism: number | null;
  /** The last steps have begun: no message changes the outcome any more. */
  ending: boolean;
  tuning: Tuning;
}

/** Refused messages that are shown; older ones are forgotten. */
const REFUSED_KEPT = 20;

/**
 * The state of a run and what every message does to it: pure, without Temporal, so that each rule can be tested alone.
 * A message that makes no sense answers the reason and changes nothing.
 */
export class RunState {
  readonly #state: Snapshot;

  constructor(from: Snapshot) {
    this.#state = from;
  }

  static begin(options: ParsedOptions): RunState {
    return new RunState({
      phase: 'starting',
      reason: null,
      runId: null,
      schema: null,
      epoch: 0,
      sequence: 0,
      options,
      stages: [],
      intent: { kind: 'go' },
      gate: null,
      approved: [],
      accepted: [],
      refused: [],
      reports: null,
      batchSize: null,
      parallelism: null,
      ending: false,
      tuning: TUNING,
    });
  }

  get snapshot(): Readonly<Snapshot> {
    return this.#state;
  }

  get intent(): Intent {
    return this.#state.intent;
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
      if (intent.kind === 'pause') this.#state.intent = { kind: 'go' };
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
    const { intent, stages } = this.#state;
    const asked = typeof message === 'string' ? { stage: message } : message;
    if (this.#over !== null) return this.#over;
    if (intent.kind === 'abort') return 'the run is being aborted';
    if (intent.kind === 'rollback') return `the run is rolling back to ${intent.stage} already`;
    const stage = stages.find(({ name }) => name === asked?.stage);
    if (stage === undefined) return `there is no stage ${JSON.stringify(asked?.stage) ?? 'named'} in this run`;
    const afterwards = asked?.then ?? 'rerun';
    if (afterwards !== 'rerun' && afterwards !== 'pause') return 'then is "rerun" or "pause"';
    if (stage.state === 'pending') return `stage ${stage.name} has not been reached: there is nothing to roll back`;
    this.#state.intent = {
      kind: 'rollback',
      stage: stage.name,
      afterwards: intent.kind === 'pause' ? 'pause' : afterwards,
    };
    return null;
  }

  /** An abort whose rollback is blocked can be followed by one without. */
  abort(message: AbortMessage | null | undefined): string | null {
    const { phase, intent } = this.#state;
    const rollback = message?.rollback ?? false;
    if (this.#over !== null) return this.#over;
    if (typeof rollback !== 'boolean') return 'abort takes {"rollback": true} or {"rollback": false}';
    const givesUp = intent.kind === 'abort' && intent.rollback && !rollback && phase === 'blocked';
    if (intent.kind === 'abort' && !givesUp) return 'the run is being aborted already';
    this.#state.intent = { kind: 'abort', rollback };
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

  refuse(message: string, reason: string, at: number): void {
    this.#state.refused.push({ message, reason, at: new Date(at).toISOString() });
    this.#state.refused.splice(0, Math.max(0, this.#state.refused.length - REFUSED_KEPT));
  }

  // -- the flow ------------------------------------------------------------------------------------------------------

  begun(run: { runId: string; schema: string | null; epoch: number }, stages: readonly string[]): void {
    Object.assign(this.#state, run);
    this.#state.stages = stages.map((name) => emptyStage(name));
    if (this.#state.phase === 'starting') this.#state.phase = 'running';
  }

  enter(phase: RunPhase, reason: string | null = null): void {
    this.#state.phase = phase;
    this.#state.reason = reason;
  }

  /** Shown as running only when nothing holds it back. */
  goOn(): void {
    if (this.#state.intent.kind === 'go') this.enter('running');
  }

  get allComplete(): boolean {
    return this.#state.stages.every(({ state }) => state === 'complete');
  }

  /** From here on the run only ends. */
  endNow(): void {
    this.#state.ending = true;
  }

  block(reason: string, gate: string | null = null): void {
    this.enter('blocked', reason);
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
    stage.state = state;
    stage.mark = null;
    stage.rate = null;
    stage.startedAt ??= now;
    if (state === 'complete') stage.endedAt = now;
  }

  planned(name: string, kind: 'copied' | 'verified', partitions: readonly SegmentReport[], now: number): void {
    this.stage(name)[kind] = partitions.map((partition) => ({ ...partition }));
    this.stage(name).mark = { documents: sum(partitions), at: now };
  }

  advanced(name: string, kind: 'copied' | 'verified', partition: number, to: SegmentReport, now: number): void {
    const stage = this.stage(name);
    stage[kind][partition] = { ...to };
    const documents = sum(stage[kind]);
    if (stage.mark !== null && now - stage.mark.at >= 1000) {
      stage.rate = Math.round(((documents - stage.mark.documents) * 10_000) / (now - stage.mark.at)) / 10;
      stage.mark = { documents, at: now };
    }
  }

  settled(name: string, report: SegmentReport): void {
    this.stage(name).settled = { ...report };
  }

  /** What the operator asked for has been carried out. */
  rolledBack(epoch: number, from: string): void {
    const { intent, stages } = this.#state;
    this.#state.epoch = epoch;
    const first = stages.findIndex(({ name }) => name === from);
    for (const [index, stage] of stages.entries()) if (index >= first) stages[index] = emptyStage(stage.name);
    this.#state.accepted = this.#state.accepted.filter(
      (name) => stages.findIndex((stage) => stage.name === name) < first,
    );
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

  progress(now: number): Progress {
    const { phase, reason, runId, options, stages, gate, refused, reports } = this.#state;
    return {
      runId,
      state: phase,
      reason,
      dryRun: options.dryRun,
      limit: options.limit,
      options,
      stages: stages.map(progressOf),
      gate,
      refused,
      reports,
      asOf: new Date(now).toISOString(),
    };
  }
}
