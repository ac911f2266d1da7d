import type { Conclusion } from '../../activities/run/run-steps.ts';
import { asMessage, type Message } from '../../engine/messages/message.ts';
import { notComplete } from '../../engine/messages/workflows/blocked.ts';
import { bookkeeping, documents } from '../activity-proxies.ts';
import type { Flow } from '../flow.ts';
import { confirmedAbsent } from './absence.ts';
import { reasonOf, verifyTotals } from './compare-wholes.ts';
import { undisturbed } from './rollback.ts';
import { verifyAgain } from './stage-flow.ts';

/** Blocks until the database finds that the run may be complete, without ending it. @throws Interrupted, HistoryFull */
export async function requireWhole(flow: Flow): Promise<void> {
  for (;;) {
    const answer = await flow.persistently(() => ask(flow, true));
    if (answer.reasons.length === 0) return;
    await improve(flow, answer);
  }
}

/**
 * Ends the run as complete, with the verdict of the database, which is made once; while it is refused the run is blocked,
 * and a message may set it back. From then on nothing does. @throws Interrupted, HistoryFull
 */
export async function conclude(flow: Flow): Promise<void> {
  const { state } = flow;
  for (;;) {
    await flow.boundary();
    // No message may come between the verdict and its answer.
    state.endNow();
    const answer = await undisturbed(flow, () => ask(flow, false));
    if (answer.ended !== null) return state.concluded(answer.ended);
    state.goesOn();
    await improve(flow, answer);
  }
}

/** As `conclude`, when the platform is up again and nothing can be set back any more. */
export async function concludeAtLast(flow: Flow): Promise<void> {
  const { state } = flow;
  for (;;) {
    const { ended, reasons } = await undisturbed(flow, () => ask(flow, false));
    if (ended !== null) return state.concluded(ended);
    await flow.standStill(sentenceOf(reasons), null, () => false);
  }
}

function ask(flow: Flow, asksOnly: boolean): Promise<Conclusion> {
  return bookkeeping(flow).concludeRun({ run: flow.run, confirmed: confirmedAbsent(flow.state.snapshot), asksOnly });
}

/** Does what only has to be done once more, or waits for somebody who mends it. @throws Interrupted, HistoryFull */
async function improve(flow: Flow, { reasons, stale, uncompared = [] }: Conclusion): Promise<void> {
  for (const stage of uncompared) await verifyAgain(flow, stage);
  for (const stage of stale) await compareAgain(flow, stage);
  if (stale.length + uncompared.length === 0) await flow.blocked(sentenceOf(reasons));
}

async function compareAgain(flow: Flow, name: string): Promise<void> {
  if (flow.state.snapshot.stages.some((stage) => stage.name === name)) return verifyTotals(flow, name);
  // A retry has written what a stage refers to that is no part of it.
  for (;;) {
    const step = () => documents(flow).followReferences({ run: flow.run, stage: name, isLast: true });
    const { disagree } = await flow.persistently(step);
    if (disagree.length === 0) return;
    await flow.blocked(reasonOf(name, disagree));
  }
}

function sentenceOf(reasons: readonly (Message | string)[]): Message {
  return notComplete({ reasons: reasons.map(asMessage) });
}
