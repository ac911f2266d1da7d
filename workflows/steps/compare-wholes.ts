import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { TotalsAnswer } from '../../activities/run/run-steps.ts';
import { asMessage, type Message } from '../../engine/messages/message.ts';
import { totalsDiffer } from '../../engine/messages/workflows/blocked.ts';
import { bookkeeping, documents } from '../activity-proxies.ts';
import type { Flow } from '../flow.ts';
import type { RunState } from '../state/run-state.ts';
import type { CatchUpState } from '../state/snapshot.ts';
import { runLanes } from './lanes.ts';

/** Thrown by a lane when source and target disagree in a whole stage. */
class Disagreement extends Error {
  override readonly name = 'Disagreement';
  readonly said: Message;
  constructor(said: Message) {
    super(said.text);
    this.said = said;
  }
}

/** Blocks until source and target agree in all totals and references of a stage. @throws Interrupted, HistoryFull */
export async function verifyTotals(flow: Flow, stage: string): Promise<void> {
  for (;;) {
    const { disagree } = await flow.persistently(() => askTotals(flow, stage, false));
    if (disagree.length === 0) return;
    await flow.blocked(reasonOf(stage, disagree));
  }
}

/** Draws a stage's samples; of one that is `live` they wait for the end. @throws Interrupted, HistoryFull */
export async function sample(flow: Flow, stage: string, live: boolean): Promise<void> {
  await flow.persistently(async () => {
    await askSample(flow, stage, live);
    return true;
  });
}

/** Whether `followReferences` has been through all stages. */
export function isFollowed({ maintenance, snapshot }: Pick<RunState, 'maintenance' | 'snapshot'>): boolean {
  return maintenance.followed === snapshot.stages.length;
}

/**
 * While the platform works: holds the references of all stages to the source, but for documents that were written to since
 * they were moved. It takes long, and later passes compare whatever changes row by row, so that the downtime is spared it.
 * @throws Interrupted, HistoryFull
 */
export async function followReferences(flow: Flow): Promise<void> {
  const { maintenance, snapshot } = flow.state;
  for (;;) {
    const stage = snapshot.stages[maintenance.followed ?? 0];
    if (stage === undefined) return;
    const { disagree } = await flow.persistently(() =>
      documents(flow).followReferences({ run: flow.run, stage: stage.name }),
    );
    if (disagree.length === 0) maintenance.followed = (maintenance.followed ?? 0) + 1;
    else await flow.blocked(reasonOf(stage.name, disagree));
  }
}

/**
 * The totals of all stages, and samples of them, when nothing is written to the source any more: several stages at once,
 * since the platform waits. References that were followed before are not followed again.
 * @param pass keeps the stages that agree
 * @throws Interrupted, HistoryFull
 */
export async function compareWholes(flow: Flow, pass: CatchUpState): Promise<void> {
  const { snapshot } = flow.state;
  pass.agreeing ??= [];
  const { agreeing } = pass;
  const followed = isFollowed(flow.state);
  for (;;) {
    const open = snapshot.stages.flatMap(({ name }) => (agreeing.includes(name) ? [] : [name]));
    if (open.length === 0) return;
    const failure = await runLanes(
      [...open.keys()],
      () => flow.state.parallelism,
      async (place) => {
        const stage = open[place]!;
        await flow.boundary();
        const answer = await flow.interruptible(() => compareWhole(flow, stage, followed));
        if (answer === null) return false;
        if (answer.disagree.length > 0) throw new Disagreement(reasonOf(stage, answer.disagree));
        agreeing.push(stage);
        return true;
      },
    );
    if (failure === null) continue;
    if (failure instanceof Disagreement) await flow.blocked(failure.said);
    else if (failure instanceof ActivityFailure && !isCancellation(failure)) await flow.blockedBy(failure);
    else throw failure;
  }
}

async function compareWhole(flow: Flow, stage: string, followed: boolean): Promise<TotalsAnswer> {
  const answer = await askTotals(flow, stage, followed);
  if (answer.disagree.length === 0) await askSample(flow, stage, false);
  return answer;
}

function askTotals(flow: Flow, stage: string, followed: boolean): Promise<TotalsAnswer> {
  const { limit, retry } = flow.state.snapshot.options;
  const limited = limit !== null || Boolean(retry);
  const how = { limited, ...(followed && { followed }), ...(retry && { allReferences: true }) };
  return documents(flow).verifyTotals({ run: flow.run, stage, ...how });
}

function askSample(flow: Flow, stage: string, live: boolean): Promise<void> {
  return bookkeeping(flow).sampleStage({ run: flow.run, stage, ...(live && { live }) });
}

/** Why a run whose stage does not agree is blocked. */
export function reasonOf(stage: string, disagree: readonly (Message | string)[]): Message {
  return totalsDiffer({ stage, differences: disagree.slice(0, 5).map(asMessage) });
}
