import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import { asMessage, type Message } from '../../engine/messages/message.ts';
import {
  earlierDocumentsStay,
  earlierDocumentsStayToo,
  rowsChanged,
  rowsChangedAtAbort,
} from '../../engine/messages/workflows/blocked.ts';
import {
  aborted,
  abortedAndAllRolledBack,
  abortedAndPartlyRolledBack,
  abortedAndRolledBack,
  abortingWithRollback,
  aborting as nowAborting,
  rollingBack,
  tablesUntouched,
  writtenStays,
} from '../../engine/messages/workflows/progress.ts';
import { bookkeeping, documents } from '../activity-proxies.ts';
import { failureOf } from '../failure.ts';
import { blockOf, type Flow, Interrupted } from '../flow.ts';
import { staysOf } from '../state/earlier-documents.ts';
import type { RunState } from '../state/run-state.ts';
import { type AbortIntent, ROWS_CHANGED } from '../state/snapshot.ts';

/** How far a rollback goes. */
interface Extent {
  readonly force: boolean;
  /** Documents of earlier runs go, too; undefined is not said. */
  readonly includeEarlier?: boolean | undefined;
}

/**
 * Takes out what this run has written for a stage and all later ones, in reverse order. Before anything goes, rows that
 * others have inserted or changed are looked for; when there are any, it waits for force.
 * @returns documents of earlier runs that stay, by stage
 * @throws Interrupted when the operator wants something else by now; HistoryFull
 */
export async function rollBackTo(flow: Flow, to: string, { force, includeEarlier }: Extent) {
  const { state } = flow;
  const names = state.snapshot.stages.map(({ name }) => name);
  const concerned = names.slice(names.indexOf(to)).reverse();
  state.enter('rollingBack', rollingBack({ stage: to }));
  flow.show();
  if (!force) await survey(flow, concerned);
  const extent = includeEarlier === true;
  const { underRollback } = state.snapshot;
  const { emptied, earlier } =
    underRollback?.to === to && underRollback.includeEarlier === extent
      ? underRollback
      : state.beginRollback(to, await undisturbed(flow, () => bookkeeping(flow).raiseEpoch({ run: flow.run })), extent);
  for (const stage of concerned) {
    if (emptied.includes(stage)) continue;
    const stay = await deleteStage(flow, to, stage, extent);
    if (stay > 0) earlier[stage] = stay;
    emptied.push(stage);
  }
  const { intent } = state;
  if (intent.kind === 'rollback' && intent.acceptsPlan) {
    await undisturbed(flow, () => bookkeeping(flow).acceptPlan({ run: flow.run }));
  }
  state.rolledBack(to);
  flow.show();
  return earlier;
}

/** @throws Interrupted once the operator has answered to what stands in the way */
async function survey(flow: Flow, stages: readonly string[]): Promise<void> {
  const { state } = flow;
  const asked = state.intent;
  const { includeEarlier } = asked.kind === 'abort' || asked.kind === 'rollback' ? asked : {};
  const { objection, earlier = {} } = await undisturbed(flow, () =>
    documents(flow).surveyRollback({ run: flow.run, stages, ...(includeEarlier && { includeEarlier }) }),
  );
  // After an abort nobody could ask for it any more.
  const isToBeSaid = asked.kind === 'abort' && includeEarlier === undefined && Object.keys(earlier).length > 0;
  const said = objection === null ? null : asMessage(objection);
  if (state.intent === asked && isToBeSaid) await askForEarlier(flow, said, earlier);
  if (said === null) {
    state.surveyed();
    return;
  }
  await flow.standStill(
    asked.kind === 'abort' ? rowsChangedAtAbort({ objection: said }) : rowsChanged({ objection: said }),
    ROWS_CHANGED,
    () => state.intent !== asked,
  );
  throw new Interrupted();
}

/** @throws Interrupted once the operator has said whether what earlier runs have moved goes, too */
async function askForEarlier(flow: Flow, objection: Message | null, earlier: Readonly<Record<string, number>>) {
  const { state } = flow;
  const asked = state.intent;
  const stay = staysOf(earlier);
  await flow.standStill(
    objection === null
      ? earlierDocumentsStay({ documents: stay })
      : earlierDocumentsStayToo({ objection, documents: stay }),
    ROWS_CHANGED,
    () => state.intent !== asked,
  );
  throw new Interrupted();
}

async function deleteStage(flow: Flow, to: string, stage: string, includeEarlier: boolean) {
  const { state } = flow;
  const seconds = state.snapshot.tuning.segmentSeconds;
  state.enterStage(stage, 'rollingBack', Date.now());
  let deleted = 0;
  let left: number | null = null;
  let earlier = 0;
  for (let done = false; !done; ) {
    state.deleting({ to, stage, deleted, left });
    flow.show();
    // What is deleted stays deleted: the next execution goes on with the rest.
    flow.spareHistory();
    const extent = includeEarlier && { includeEarlier };
    const step = () => documents(flow).rollbackStage({ run: flow.run, stage, seconds, ...extent });
    const answer = await undisturbed(flow, step);
    deleted += answer.deleted;
    ({ left, done, earlier = 0 } = answer);
  }
  return earlier;
}

/**
 * A step of a rollback or of the end: only an abort interrupts it, and only when it is blocked; any other failure
 * blocks the run until resume. @throws Interrupted
 */
export async function undisturbed<T>(flow: Flow, step: () => Promise<T>): Promise<T> {
  const { state } = flow;
  for (;;) {
    try {
      return await flow.attended(step);
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      const { phase, reason, said } = state.snapshot;
      const { intent } = state;
      const isAborted = () => state.intent !== intent && state.intent.kind === 'abort';
      const block = blockOf(error);
      const isConfirmed = () => block.gate !== null && state.isApproved(block.gate);
      await flow.standStill(block.reason, block.by, () => isAborted() || isConfirmed(), block.gate);
      if (isAborted()) throw new Interrupted();
      if (block.gate !== null) state.passGate();
      state.enter(phase, said ?? reason);
      flow.show();
    }
  }
}

/** What an end before its time leaves behind. */
export function remains({ snapshot: { options } }: RunState): Message {
  return options.dryRun ? tablesUntouched() : writtenStays();
}

/** Ends the run as the operator asked. @throws ApplicationFailure `Aborted`, always but for Interrupted and HistoryFull */
export async function abort(flow: Flow, { rollback, ...extent }: AbortIntent): Promise<never> {
  const { state } = flow;
  const first = state.snapshot.stages[0]?.name;
  state.enter('aborting', rollback ? abortingWithRollback() : nowAborting());
  const earlier = rollback && first !== undefined ? await rollBackTo(flow, first, extent) : {};
  throw failureOf(rollback ? rolledBack(extent, staysOf(earlier)) : aborted({ remains: remains(state) }), 'Aborted');
}

function rolledBack({ includeEarlier }: Omit<Extent, 'force'>, stay: readonly Message[]): Message {
  if (includeEarlier) return abortedAndAllRolledBack();
  return stay.length === 0 ? abortedAndRolledBack() : abortedAndPartlyRolledBack({ documents: stay });
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
