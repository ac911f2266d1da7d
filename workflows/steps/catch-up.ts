import { patched } from '@temporalio/workflow';
import type { FindChangesRef } from '../../activities/stage/find-changes.ts';
import type { ChangesRef } from '../../activities/stage/reconcile-steps.ts';
import { changesDiffer, documentsDeparted } from '../../engine/messages/workflows/blocked.ts';
import { bookkeeping, documents } from '../activity-proxies.ts';
import { asking, type Flow } from '../flow.ts';
import { batchSizeOf, CATCH_UP, VERIFY_BATCH } from '../messages/options.ts';
import { CATCH_UP_STEPS, type CatchUpState, type CatchUpStep } from '../state/snapshot.ts';
import { compareWholes } from './compare-wholes.ts';

/** How changes are found: by the source's feed of changes, or by comparing every document with what was moved. */
export type How = FindChangesRef['how'];

/** Passes of a reconciliation: the source may go on changing, so that there is always something left. */
const RECONCILE_PASSES = 3;

/**
 * One pass: changes are found in every stage, applied in the plan's order, the rows that they leave over are deleted in
 * reverse order, and what was applied is compared with the source. A pass that was interrupted goes on where it stood,
 * in the next execution, too.
 * @throws Interrupted, HistoryFull
 */
async function catchUp(flow: Flow, how: How): Promise<CatchUpState> {
  const { state } = flow;
  const pass = state.enterPass(how);
  while (pass.step !== 'done') {
    const stages = state.snapshot.stages.map(({ name }) => name);
    const ordered = pass.step === 'sweep' ? stages.reverse() : stages;
    const { step } = pass;
    for (const stage of ordered.slice(pass.stagesDone)) {
      while (!(await takeStep(flow, pass, step, stage))) flow.show();
      pass.stagesDone += 1;
      flow.show();
    }
    if (step === 'find' && state.snapshot.options.reconcile && patched('departures')) await confirmDepartures(flow);
    pass.step = CATCH_UP_STEPS[CATCH_UP_STEPS.indexOf(step) + 1] ?? 'done';
    pass.stagesDone = 0;
  }
  return pass;
}

/**
 * A source that does not hold what it held is more likely another one, or half restored, than a platform that has lost so
 * much: somebody has to say that it is meant so before anything is deleted. @throws Interrupted, HistoryFull
 */
async function confirmDepartures(flow: Flow): Promise<void> {
  const many = await flow.persistently(() => documents(flow).findDepartures({ run: flow.run }));
  for (const { stage, departing, documents: all } of many) {
    const gate = `departures:${stage}`;
    const sentence = documentsDeparted({ stage, departing, all });
    await flow.confirmation(gate, asking(sentence, gate));
  }
}

/** Changes in one transaction, for each document in one of the copy: the platform may be waiting for the pass. */
const WIDER = 4;

/** @returns whether the stage is done with this step */
async function takeStep(flow: Flow, pass: CatchUpState, step: CatchUpStep, stage: string): Promise<boolean> {
  const { state } = flow;
  const seconds = state.snapshot.tuning.segmentSeconds;
  const ref = (batchSize: number): ChangesRef => ({
    run: flow.run,
    stage,
    seconds,
    batchSize,
    sequence: state.nextSequence(),
  });
  const written = WIDER * (state.snapshot.batchSize ?? batchSizeOf(state.snapshot.options, stage));
  if (step === 'find') {
    const find = () =>
      documents(flow).findChanges({ run: flow.run, stage, how: pass.how, sequence: state.nextSequence(), seconds });
    if (!pass.isFound) pass.isFound = (await flow.persistently(find)).done;
    if (!pass.isFound) return false;
    pass.found = await countFound(flow);
    delete pass.isFound;
    return true;
  }
  if (step === 'apply') {
    const { applied, done } = await flow.persistently(() => documents(flow).applyChanges(ref(written)));
    pass.applied += applied;
    return done;
  }
  if (step === 'sweep') {
    const { rows, done } = await flow.persistently(() => documents(flow).sweepDeparting(ref(written)));
    pass.swept += rows;
    return done;
  }
  const { verified, changedAgain, differences, where, done } = await flow.persistently(() =>
    documents(flow).verifyChanges(ref(VERIFY_BATCH)),
  );
  pass.verified += verified;
  pass.changedAgain += changedAgain;
  if (differences === 0) return done;
  await flow.blocked(changesDiffer({ stage, differences, places: where }));
  return false;
}

async function countFound(flow: Flow): Promise<number> {
  const counts = await flow.persistently(() => bookkeeping(flow).countChanges({ run: flow.run }));
  return counts.reduce((sum, { found }) => sum + found, 0);
}

/**
 * Passes while the platform works on, until the difference between source and target is small, or shrinks no more: what
 * is left then is a matter of how fast the source changes. The first one compares every document, so that what the feed
 * does not name comes over, too. @throws Interrupted, HistoryFull
 */
export async function catchUpUntilSmall(flow: Flow): Promise<void> {
  const { snapshot, maintenance } = flow.state;
  const { small, passes } = snapshot.options.catchUp ?? CATCH_UP;
  const behind = (snapshot.catchUp?.pass ?? 0) - (isUnderWay(snapshot.catchUp) ? 1 : 0);
  maintenance.closingSince ??= behind;
  for (;;) {
    const { found, foundBefore, pass } = await catchUp(flow, snapshot.catchUp === undefined ? 'fingerprint' : 'feed');
    const shrinks = foundBefore === undefined || found < foundBefore;
    const isClose = pass > 1 && (found <= small || !shrinks);
    if (isClose || pass - maintenance.closingSince >= passes) break;
  }
  delete maintenance.closingSince;
}

/**
 * The last of the passes, when nothing is written to the source any more: what came before it began is brought over and
 * compared, then the totals of all stages. @throws Interrupted, HistoryFull
 */
export async function catchUpForGood(flow: Flow, how: How): Promise<void> {
  const { snapshot, maintenance } = flow.state;
  if (maintenance.lastPass === undefined) {
    // What is under way may have looked before the last write came.
    if (isUnderWay(snapshot.catchUp)) await catchUp(flow, how);
    maintenance.lastPass = (snapshot.catchUp?.pass ?? 0) + 1;
  }
  const isOver = (pass: CatchUpState) => pass.pass >= maintenance.lastPass! && pass.changedAgain === 0;
  let pass = snapshot.catchUp;
  while (pass === undefined || isUnderWay(pass) || !isOver(pass)) pass = await catchUp(flow, how);
  await compareWholes(flow, pass);
}

const isUnderWay = (pass: CatchUpState | undefined) => pass !== undefined && pass.step !== 'done';

/**
 * The whole of a run that reconciles: passes until nothing is found, then, when every document was compared, the totals
 * of all stages. @throws Interrupted, HistoryFull
 */
export async function reconcile(flow: Flow, how: How): Promise<void> {
  const { snapshot } = flow.state;
  const isOver = ({ step, found, pass }: CatchUpState) => step === 'done' && (found === 0 || pass >= RECONCILE_PASSES);
  while (snapshot.catchUp === undefined || !isOver(snapshot.catchUp)) await catchUp(flow, how);
  if (how === 'fingerprint') await compareWholes(flow, snapshot.catchUp);
}
