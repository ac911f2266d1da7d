import { z } from 'zod';
import { DOES, TAKES } from '../engine/messages/workflows/sends.ts';
import { retryFilter, throttleLimits, wholeNumber } from './messages/options.ts';
import { type ControlMessage, controlMessage, orNothing, orText } from './messages/shape.ts';
import { strictObject } from './messages/strict-object.ts';
import type { RunState } from './state/run-state.ts';

const nothing = orNothing(strictObject({}));
const flag = z.boolean().default(false);
const extent = { force: flag, includeEarlier: z.boolean().optional() };

/** Every message to a migration: what it takes, and what it does to the run. In this order those are heard that came early. */
export const CONTROL_MESSAGES: Readonly<Record<string, ControlMessage<RunState>>> = {
  pause: controlMessage({
    does: DOES.pause,
    takes: TAKES.reason,
    shape: orNothing(strictObject({ reason: z.string().optional() })),
    act: (state, { reason }) => state.pause(reason),
  }),
  resume: controlMessage({
    does: DOES.resume,
    takes: TAKES.nothing,
    shape: nothing,
    act: (state) => state.resume(),
  }),
  rollbackToStage: controlMessage({
    does: DOES.rollbackToStage,
    takes: TAKES.stage,
    shape: orText(
      'stage',
      strictObject({ stage: z.string(), then: z.enum(['rerun', 'pause']).default('rerun'), ...extent }),
    ),
    act: (state, asked) => state.rollbackToStage(asked),
  }),
  abort: controlMessage({
    does: DOES.abort,
    takes: TAKES.extent,
    shape: orNothing(strictObject({ rollback: flag, ...extent })),
    act: (state, asked) => state.abort(asked),
  }),
  approve: controlMessage({
    does: DOES.approve,
    takes: TAKES.gate,
    shape: orText('gate', strictObject({ gate: z.string().min(1) })),
    act: (state, { gate }) => state.approve(gate),
  }),
  setBatchSize: controlMessage({
    does: DOES.setBatchSize,
    ...wholeNumber(1, 10_000),
    act: (state, size) => state.setBatchSize(size),
  }),
  setParallelism: controlMessage({
    does: DOES.setParallelism,
    ...wholeNumber(1, 64),
    act: (state, lanes) => state.setParallelism(lanes),
  }),
  setThrottle: controlMessage({
    does: DOES.setThrottle,
    takes: TAKES.limits,
    shape: orNothing(throttleLimits),
    act: (state, limits) => state.setThrottle(limits),
  }),
  acceptPlanChange: controlMessage({
    does: DOES.acceptPlanChange,
    takes: TAKES.nothing,
    shape: nothing,
    act: (state) => state.acceptPlanChange(),
  }),
  retryQuarantine: controlMessage({
    does: DOES.retryQuarantine,
    takes: TAKES.filter,
    shape: orNothing(retryFilter),
    act: (state, filter) => state.retryQuarantine(filter),
  }),
};
