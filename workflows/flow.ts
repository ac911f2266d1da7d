import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunRef } from '../activities/run-ref.ts';
import type { Message } from '../engine/messages/message.ts';
import { askingApproval, fixThenResume, inStage, triedEveryMinute } from '../engine/messages/workflows/blocked.ts';
import { attended } from './attended.ts';
import { gateOf, reasonOf } from './failure.ts';
import { greeting, type Route } from './greeting.ts';
import { renderDetails } from './state/details.ts';
import type { RunState } from './state/run-state.ts';
import { isConfirmation, PLAN_CHANGED, TUNING } from './state/snapshot.ts';

/** Thrown at a boundary when the operator wants a rollback or an abort: whoever carries it out catches it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Thrown at a boundary when the history is long enough: the run goes on in a new execution. */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}

/** Whether this execution has got long enough: by our own threshold, or because Temporal says so. */
export function isHistoryFull({ historyEvents }: { readonly historyEvents: number }): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength > historyEvents || continueAsNewSuggested;
}

/** How the flow of one execution meets its operator: pausing, blocking, cancelling what is under way. */
export class Flow {
  readonly state: RunState;
  readonly #underWay = new Set<CancellationScope>();
  #isPatient = false;

  constructor(state: RunState) {
    this.state = state;
  }

  /** What a step works for; each step has to ask for its own, since each has a number of its own. */
  get run(): RunRef {
    const { runId, schema, epoch, target, identity } = this.state.snapshot;
    const { confirmed } = this;
    return {
      ...{ runId: runId!, schema, epoch, sequence: this.state.nextSequence() },
      ...(identity && { place: identity.place }),
      ...(target && { target }),
      ...(confirmed.length > 0 && { confirmed }),
    };
  }

  /** What somebody has said is meant so. */
  get confirmed(): string[] {
    return this.state.snapshot.approved.filter(isConfirmation);
  }

  /** How the steps that begin now find their worker, and how soon it is noticed that there is none. */
  get route(): Route {
    const { identity, options, tuning } = this.state.snapshot;
    const taskQueue = identity === undefined ? options.identity?.queue : identity.queue;
    if (!taskQueue) return {};
    if (this.#isPatient) return { taskQueue };
    return { taskQueue, scheduleToStartTimeout: `${tuning.takenSeconds ?? TUNING.takenSeconds} seconds` };
  }

  /** Called after every message: what is under way ends at its next batch boundary when the operator wants it to. */
  heed(): void {
    if (this.state.isInterrupted) for (const scope of this.#underWay) scope.cancel();
    this.show();
  }

  show(): void {
    setCurrentDetails(renderDetails(this.state.progress(Date.now())));
  }

  /**
   * Runs a step that the operator may interrupt; null when it was cancelled before it had anything to answer.
   */
  async interruptible<T>(step: () => Promise<T>): Promise<T | null> {
    const scope = new CancellationScope({ cancellable: true });
    this.#underWay.add(scope);
    try {
      return await scope.run(() => this.attended(step));
    } catch (error) {
      // The operator may want to go on again by now; only the cancellation of the workflow itself goes further.
      const isMessage = scope.consideredCancelled && !CancellationScope.current().consideredCancelled;
      if (isMessage && (isCancellation(error) || isLeftUntried(error))) return null;
      throw error;
    } finally {
      this.#underWay.delete(scope);
      this.show();
    }
  }

  /** Runs a step, and says which source and target are wanted while no worker takes it. */
  attended<T>(step: () => Promise<T>): Promise<T> {
    return attended(
      (isPatient) => this.#begin(step, isPatient),
      () => this.#begin(() => greeting(this.route).greet(), true),
      {
        untaken: (now) => {
          this.state.untaken(now);
          this.show();
        },
        taken: () => {
          this.state.taken();
          this.show();
        },
      },
    );
  }

  /** @param isPatient a worker is there, or is waited for without end; true of what the step begins at once */
  #begin<T>(step: () => Promise<T>, isPatient: boolean): Promise<T> {
    this.#isPatient = isPatient;
    try {
      return step();
    } finally {
      this.#isPatient = false;
    }
  }

  /**
   * A point between two steps. Waits here while the run is paused; it is `paused` only when nothing is under way.
   * @throws Interrupted, HistoryFull
   */
  async boundary(): Promise<void> {
    while (this.state.intent.kind === 'pause') {
      await condition(() => this.#underWay.size === 0 || this.state.intent.kind !== 'pause');
      if (this.state.intent.kind !== 'pause') break;
      this.state.enter('paused', this.state.intent.reason);
      this.show();
      await condition(() => this.state.intent.kind !== 'pause');
    }
    if (this.state.isInterrupted) throw new Interrupted();
    this.state.goOn();
    this.spareHistory();
  }

  /** @throws HistoryFull when this execution has got long enough */
  spareHistory(): void {
    if (isHistoryFull(this.state.snapshot.tuning)) throw new HistoryFull();
  }

  /**
   * Waits until the operator has dealt with what blocks the run, or a server may be back.
   * @param resumed notes that it was, before a new execution can begin: else that one would block once more
   * @throws Interrupted, HistoryFull
   */
  async blocked(reason: Message, by: string | null = null, resumed: () => void = () => {}): Promise<void> {
    await this.standStill(reason, by, () => this.state.isOvertaken);
    if (!this.state.isOvertaken) resumed();
    await this.boundary();
  }

  /** As `blocked`, for a step that has failed. */
  blockedBy(failure: ActivityFailure, stage: string | null = null): Promise<void> {
    const { reason, by, gate } = blockOf(failure);
    if (gate !== null) return this.confirmation(gate, reason);
    return this.blocked(stage === null ? reason : inStage({ stage, reason }), by);
  }

  /** Waits until somebody has said that what a sentence tells is meant so. @throws Interrupted, HistoryFull */
  async confirmation(gate: string, reason: Message): Promise<void> {
    if (this.state.isApproved(gate)) return;
    await this.standStill(reason, null, () => this.state.isApproved(gate) || this.state.isOvertaken, gate);
    this.state.passGate();
    await this.boundary();
  }

  /**
   * Shows the run as blocked until somebody resumes it, or `isOver`. A server that was away may come back by itself:
   * it is tried again every now and then.
   */
  async standStill(
    reason: Message,
    by: string | null,
    isOver: () => boolean,
    gate: string | null = null,
  ): Promise<void> {
    this.state.block(reason, by, gate);
    this.show();
    const isFree = () => this.state.snapshot.phase !== 'blocked' || isOver();
    if (by !== null && AWAY.includes(by)) await condition(isFree, AWAY_PATIENCE);
    else await condition(isFree);
  }

  /**
   * A gate that a person must open, after a task where there is one; open ones let through at once.
   * @param patience how long it is waited for, in milliseconds
   * @returns whether it is open: false when patience has ended first
   * @throws Interrupted
   */
  async gate(
    name: string,
    manual: boolean,
    task: Message | null = null,
    patience: number | null = null,
  ): Promise<boolean> {
    await this.boundary();
    if (!manual || this.state.isApproved(name)) return true;
    this.state.blockAtGate(name, task);
    this.show();
    const isAnswered = () => this.state.isApproved(name) || this.state.isOvertaken;
    if (patience === null) await condition(isAnswered);
    else await condition(isAnswered, patience);
    this.state.passGate();
    await this.boundary();
    return this.state.isApproved(name);
  }

  /** Takes steps that stay taken, in later executions, too, until a message sets the run back. */
  async once(name: string, steps: () => Promise<void>): Promise<void> {
    if (this.state.hasPassed(name)) return;
    await steps();
    this.state.pass(name);
  }

  /** Repeats a step until it succeeds, blocking the run whenever it has failed for good. @throws Interrupted, HistoryFull */
  async persistently<T>(step: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.boundary();
      try {
        const answer = await this.interruptible(step);
        if (answer !== null) return answer;
      } catch (error) {
        if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
        await this.blockedBy(error);
      }
    }
  }
}

/** Temporal does not try a step again that is to be cancelled: its worker died meanwhile, or a server was away. */
function isLeftUntried(error: unknown): boolean {
  return error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED';
}

/** Failures of servers that may be back without anybody having done anything here, and how often they are asked. */
const AWAY: readonly string[] = ['SourceUnavailable', 'TargetUnavailable'];
const AWAY_PATIENCE = '1 minute';

/** What a run that cannot go on because of a failed step says, and the failure's type. */
export function blockOf(failure: ActivityFailure): { reason: Message; by: string | null; gate: string | null } {
  const by = failure.cause instanceof ApplicationFailure ? (failure.cause.type ?? null) : null;
  const gate = gateOf(failure);
  const reason = reasonOf(failure);
  if (gate !== null) return { reason: asking(reason, gate), by, gate };
  if (by !== null && AWAY.includes(by)) {
    return { reason: triedEveryMinute({ reason }), by, gate };
  }
  if (by === PLAN_CHANGED) return { reason, by, gate };
  return { reason: fixThenResume({ reason }), by, gate };
}

/** What says what to send when it is about something that may be intended. */
export function asking(reason: Message, gate: string): Message {
  return askingApproval({ reason, gate });
}
