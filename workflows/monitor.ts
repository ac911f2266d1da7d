import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { monitoringCancelled, stoppedEarly } from '../engine/messages/workflows/monitor.ts';
import { invalidInput } from '../engine/messages/workflows/progress.ts';
import { failureOf, reasonOf } from './failure.ts';
import { isHistoryFull } from './flow.ts';
import { takeStep } from './monitoring/activities.ts';
import { renderMonitorDetails } from './monitoring/details.ts';
import { handleMonitorMessages } from './monitoring/handlers.ts';
import { type MonitorInput, type MonitorResult, monitorProgressQuery } from './monitoring/messages.ts';
import { parseMonitorOptions, parseOlderMonitorOptions, withoutRepeat } from './monitoring/options.ts';
import type { Due } from './monitoring/schedule.ts';
import { type MonitorSnapshot, newMonitorSnapshot } from './monitoring/snapshot.ts';
import { MonitorState } from './monitoring/state.ts';
import { opened, sealed } from './state/sealed.ts';

/**
 * Watches a migrated platform after the switch (runbook, section 8): compares both databases in rounds, checks what
 * MONITOR_FILE declares, alerts, and offers or runs the way back. Every field of the input is optional, and so is the input.
 * @param carried the state of the execution before this one; never given by people.
 */
export async function monitor(input?: MonitorInput, carried?: MonitorSnapshot | string): Promise<MonitorResult> {
  const isRouted = patched('identity');
  const isToldOnce = patched('alertsOnce');
  const snapshot = opened(carried) ?? newMonitoring(input, isToldOnce);
  if (isToldOnce) snapshot.options = withoutRepeat(snapshot.options);
  const watch = new Watch(new MonitorState(snapshot));
  const { state } = watch;
  setHandler(monitorProgressQuery, () => state.progress(Date.now()));
  handleMonitorMessages(state, () => watch.heed());
  try {
    if (state.snapshot.begun === null) await watch.begin();
    const isFull = await watch.watchRounds();
    if (isFull) {
      await condition(allHandlersFinished);
      return await continueAsNew<typeof monitor>(input ?? {}, isRouted ? sealed(state.snapshot) : state.snapshot);
    }
    return await watch.end();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => watch.cancelled());
    throw error;
  }
}

/** @throws ApplicationFailure InvalidInput with everything that is wrong with the input */
function newMonitoring(input: MonitorInput | undefined, isToldOnce: boolean): MonitorSnapshot {
  const parsed = isToldOnce ? parseMonitorOptions(input) : parseOlderMonitorOptions(input);
  if ('problems' in parsed) throw failureOf(invalidInput({ problems: parsed.problems }), 'InvalidInput');
  return newMonitorSnapshot(parsed.options, Date.now());
}

/** How the rounds of one execution are carried out. */
class Watch {
  readonly state: MonitorState;
  #underWay: CancellationScope | null = null;

  constructor(state: MonitorState) {
    this.state = state;
  }

  /** Called after every message: a round that is under way is left when the monitoring is stopped. */
  heed(): void {
    if (this.state.snapshot.isStopped) this.#underWay?.cancel();
    this.show();
  }

  private step<T>(step: Parameters<typeof takeStep<T>>[2]): Promise<T> {
    return takeStep(this.state, () => this.show(), step);
  }

  /** The target that is watched, for steps after which its run may be gone. */
  private get place(): { place?: string } {
    const { identity } = this.state.snapshot.begun ?? {};
    return identity === undefined ? {} : { place: identity.place };
  }

  show(): void {
    setCurrentDetails(renderMonitorDetails(this.state.progress(Date.now())));
  }

  /** @throws ApplicationFailure with the reason when there is nothing to be watched */
  async begin(): Promise<void> {
    this.show();
    const { stages, switchedAt, policy } = this.state.snapshot.options;
    try {
      const begun = await this.interruptible(() =>
        this.step((steps) =>
          steps.beginMonitoring({ key: KEY(), stages, switchedAt, backup: policy.backup, protocol: PROTOCOL }),
        ),
      );
      if (begun !== null) this.state.begin(begun, Date.now());
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      const type = error.cause instanceof ApplicationFailure ? error.cause.type : null;
      throw failureOf(reasonOf(error), type ?? 'MonitoringFailed');
    }
    this.show();
  }

  /** @returns true when the history is long enough: the monitoring goes on in a new execution */
  async watchRounds(): Promise<boolean> {
    const { state } = this;
    while (!state.isEnded && !state.snapshot.isStopped) {
      if (isHistoryFull(state.snapshot.tuning)) return true;
      if (state.snapshot.isPaused) {
        await condition(() => !state.snapshot.isPaused || state.snapshot.isStopped);
        state.snapshot.wasPaused = true;
        continue;
      }
      const due = state.next(Date.now());
      if (due === null) return false;
      if (due.at > Date.now()) {
        await this.waitUntil(due.at);
        continue;
      }
      state.miss(due, state.snapshot.wasPaused ? 'paused' : 'away');
      state.snapshot.wasPaused = false;
      await this.round(due);
      await this.deliver();
      await this.followPolicy();
      this.show();
    }
    return false;
  }

  /** Ends as well when a message has changed what is to be waited for. */
  private async waitUntil(at: number): Promise<void> {
    const { snapshot } = this.state;
    const { schedule } = snapshot;
    await condition(() => snapshot.isStopped || snapshot.isPaused || snapshot.schedule !== schedule, at - Date.now());
  }

  private async round(due: Due): Promise<void> {
    const { state } = this;
    const { options, begun } = state.snapshot;
    const since = Date.now();
    const request = {
      ...{ key: KEY(), round: due.round + 1, runId: begun!.runId, switchedAt: begun!.switchedAt },
      ...{ samples: options.samples, seed: uuid4() },
      ...(begun!.target && { target: begun!.target }),
      stages: options.stages.map((stage) => ({
        ...{ stage, recheck: state.recheckOf(stage), locate: state.isUnlocated(stage) },
      })),
    };
    const answers = await this.interruptible(() =>
      Promise.all([
        tried(() => this.step((steps) => steps.compareRound(request))),
        tried(() => this.step((steps) => steps.checkRound())),
      ]),
    );
    if (answers !== null) state.take(due, since, answers[0], answers[1], Date.now());
    this.show();
  }

  private async deliver(): Promise<void> {
    const { outbox, begun } = this.state.snapshot;
    if (outbox.length === 0) return;
    const alerts = outbox.map((alert) => ({ ...alert }));
    const runId = begun?.runId ?? '';
    const { workflowId, firstExecutionRunId } = workflowInfo();
    const left = await tried(() =>
      this.step((steps) => steps.sendAlerts({ workflowId, execution: firstExecutionRunId, runId, alerts })),
    );
    if (typeof left !== 'string') this.state.delivered(left.left);
  }

  private async followPolicy(): Promise<void> {
    const { state } = this;
    const backup = state.restoreFrom;
    if (backup === null || state.snapshot.isStopped) return;
    state.restoring(backup);
    this.show();
    const restored = await tried(() => this.step((steps) => steps.restoreTarget({ backup, ...this.place })));
    if (typeof restored === 'string') state.notRestored(restored, Date.now());
    else state.restored(backup, restored.replaced, Date.now());
    await this.deliver();
  }

  /** Writes the report. */
  async end(): Promise<MonitorResult> {
    const { state } = this;
    const { snapshot } = state;
    if (!state.isEnded) state.end(snapshot.isStopped ? 'stopped' : 'complete', null);
    const runId = snapshot.begun?.runId;
    if (runId === undefined) throw failureOf(stoppedEarly(), 'Stopped');
    snapshot.reports = await this.step((steps) =>
      steps.writeMonitoring({ key: KEY(), course: state.course(Date.now()), ...this.place }),
    );
    await this.deliver();
    this.show();
    return {
      ...{ state: snapshot.phase as MonitorResult['state'], runId, rounds: snapshot.rounds.length },
      ...{ missed: state.missedRounds, alerts: snapshot.alerts.filter(({ event }) => event === 'new').length },
      ...{ open: snapshot.problems.length, reports: snapshot.reports },
    };
  }

  /** Temporal's Cancel is a stop. */
  async cancelled(): Promise<void> {
    this.state.end('stopped', monitoringCancelled().text);
    if (this.state.snapshot.begun !== null) await this.end().catch(() => {});
    this.show();
  }

  /** Runs steps that `stop` cancels; null when it has. */
  private async interruptible<T>(steps: () => Promise<T>): Promise<T | null> {
    const scope = new CancellationScope({ cancellable: true });
    this.#underWay = scope;
    try {
      return await scope.run(steps);
    } catch (error) {
      if (isCancellation(error) && this.state.snapshot.isStopped) return null;
      throw error;
    } finally {
      this.#underWay = null;
    }
  }
}

/** What workflow and first step agree on: each refuses another number of the other's. */
const PROTOCOL = 2;

/** Under which the run keeps this monitoring's baseline. */
const KEY = () => workflowInfo().firstExecutionRunId;

/** A step's answer, or the sentence that it has failed with for good. */
async function tried<T>(step: () => Promise<T>): Promise<T | string> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    return reasonOf(error).text;
  }
}
