import type { ThrottleLimits } from '../../activities/stage/segment.ts';
import type { AbortMessage, Retry, RollbackMessage, RunPhase } from '../messages/definitions.ts';
import { maintenanceOf } from '../messages/options.ts';
import { type MaintenanceState, newMaintenance } from './maintenance-state.ts';
import {
  BACKUP_GATE,
  type Intent,
  isConfirmation,
  PLAN_CHANGED,
  ROWS_CHANGED,
  SMOKE_GATE,
  type Snapshot,
} from './snapshot.ts';
import { progressOf } from './stage-state.ts';
import { detailOf, newTimeline, noteEntry, type Timeline } from './timeline.ts';

/** Refused messages that are shown; older ones are forgotten. */
const REFUSED_KEPT = 20;

/** What a reconciliation has written over was there before it. */
const NO_ROLLBACK =
  'a reconciliation cannot be rolled back: it has written over rows that an earlier run made; bring the target back with `mongo-to-prisma restore`, or abort without rollback and reconcile again';

/**
 * What every message does to a run: pure, without Temporal, so that each rule can be tested alone. A message that makes
 * no sense answers the reason and changes nothing.
 */
export class MessageRules {
  protected readonly state: Snapshot;
  protected readonly timeline: Timeline;
  readonly maintenance: MaintenanceState;
  protected readonly now: () => number;

  /** @param now the time in milliseconds; a workflow's own clock says the same on every replay */
  constructor(from: Snapshot, now: () => number = Date.now) {
    this.state = from;
    // A run that an older build began has none.
    this.state.retries ??= [];
    from.timeline ??= newTimeline();
    this.timeline = from.timeline;
    from.maintenance ??= newMaintenance();
    this.maintenance = from.maintenance;
    this.now = now;
    const isNew = from.phase === 'starting' && from.timeline.entries.length === 0;
    if (isNew) noteEntry(this.timeline, now(), { kind: 'phase', name: 'starting' });
  }

  get snapshot(): Readonly<Snapshot> {
    return this.state;
  }

  get intent(): Intent {
    return this.state.intent;
  }

  /** The operator wants something else than what is under way: it ends at its next boundary. */
  get isInterrupted(): boolean {
    return this.state.intent.kind !== 'go' || this.state.retries.length > 0;
  }

  /** The operator wants something that a blocked run can do, too. */
  get isOvertaken(): boolean {
    return this.isInterrupted && this.state.intent.kind !== 'pause';
  }

  get #reconciles(): boolean {
    return Boolean(this.state.options.reconcile);
  }

  /** A rollback has found rows that others changed, has deleted nothing yet, and waits for a word. */
  get #objected(): boolean {
    return this.state.phase === 'blocked' && this.state.blockedBy === ROWS_CHANGED;
  }

  /** Why no message can change the run any more; null while one can. */
  get #over(): string | null {
    const { phase, ending } = this.state;
    if (['complete', 'aborted', 'failed'].includes(phase)) return `the run is ${phase}`;
    return ending ? 'the run is complete but for its last step' : null;
  }

  pause(reason = 'paused by the operator'): string | null {
    const { phase, intent } = this.state;
    if (this.#over !== null) return this.#over;
    if (intent.kind === 'abort') return 'the run is being aborted';
    if (intent.kind === 'rollback') {
      if (intent.afterwards === 'pause') return 'the run will pause after the rollback already';
      this.state.intent = { ...intent, afterwards: 'pause' };
      return null;
    }
    if (intent.kind === 'acceptPlan') return 'the run is taking over the changed plan';
    if (intent.kind === 'pause') return 'the run is paused or pausing already';
    this.state.intent = { kind: 'pause', reason };
    // A blocked run stands still anyhow, and what blocks it stays the thing to know.
    if (phase === 'running' || phase === 'starting') this.enter('pausing', reason);
    return null;
  }

  resume(): string | null {
    const { phase, intent, gate } = this.state;
    if (phase === 'blocked' && gate === null) {
      if (intent.kind === 'pause' || this.#objected) this.state.intent = { kind: 'go' };
      this.#go();
      return null;
    }
    if (this.#over !== null) return this.#over;
    if (intent.kind === 'abort') return 'the run is being aborted';
    if (intent.kind === 'rollback') {
      if (intent.afterwards === 'rerun') return 'the run is rolling back and will go on by itself';
      this.state.intent = { ...intent, afterwards: 'rerun' };
      return null;
    }
    if (intent.kind === 'pause') {
      this.state.intent = { kind: 'go' };
      if (phase !== 'blocked') this.#go();
      return null;
    }
    return gate === null ? 'the run is neither paused nor blocked' : `gate ${gate} waits for approve`;
  }

  #go(): void {
    this.enter(this.state.runId === null ? 'starting' : 'running');
  }

  enter(phase: RunPhase, reason: string | null = null): void {
    if (phase !== this.state.phase)
      noteEntry(this.timeline, this.now(), { kind: 'phase', name: phase, detail: reason });
    this.state.phase = phase;
    this.state.reason = reason;
    this.state.blockedBy = null;
  }

  /** Shown as running only when nothing holds it back. */
  goOn(): void {
    if (this.state.intent.kind === 'go') this.#go();
  }

  rollbackToStage(asked: RollbackMessage): string | null {
    const { stage: name, then: afterwards = 'rerun', force = false, includeEarlier } = asked;
    const { intent, stages, reached } = this.state;
    if (this.#over !== null) return this.#over;
    if (this.#reconciles) return NO_ROLLBACK;
    if (intent.kind === 'abort') return 'the run is being aborted';
    if (intent.kind === 'acceptPlan') return 'the run is taking over the changed plan';
    if (intent.kind === 'rollback' && !this.#objected) return `the run is rolling back to ${intent.stage} already`;
    const stage = stages.find((one) => one.name === name);
    if (stage === undefined) return `there is no stage ${JSON.stringify(name)} in this run`;
    if (stage.state === 'pending' && !reached.includes(stage.name) && !includeEarlier) {
      return `stage ${stage.name} has not been reached: there is nothing to roll back`;
    }
    const staysPaused = intent.kind === 'pause' || (intent.kind === 'rollback' && intent.afterwards === 'pause');
    this.state.intent = {
      kind: 'rollback',
      stage: stage.name,
      afterwards: staysPaused ? 'pause' : afterwards,
      force,
      includeEarlier,
      acceptsPlan: intent.kind === 'rollback' && intent.acceptsPlan && intent.stage === stage.name,
    };
    return null;
  }

  /** An abort whose rollback is blocked can be followed by one without, or by one that is forced. */
  abort({ rollback = false, force = false, includeEarlier }: AbortMessage = {}): string | null {
    const { phase, intent } = this.state;
    if (this.#over !== null) return this.#over;
    if (rollback && this.#reconciles) return NO_ROLLBACK;
    const givesUp = intent.kind === 'abort' && intent.rollback && !rollback && phase === 'blocked';
    const insists = intent.kind === 'abort' && rollback && this.#objected;
    if (intent.kind === 'abort' && !givesUp && !insists) return 'the run is being aborted already';
    this.state.intent = { kind: 'abort', rollback, force, includeEarlier };
    return null;
  }

  /** Another transform than the run was begun with: what it had written is rolled back and written anew. */
  acceptPlanChange(): string | null {
    const { phase, blockedBy } = this.state;
    if (this.#over !== null) return this.#over;
    if (phase !== 'blocked' || blockedBy !== PLAN_CHANGED) return 'the run is not blocked by a changed plan';
    if (this.#reconciles) return NO_ROLLBACK;
    this.state.intent = { kind: 'acceptPlan' };
    return null;
  }

  approve(gate: string): string | null {
    const backup = this.state.options.requireBackup == null ? [] : [BACKUP_GATE];
    const maintenance = maintenanceOf(this.state.options) === 'none' ? [] : ['maintenance-on', 'maintenance-off'];
    const smoke = this.state.options.smokeTests === true ? [SMOKE_GATE] : [];
    const stages = this.state.stages.map(({ name }) => name);
    const gates = [...backup, ...maintenance, 'start', ...stages, ...smoke, 'complete'];
    if (this.#over !== null) return this.#over;
    // Before preflight has answered, the stages are not known yet.
    if (this.state.stages.length > 0 && !gates.includes(gate) && !isConfirmation(gate))
      return `there is no gate ${gate}`;
    if (this.state.approved.includes(gate)) return `gate ${gate} is approved already`;
    this.state.approved.push(gate);
    return null;
  }

  /** Documents in quarantine are tried again, at the next boundary: a paused run does so when it is resumed. */
  retryQuarantine({ stage, code }: Retry = { stage: null, code: null }): string | null {
    const { intent, stages, retries } = this.state;
    if (this.#over !== null) return this.#over;
    if (this.#reconciles) return 'a reconciliation tries the quarantine again by itself; its stages are not copied';
    if (intent.kind === 'abort') return 'the run is being aborted';
    if (intent.kind === 'rollback') return `the run is rolling back to ${intent.stage}`;
    if (intent.kind === 'acceptPlan') return 'the run is taking over the changed plan';
    if (stage !== null && !stages.some(({ name }) => name === stage)) {
      return `there is no stage ${JSON.stringify(stage)} in this run`;
    }
    const concerned = stages.filter(({ name }) => stage === null || name === stage);
    if (concerned.every((one) => progressOf(one).quarantined === 0)) {
      return stage === null ? 'nothing is in quarantine' : `nothing of stage ${stage} is in quarantine`;
    }
    if (retries.some((one) => one.stage === stage && one.code === code)) return 'that is to be retried already';
    retries.push({ stage, code });
    return null;
  }

  setBatchSize(size: number): string | null {
    if (this.#over !== null) return this.#over;
    this.state.batchSize = size;
    return null;
  }

  setParallelism(parallelism: number): string | null {
    if (this.#over !== null) return this.#over;
    this.state.parallelism = parallelism;
    return null;
  }

  /** Holds from the next segments on; nothing at all takes every limit away. */
  setThrottle(limits: ThrottleLimits): string | null {
    if (this.#over !== null) return this.#over;
    this.state.throttle = limits;
    return null;
  }

  /** Does what a message asks for, and notes it before all that comes of it. @returns why it was refused, or null */
  hear(way: 'signal' | 'update', name: string, held: unknown, act: () => string | null): string | null {
    const entry = noteEntry(this.timeline, this.now(), { kind: 'message', name, way, detail: detailOf(held) });
    entry.refused = act();
    return entry.refused;
  }

  refuse(message: string, reason: string, at: number): void {
    this.state.refused.push({ message, reason, at: new Date(at).toISOString() });
    this.state.refused.splice(0, Math.max(0, this.state.refused.length - REFUSED_KEPT));
  }
}
