import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { SegmentReport, ThrottleLimits } from '../../activities/stage/segment.ts';
import type { Message } from '../../engine/messages/message.ts';
import { rowsDiffer } from '../../engine/messages/workflows/blocked.ts';
import { documents } from '../activity-proxies.ts';
import type { Flow } from '../flow.ts';
import { batchSizeOf, isManual, tooManyQuarantined, VERIFY_BATCH } from '../messages/options.ts';
import { isLive } from '../state/maintenance-state.ts';
import { COMPARISON } from '../state/run-state.ts';
import { progressOf } from '../state/stage-state.ts';
import { confirmAbsent } from './absence.ts';
import { sample, verifyTotals } from './compare-wholes.ts';
import { runLanes } from './lanes.ts';

/** Thrown by a lane when its stage has more in quarantine than was allowed. */
class OverLimit extends Error {
  override readonly name = 'OverLimit';
}

/**
 * One stage from where it stands to complete: planned, copied, contested documents settled, verified by totals and row
 * by row, sampled. Every step is harmless when repeated; those that are passed are not repeated by the next execution.
 */
export async function runStage(flow: Flow, stage: string): Promise<void> {
  const { state } = flow;
  const { options } = state.snapshot;
  await flow.gate(stage, isManual(options, stage));
  await flow.once(`${stage}:settled`, async () => {
    await copyStage(flow, stage);
    await settleStage(flow, stage);
  });
  await acceptQuarantine(flow, stage);
  await verifyAndSample(flow, stage);
}

/** A complete stage whose rows were compared by an older build: they are compared once more. @throws Interrupted, HistoryFull */
export async function verifyAgain(flow: Flow, stage: string): Promise<void> {
  flow.state.forgetPassed(COMPARISON(stage));
  await verifyAndSample(flow, stage);
}

async function verifyAndSample(flow: Flow, stage: string): Promise<void> {
  const { state } = flow;
  await verifyStage(flow, stage);
  await sample(flow, stage, isLive(state));
  state.enterStage(stage, 'complete', Date.now());
  flow.show();
}

async function settleStage(flow: Flow, stage: string): Promise<void> {
  const { state } = flow;
  state.enterStage(stage, 'settling', Date.now());
  const { report } = await flow.persistently(() =>
    documents(flow).settleStage({
      ...{ run: flow.run, stage, sequence: state.nextSequence() },
      ...(isLive(state) && { live: true }),
    }),
  );
  state.settled(stage, report);
}

async function copyStage(flow: Flow, stage: string): Promise<void> {
  const { state } = flow;
  state.enterStage(stage, 'copying', Date.now());
  await flow.once(`${stage}:planned`, async () => {
    const plan = await flow.persistently(() =>
      documents(flow).planStage({ run: flow.run, stage, parallelism: state.parallelism }),
    );
    Object.assign(state.stage(stage), { copied: plan.partitions, skipExisting: plan.skipExisting });
    if (plan.absent) state.isAbsent(plan.absent);
  });
  await confirmAbsent(flow);
  state.planned(stage, 'copied', state.stage(stage).copied, Date.now());
  flow.show();
  await runPartitions(flow, stage, 'copied', (partition) =>
    documents(flow).copySegment({
      run: flow.run,
      stage,
      partition,
      sequence: state.nextSequence(),
      batchSize: state.snapshot.batchSize ?? batchSizeOf(state.snapshot.options, stage),
      seconds: state.snapshot.tuning.segmentSeconds,
      skipExisting: state.stage(stage).skipExisting === true,
      ...throttleOf(flow, stage, 'copied'),
    }),
  );
}

async function verifyStage(flow: Flow, stage: string): Promise<void> {
  const { state } = flow;
  const live = isLive(state);
  state.enterStage(stage, 'verifying', Date.now());
  if (!live) await flow.once(`${stage}:totals`, () => verifyTotals(flow, stage));
  for (;;) {
    await flow.once(COMPARISON(stage), async () => {
      const { anew = false } = state.stage(stage);
      const verified = await flow.persistently(() =>
        documents(flow).planStageVerification({ run: flow.run, stage, anew }),
      );
      Object.assign(state.stage(stage), { verified });
    });
    state.planned(stage, 'verified', state.stage(stage).verified, Date.now());
    await runPartitions(flow, stage, 'verified', (partition) =>
      documents(flow).verifySegment({
        run: flow.run,
        stage,
        partition,
        sequence: state.nextSequence(),
        batchSize: VERIFY_BATCH,
        seconds: state.snapshot.tuning.segmentSeconds,
        skipExisting: false,
        ...(live && { live }),
        ...throttleOf(flow, stage, 'verified'),
      }),
    );
    const { differences } = progressOf(state.stage(stage));
    if (differences === 0) return;
    state.compareAnew(stage);
    await flow.blocked(rowsDiffer({ stage, differences }));
  }
}

/** A segment's part of the limit: that of the run, over those that are under way beside each other. */
function throttleOf(flow: Flow, stage: string, kind: 'copied' | 'verified'): { throttle?: ThrottleLimits } {
  const { throttle, options } = flow.state.snapshot;
  const limits = throttle === undefined ? options.throttle : throttle;
  if (!limits || (limits.documentsPerSecond === null && limits.maxLatency === null)) return {};
  const open = flow.state.stage(stage)[kind].filter(({ done }) => !done).length;
  const lanes = Math.max(1, Math.min(flow.state.parallelism, open));
  const { documentsPerSecond, maxLatency } = limits;
  return { throttle: { documentsPerSecond: documentsPerSecond && documentsPerSecond / lanes, maxLatency } };
}

/**
 * Runs the segments of a stage's partitions, as many partitions at once as parallelism allows, until all are done.
 * When one fails for good the others stop at their next boundary, the run is blocked, and then all go on.
 * @throws Interrupted, HistoryFull
 */
async function runPartitions(
  flow: Flow,
  stage: string,
  kind: 'copied' | 'verified',
  segment: (partition: number) => Promise<SegmentReport>,
): Promise<void> {
  const { state } = flow;
  for (;;) {
    const open = state.stage(stage)[kind].flatMap(({ done }, partition) => (done ? [] : [partition]));
    if (open.length === 0) return;
    const failure = await runLanes(
      open,
      () => state.parallelism,
      async (partition) => {
        await flow.boundary();
        const report = await flow.interruptible(() => segment(partition));
        if (report === null) return false;
        state.advanced(stage, kind, partition, report, Date.now());
        if (kind === 'copied' && overLimit(flow, stage) !== null) throw new OverLimit();
        return report.done;
      },
    );
    if (failure === null) continue;
    if (failure instanceof OverLimit) await acceptQuarantine(flow, stage);
    else if (failure instanceof ActivityFailure && !isCancellation(failure)) {
      await flow.blockedBy(failure, stage);
    } else throw failure;
  }
}

/** Blocks while the stage has more in quarantine than was allowed and nobody has accepted that. @throws Interrupted */
async function acceptQuarantine(flow: Flow, stage: string): Promise<void> {
  const reason = overLimit(flow, stage);
  if (reason === null) return;
  await flow.blocked(reason, null, () => flow.state.accept(stage));
}

function overLimit({ state }: Flow, stage: string): Message | null {
  if (state.isAccepted(stage)) return null;
  const { quarantined, total, read } = progressOf(state.stage(stage));
  return tooManyQuarantined(state.snapshot.options, stage, quarantined, Math.max(total ?? 0, read));
}
