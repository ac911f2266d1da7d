import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';
import { bookkeeping, documents } from './activity-proxies.ts';
import { blockOf, type Flow, Interrupted } from './flow.ts';
import type { RunState } from './run-state.ts';
import { ROWS_CHANGED } from './snapshot.ts';

/**
 * Takes out what this run has written for a stage and all later ones, in reverse order. Before anything goes, rows that
 * others have inserted or changed are looked for; when there are any, it waits for force.
 * @throws Interrupted when the operator wants something else by now; HistoryFull
 */
export async function rollBackTo(flow: Flow, to: string, force: boolean): Promise<void> {
  const { state } = flow;
  const names = state.snapshot.stages.map(({ name }) => name);
  const concerned = names.slice(names.indexOf(to)).reverse();
  state.enter('rollingBack', `rolling back to ${to}`);
  flow.show();
  if (!force) await survey(flow, concerned);
  const { underRollback } = state.snapshot;
  const { epoch, emptied } =
    underRollback?.to === to
      ? underRollback
      : state.beginRollback(to, await undisturbed(flow, () => bookkeeping(flow).raiseEpoch({ run: flow.run })));
  for (const stage of concerned) {
    if (emptied.includes(stage)) continue;
    await deleteStage(flow, to, stage, epoch);
    emptied.push(stage);
  }
  const { intent } = state;
  if (intent.kind === 'rollback' && intent.acceptsPlan) {
    await undisturbed(flow, () => bookkeeping(flow).acceptPlan({ run: { ...flow.run, epoch } }));
  }
  state.rolledBack(epoch, to);
  flow.show();
}

/** @throws Interrupted once the operator has answered to what stands in the way */
async function survey(flow: Flow, stages: readonly string[]): Promise<void> {
  const { state } = flow;
  const { objection } = await undisturbed(flow, () => documents(flow).surveyRollback({ run: flow.run, stages }));
  if (objection === null) {
    state.surveyed();
    return;
  }
  const asked = state.intent;
  const again =
    asked.kind === 'abort' ? 'abort with {"rollback": true, "force": true}' : 'it again with {"force": true}';
  await flow.standStill(
    `${objection} Nothing has been deleted. To delete what this run wrote all the same, send ${again}; to give the rollback up, send resume.`,
    ROWS_CHANGED,
    () => state.intent !== asked,
  );
  throw new Interrupted();
}

async function deleteStage(flow: Flow, to: string, stage: string, epoch: number): Promise<void> {
  const { state } = flow;
  const run = { ...flow.run, epoch };
  const seconds = state.snapshot.tuning.segmentSeconds;
  state.enterStage(stage, 'rollingBack', Date.now());
  let deleted = 0;
  let left: number | null = null;
  for (let done = false; !done; ) {
    state.deleting({ to, stage, deleted, left });
    flow.show();
    // What is deleted stays deleted: the next execution goes on with the rest.
    flow.spareHistory();
    const answer = await undisturbed(flow, () => documents(flow).rollbackStage({ run, stage, seconds }));
    deleted += answer.deleted;
    ({ left, done } = answer);
  }
}

/**
 * A step of a rollback or of the end: only an abort interrupts it, and only when it is blocked; any other failure
 * blocks the run until resume. @throws Interrupted
 */
export async function undisturbed<T>(flow: Flow, step: () => Promise<T>): Promise<T> {
  const { state } = flow;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      const { phase, reason } = state.snapshot;
      const { intent } = state;
      const isAborted = () => state.intent !== intent && state.intent.kind === 'abort';
      const block = blockOf(error);
      await flow.standStill(block.reason, block.by, isAborted);
      if (isAborted()) throw new Interrupted();
      state.enter(phase, reason);
      flow.show();
    }
  }
}

/** What an end before its time leaves behind. */
export function remains({ snapshot: { options } }: RunState): string {
  return options.dryRun ? 'the real tables were not touched' : 'what was written stays, and a new run goes on from it';
}

/** Ends the run as the operator asked. @throws ApplicationFailure `Aborted`, always but for Interrupted and HistoryFull */
export async function abort(flow: Flow, rollback: boolean, force: boolean): Promise<never> {
  const { state } = flow;
  const first = state.snapshot.stages[0]?.name;
  state.enter('aborting', rollback ? 'aborting with rollback' : 'aborting');
  if (rollback && first !== undefined) await rollBackTo(flow, first, force);
  throw ApplicationFailure.nonRetryable(
    rollback
      ? 'Aborted by the operator; everything this run had written was rolled back.'
      : `Aborted by the operator; ${remains(state)}.`,
    'Aborted',
  );
}

/**
 * Takes over the transforms of the workers' build: what other transforms have written is rolled back first, from the
 * first stage on of which the target holds something. @throws Interrupted, to have the rollback carried out
 */
export async function acceptPlan(flow: Flow): Promise<void> {
  const { state } = flow;
  const { written } = await undisturbed(flow, () => bookkeeping(flow).changedStages({ run: flow.run }));
  const first = state.snapshot.stages.find(({ name }) => written.includes(name))?.name ?? null;
  if (first === null) await undisturbed(flow, () => bookkeeping(flow).acceptPlan({ run: flow.run }));
  state.acceptsBy(first);
  throw new Interrupted();
}
