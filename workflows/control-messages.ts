import { z } from 'zod';
import { count, retryFilter, throttleLimits } from './messages/options.ts';
import { type ControlMessage, controlMessage, orNothing, orText } from './messages/shape.ts';
import { strictObject } from './messages/strict-object.ts';
import type { RunState } from './state/run-state.ts';

const nothing = orNothing(strictObject({}));
const flag = z.boolean().default(false);
const extent = { force: flag, includeEarlier: z.boolean().optional() };

/** Every message to a migration: what it takes, and what it does to the run. In this order those are heard that came early. */
export const CONTROL_MESSAGES: Readonly<Record<string, ControlMessage<RunState>>> = {
  pause: controlMessage({
    does: 'Stop at the next batch boundary',
    takes: 'nothing, or {"reason": "…"}',
    shape: orNothing(strictObject({ reason: z.string().optional() })),
    act: (state, { reason }) => state.pause(reason),
  }),
  resume: controlMessage({
    does: 'Go on with a paused or blocked run',
    takes: 'nothing',
    shape: nothing,
    act: (state) => state.resume(),
  }),
  rollbackToStage: controlMessage({
    does: 'Delete what this stage and all later ones have written',
    takes: '{"stage": "…"}, with "then": "rerun" or "pause", "force": true, "includeEarlier": true',
    shape: orText(
      'stage',
      strictObject({ stage: z.string(), then: z.enum(['rerun', 'pause']).default('rerun'), ...extent }),
    ),
    act: (state, asked) => state.rollbackToStage(asked),
  }),
  abort: controlMessage({
    does: 'End the run for good',
    takes: 'nothing, or {"rollback": true}, with "force": true, "includeEarlier": true',
    shape: orNothing(strictObject({ rollback: flag, ...extent })),
    act: (state, asked) => state.abort(asked),
  }),
  approve: controlMessage({
    does: 'Open a gate that waits',
    takes: '{"gate": "…"}',
    shape: orText('gate', strictObject({ gate: z.string().min(1) })),
    act: (state, { gate }) => state.approve(gate),
  }),
  setBatchSize: controlMessage({
    does: 'Documents in one transaction',
    takes: 'a number from 1 to 10000',
    shape: count(1, 10_000),
    act: (state, size) => state.setBatchSize(size),
  }),
  setParallelism: controlMessage({
    does: 'Partitions that are moved at once',
    takes: 'a number from 1 to 64',
    shape: count(1, 64),
    act: (state, lanes) => state.setParallelism(lanes),
  }),
  setThrottle: controlMessage({
    does: 'Documents read a second, and the slowest answer in ms',
    takes: '{"documentsPerSecond": …, "maxLatency": …}, or nothing',
    shape: orNothing(throttleLimits),
    act: (state, limits) => state.setThrottle(limits),
  }),
  acceptPlanChange: controlMessage({
    does: 'Write anew what other transforms have written',
    takes: 'nothing',
    shape: nothing,
    act: (state) => state.acceptPlanChange(),
  }),
  retryQuarantine: controlMessage({
    does: 'Try documents in quarantine again',
    takes: 'nothing, or {"stage": "…"}, {"code": "…"}, or both',
    shape: orNothing(retryFilter),
    act: (state, filter) => state.retryQuarantine(filter),
  }),
};
