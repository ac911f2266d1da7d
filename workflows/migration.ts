import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  setHandler,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { PreflightAnswer, PreflightRequest } from '../activities/run/preflight.ts';
import {
  cancelled as cancelledRun,
  invalidInput,
  preflightOfOtherBuild,
  startedBySchedule,
  startedWithRetryPolicy,
  withMaintenance,
} from '../engine/messages/workflows/progress.ts';
import { bookkeeping, opening } from './activity-proxies.ts';
import { failureOf, gateOf, reasonOf } from './failure.ts';
import { asking, Flow, HistoryFull, Interrupted } from './flow.ts';
import { handleMessages } from './handlers.ts';
import {
  type MigrationInput,
  type MigrationResult,
  type ParsedOptions,
  progressQuery,
} from './messages/definitions.ts';
import { isManual, maintenanceOf, parseOptions, stagesNamed } from './messages/options.ts';
import { isLettingGo, notePhase } from './state/maintenance-state.ts';
import { RunState } from './state/run-state.ts';
import { opened, sealed } from './state/sealed.ts';
import type { Snapshot } from './state/snapshot.ts';
import { confirmAbsent } from './steps/absence.ts';
import { backUp, passBackupGate } from './steps/backup.ts';
import { reconcile } from './steps/catch-up.ts';
import { conclude, concludeAtLast, requireWhole } from './steps/conclude.ts';
import { beforeStage, isForPerson, maintenanceOff, prepareMaintenance, undoMaintenance } from './steps/maintenance.ts';
import { retryQuarantine } from './steps/retry.ts';
import { abort, acceptPlan, remains, rollBackTo, undisturbed } from './steps/rollback.ts';
import { passSmokeTests } from './steps/smoke-tests.ts';
import { runStage } from './steps/stage-flow.ts';
import { beforeSwitch } from './steps/switch.ts';

/**
 * Moves one MongoDB source into one PostgreSQL target, stage by stage, each verified, under an operator's control.
 * Every field of the input is optional, and so is the input.
 * @param carried the state of the execution before this one; never given by people.
 */
export async function migration(input?: MigrationInput, carried?: Snapshot | string): Promise<MigrationResult> {
  // Also what keeps workers of older builds from going on with this execution: they would take its steps from any queue.
  const isRouted = patched('identity');
  const parsed = parseOptions(input);
  if ('problems' in parsed) {
    throw failureOf(invalidInput({ problems: parsed.problems }), 'InvalidInput');
  }
  const before = opened<Snapshot>(carried);
  const state = before === undefined ? RunState.begin(parsed.options) : new RunState(before);
  refuseRepetition(state);
  const flow = new Flow(state);
  setHandler(progressQuery, () => state.progress(Date.now()));
  handleMessages(flow);
  try {
    return await run(flow, parsed.options, isRouted).catch(async (error) => {
      if (!(error instanceof HistoryFull)) throw error;
      await condition(allHandlersFinished);
      return continueAsNew<typeof migration>(input ?? {}, isRouted ? sealed(state.snapshot) : state.snapshot);
    });
  } catch (error) {
    // Anything else is a fault of this code: Temporal repeats the step until a mended worker comes, and nothing is lost.
    if (error instanceof TemporalFailure) throw await end(flow, error);
    throw error;
  }
}

/**
 * What Temporal starts anew by itself would find the target taken by its own first start; a schedule would migrate once
 * more what is done. @throws ApplicationFailure `InvalidInput`
 */
function refuseRepetition(state: RunState): void {
  const { retryPolicy, cronSchedule, searchAttributes } = workflowInfo();
  const isScheduled = Boolean(cronSchedule) || 'TemporalScheduledById' in searchAttributes;
  if (state.snapshot.runId !== null || (!isScheduled && !retryPolicy) || !patched(BY_HAND)) return;
  throw failureOf(isScheduled ? startedBySchedule() : startedWithRetryPolicy(), 'InvalidInput');
}

/** Older builds began such a run. */
const BY_HAND = 'started-by-hand';

async function run(flow: Flow, options: ParsedOptions, isRouted: boolean): Promise<MigrationResult> {
  const { state } = flow;
  if (state.snapshot.runId === null) await carryOut(flow, () => begin(flow, options, isRouted));
  else if (patched(STAYS_PASSED)) state.takeOver();
  else state.forgetCarried();
  for (const part of [confirmAbsent, backUp, passBackupGate, passStart, prepareMaintenance]) {
    // What has interrupted it may not open a gate.
    while (!(await carryOut(flow, () => part(flow)))) if (!patched(STAYS_SHUT)) break;
  }
  return complete(flow);
}

/** Executions that an older build has begun go through what the one before had passed once more, */
const STAYS_PASSED = 'passed-stays-passed';
/** and past a gate at the start at which a message has interrupted them. */
const STAYS_SHUT = 'interrupted-stays-shut';

async function passStart(flow: Flow): Promise<void> {
  await flow.gate('start', isManual(flow.state.snapshot.options, 'start'));
}

/** What workflow and preflight agree on: each refuses another number of the other's. */
const PROTOCOL = 2;

async function begin(flow: Flow, options: ParsedOptions, isRouted: boolean): Promise<void> {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const { dryRun, limit, stages, retry, reconcile: how } = options;
  const asked = { dryRun, limit, stages, retry, ...(how && { reconcile: how }) };
  const wants = { named: stagesNamed(options), backup: options.backup === 'make' && !dryRun };
  const request = {
    ...{ options: asked, workflowId, workflowRunId: firstExecutionRunId, protocol: PROTOCOL },
    ...{ wanted: options.identity ?? null, ...wants },
  } as const;
  try {
    const answer = await preflight(flow, request);
    if (isRouted && answer.protocol !== PROTOCOL) throw failureOf(preflightOfOtherBuild(), 'TargetUnfit');
    flow.state.begun(answer.run, answer.stages, answer.reached, answer.identity, answer.absent);
    flow.show();
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    const type = error.cause instanceof ApplicationFailure ? error.cause.type : null;
    throw failureOf(reasonOf(error), type ?? 'PreflightFailed');
  }
}

/** Preflight's answer, once what it asks about is confirmed. */
async function preflight(flow: Flow, request: Omit<PreflightRequest, 'confirmed'>): Promise<PreflightAnswer> {
  for (;;) {
    await flow.boundary();
    try {
      const { confirmed } = flow;
      const answer = await flow.interruptible(() => opening(flow).preflight({ ...request, confirmed }));
      if (answer !== null) return answer;
    } catch (error) {
      const gate = error instanceof ActivityFailure ? gateOf(error) : null;
      if (gate === null) throw error;
      await flow.confirmation(gate, asking(reasonOf(error), gate));
    }
  }
}

/** The main flow: each stage in turn; an operator's rollback sets the turn back. */
async function runStages(flow: Flow): Promise<void> {
  const { state } = flow;
  for (;;) {
    const next = state.snapshot.stages.find((stage) => stage.state !== 'complete');
    if (next !== undefined) {
      await carryOut(flow, async () => {
        await flow.once(`${next.name}:opened`, () => beforeStage(flow));
        await runStage(flow, next.name);
      });
    } else {
      const isReady = await carryOut(flow, () => flow.once('ready', () => beforeSwitch(flow)));
      if (!isReady || !state.allComplete) continue;
      const isOpen = await carryOut(flow, async () => {
        await flow.once('smoke', () => {
          if (state.snapshot.options.smokeTests) notePhase(state.maintenance, 'smokeTests', Date.now());
          return passSmokeTests(flow);
        });
        notePhase(state.maintenance, 'switch', Date.now());
        await flow.gate('complete', isManual(state.snapshot.options, 'complete'));
        await flow.once('switched', () => beforeSwitch(flow));
      });
      if (isOpen && state.allComplete) return;
    }
  }
}

/**
 * Runs a part of the flow, and what the operator wants instead of it.
 * @returns whether the part itself has come to its end
 * @throws ApplicationFailure `Aborted`
 */
async function carryOut(flow: Flow, part: () => Promise<void>): Promise<boolean> {
  let step: () => Promise<unknown> = part;
  for (;;) {
    try {
      await step();
      return step === part;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      flow.state.setBack();
      const { intent } = flow.state;
      if (intent.kind === 'rollback') step = () => rollBackTo(flow, intent.stage, intent);
      else if (intent.kind === 'abort') step = () => abort(flow, intent);
      else if (intent.kind === 'acceptPlan') step = () => acceptPlan(flow);
      else if (flow.state.isInterrupted) step = () => retryQuarantine(flow);
      else return false;
    }
  }
}

/**
 * Runs the stages, has the database end the run, lets the platform go on, and writes the reports; a message may set the run
 * back until the platform goes on, or until the verdict where it was never stopped.
 * The platform does not wait for reports, unless a person is to let it go on, who wants to read them before.
 */
async function complete(flow: Flow): Promise<MigrationResult> {
  const { state } = flow;
  const { dryRun, reconcile: how } = state.snapshot.options;
  const maintained = maintenanceOf(state.snapshot.options) !== 'none';
  const writeReports = () => bookkeeping(flow).writeReports({ run: flow.run, dryRun, record: state.record });
  for (let isOver = false; !isOver || !state.allComplete; ) {
    // An execution may have ended while the platform was let go: this one goes on with that.
    if (!isLettingGo(state)) {
      await runStages(flow);
      if (how && !(await carryOut(flow, () => reconcile(flow, how)))) continue;
    }
    isOver = await carryOut(flow, async () => {
      const isJudged = patched(JUDGED);
      await flow.once('reported', async () => {
        const isDue = maintained ? await isForPerson(flow, 'off') : !isJudged;
        if (isDue) state.reported(await flow.persistently(writeReports));
      });
      await flow.boundary();
      if (isJudged) await (maintained ? flow.once('whole', () => requireWhole(flow)) : conclude(flow));
      if (maintained) await maintenanceOff(flow);
    });
  }
  state.endNow();
  // The platform is up again: neither a message nor a new execution may begin anything over from here on.
  return CancellationScope.nonCancellable(async () => {
    const isJudged = patched(JUDGED);
    if (isJudged && state.snapshot.verdict === undefined) await concludeAtLast(flow);
    if (isJudged || maintained) state.reported(await undisturbed(flow, writeReports));
    const { verdict } = state.snapshot;
    const quarantined = verdict?.held ?? (await countQuarantined(flow));
    await undisturbed(flow, () => bookkeeping(flow).endRun({ run: flow.run, state: 'complete' }));
    state.enter('complete');
    flow.show();
    const { runId, stages, reports } = state.progress(Date.now());
    return { runId: runId!, dryRun, quarantined, reports: reports ?? '', ...(verdict && { verdict }), stages };
  });
}

/** Histories without it write their reports first, and have the run end without a verdict in their result. */
const JUDGED = 'judged';

/** Passes over changes take documents into quarantine and out of it, which the stages do not count. */
async function countQuarantined(flow: Flow): Promise<number> {
  const { state } = flow;
  if (state.snapshot.catchUp !== undefined) {
    return undisturbed(flow, () => bookkeeping(flow).countQuarantined({ run: flow.run }));
  }
  return state.progress(Date.now()).stages.reduce((sum, { quarantined }) => sum + quarantined, 0);
}

/**
 * However the run ends, the platform leaves its maintenance, the target is let go and a dry run's schema dropped; a
 * cancelled workflow does so too. @returns the failure that the workflow ends with
 */
async function end(flow: Flow, error: TemporalFailure): Promise<TemporalFailure> {
  const { state } = flow;
  const cancelled = isCancellation(error);
  // A reconciliation works on in a run that was complete: it is never undone as a whole.
  const reopened = Boolean(state.snapshot.options.reconcile);
  const aborted = cancelled || (error instanceof ApplicationFailure && error.type === 'Aborted');
  state.endNow();
  const undone = await CancellationScope.nonCancellable(() => undoMaintenance(flow));
  if (state.snapshot.runId !== null) {
    const ending = { run: flow.run, state: aborted && !reopened ? 'aborted' : 'failed', record: state.record } as const;
    // When even this fails, the next run takes the target from a workflow that is no longer open.
    await CancellationScope.nonCancellable(() => flow.attended(() => bookkeeping(flow).endRun(ending))).catch(() => {});
  }
  const said = cancelled ? cancelledRun({ remains: remains(state) }) : reasonOf(error);
  const reason = undone === null ? said : withMaintenance({ reason: said, maintenance: undone });
  state.enter(aborted ? 'aborted' : 'failed', reason);
  flow.show();
  if (undone === null || cancelled || !(error instanceof ApplicationFailure)) return error;
  return failureOf(reason, error.type ?? undefined);
}
