import type { ThrottleLimits } from '../../activities/stage/segment.ts';
import { asMessage, type Message } from '../../engine/messages/message.ts';
import { pausedByOperator } from '../../engine/messages/workflows/progress.ts';
import {
  acceptingPlan,
  alreadyAborting,
  alreadyApproved,
  alreadyPaused,
  alreadyRetrying,
  alreadyRollingBack,
  beingAborted,
  cannotRollBackReconciliation,
  gateWaits,
  isAborted,
  isComplete,
  isFailed,
  isFinishing,
  noSuchGate,
  noSuchStage,
  notBlockedByPlan,
  notHeld,
  nothingQuarantined,
  nothingQuarantinedIn,
  pausesAfterRollback,
  reconciliationRetries,
  resumesByItself,
  rollingBackTo,
  stageNotReached,
} from '../../engine/messages/workflows/refusals.ts';
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
import { detailOf, newTimeline, noteEntry, noteRefusal, type Timeline } from './timeline.ts';

/** Refused messages that are shown; older ones are forgotten. */
const REFUSED_KEPT = 20;

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
  get #over(): Message | null {
    const { phase, ending } = this.state;
    if (phase === 'complete') return isComplete();
    if (phase === 'aborted') return isAborted();
    if (phase === 'failed') return isFailed();
    return ending ? isFinishing() : null;
  }

  pause(reason: Message | string = pausedByOperator()): Message | null {
    const { phase, intent } = this.state;
    if (this.#over !== null) return this.#over;
    if (intent.kind === 'abort') return beingAborted();
    if (intent.kind === 'rollback') {
      if (intent.afterwards === 'pause') return pausesAfterRollback();
      this.state.intent = { ...intent, afterwards: 'pause' };
      return null;
    }
    if (intent.kind === 'acceptPlan') return acceptingPlan();
    if (intent.kind === 'pause') return alreadyPaused();
    this.state.intent = { kind: 'pause', reason };
    // A blocked run stands still anyhow, and what blocks it stays the thing to know.
    if (phase === 'running' || phase === 'starting') this.enter('pausing', reason);
    return null;
  }

  resume(): Message | null {
    const { phase, intent, gate } = this.state;
    if (phase === 'blocked' && gate === null) {
      if (intent.kind === 'pause' || this.#objected) this.state.intent = { kind: 'go' };
      this.#go();
      return null;
    }
    if (this.#over !== null) return this.#over;
    if (intent.kind === 'abort') return beingAborted();
    if (intent.kind === 'rollback') {
      if (intent.afterwards === 'rerun') return resumesByItself();
      this.state.intent = { ...intent, afterwards: 'rerun' };
      return null;
    }
    if (intent.kind === 'pause') {
      this.state.intent = { kind: 'go' };
      if (phase !== 'blocked') this.#go();
      return null;
    }
    return gate === null ? notHeld() : gateWaits({ gate });
  }

  #go(): void {
    this.enter(this.state.runId === null ? 'starting' : 'running');
  }

  enter(phase: RunPhase, reason: Message | string | null = null): void {
    if (phase !== this.state.phase)
      noteEntry(this.timeline, this.now(), { kind: 'phase', name: phase, detail: reason });
    this.state.phase = phase;
    const said = reason === null ? null : asMessage(reason);
    this.state.reason = said?.text ?? null;
    this.state.said = said;
    this.state.blockedBy = null;
  }

  /** Shown as running only when nothing holds it back. */
  goOn(): void {
    if (this.state.intent.kind === 'go') this.#go();
  }

  rollbackToStage(asked: RollbackMessage): Message | null {
    const { stage: name, then: afterwards = 'rerun', force = false, includeEarlier } = asked;
    const { intent, stages, reached } = this.state;
    if (this.#over !== null) return this.#over;
    if (this.#reconciles) return cannotRollBackReconciliation();
    if (intent.kind === 'abort') return beingAborted();
    if (intent.kind === 'acceptPlan') return acceptingPlan();
    if (intent.kind === 'rollback' && !this.#objected) return alreadyRollingBack({ stage: intent.stage });
    const stage = stages.find((one) => one.name === name);
    if (stage === undefined) return noSuchStage({ stage: JSON.stringify(name) });
    if (stage.state === 'pending' && !reached.includes(stage.name) && !includeEarlier) {
      return stageNotReached({ stage: stage.name });
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
  abort({ rollback = false, force = false, includeEarlier }: AbortMessage = {}): Message | null {
    const { phase, intent } = this.state;
    if (this.#over !== null) return this.#over;
    if (rollback && this.#reconciles) return cannotRollBackReconciliation();
    const givesUp = intent.kind === 'abort' && intent.rollback && !rollback && phase === 'blocked';
    const insists = intent.kind === 'abort' && rollback && this.#objected;
    if (intent.kind === 'abort' && !givesUp && !insists) return alreadyAborting();
    this.state.intent = { kind: 'abort', rollback, force, includeEarlier };
    return null;
  }

  /** Another transform than the run was begun with: what it had written is rolled back and written anew. */
  acceptPlanChange(): Message | null {
    const { phase, blockedBy } = this.state;
    if (this.#over !== null) return this.#over;
    if (phase !== 'blocked' || blockedBy !== PLAN_CHANGED) return notBlockedByPlan();
    if (this.#reconciles) return cannotRollBackReconciliation();
    this.state.intent = { kind: 'acceptPlan' };
    return null;
  }

  approve(gate: string): Message | null {
    const backup = this.state.options.requireBackup == null ? [] : [BACKUP_GATE];
    const maintenance = maintenanceOf(this.state.options) === 'none' ? [] : ['maintenance-on', 'maintenance-off'];
    const smoke = this.state.options.smokeTests === true ? [SMOKE_GATE] : [];
    const stages = this.state.stages.map(({ name }) => name);
    const gates = [...backup, ...maintenance, 'start', ...stages, ...smoke, 'complete'];
    if (this.#over !== null) return this.#over;
    // Before preflight has answered, the stages are not known yet.
    if (this.state.stages.length > 0 && !gates.includes(gate) && !isConfirmation(gate)) return noSuchGate({ gate });
    if (this.state.approved.includes(gate)) return alreadyApproved({ gate });
    this.state.approved.push(gate);
    return null;
  }

  /** Documents in quarantine are tried again, at the next boundary: a paused run does so when it is resumed. */
  retryQuarantine({ stage, code }: Retry = { stage: null, code: null }): Message | null {
    const { intent, stages, retries } = this.state;
    if (this.#over !== null) return this.#over;
    if (this.#reconciles) return reconciliationRetries();
    if (intent.kind === 'abort') return beingAborted();
    if (intent.kind === 'rollback') return rollingBackTo({ stage: intent.stage });
    if (intent.kind === 'acceptPlan') return acceptingPlan();
    if (stage !== null && !stages.some(({ name }) => name === stage)) {
      return noSuchStage({ stage: JSON.stringify(stage) });
    }
    const concerned = stages.filter(({ name }) => stage === null || name === stage);
    if (concerned.every((one) => progressOf(one).quarantined === 0)) {
      return stage === null ? nothingQuarantined() : nothingQuarantinedIn({ stage });
    }
    if (retries.some((one) => one.stage === stage && one.code === code)) return alreadyRetrying();
    retries.push({ stage, code });
    return null;
  }

  setBatchSize(size: number): Message | null {
    if (this.#over !== null) return this.#over;
    this.state.batchSize = size;
    return null;
  }

  setParallelism(parallelism: number): Message | null {
    if (this.#over !== null) return this.#over;
    this.state.parallelism = parallelism;
    return null;
  }

  /** Holds from the next segments on; nothing at all takes every limit away. */
  setThrottle(limits: ThrottleLimits): Message | null {
    if (this.#over !== null) return this.#over;
    this.state.throttle = limits;
    return null;
  }

  /** Does what a message asks for, and notes it before all that comes of it. @returns why it was refused, or null */
  hear(way: 'signal' | 'update', name: string, held: unknown, act: () => Message | null): Message | null {
    const entry = noteEntry(this.timeline, this.now(), { kind: 'message', name, way, detail: detailOf(held) });
    const refusal = act();
    if (refusal !== null) noteRefusal(entry, refusal);
    return refusal;
  }

  refuse(message: string, { text: reason }: Message, at: number): void {
    this.state.refused.push({ message, reason, at: new Date(at).toISOString() });
    this.state.refused.splice(0, Math.max(0, this.state.refused.length - REFUSED_KEPT));
  }
}
