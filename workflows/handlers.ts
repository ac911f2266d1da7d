import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { Flow } from './flow.ts';
import {
  type AbortMessage,
  type ApproveMessage,
  abortSignal,
  abortUpdate,
  acceptPlanChangeSignal,
  acceptPlanChangeUpdate,
  approveSignal,
  approveUpdate,
  type PauseMessage,
  type Progress,
  pauseSignal,
  pauseUpdate,
  type RetryMessage,
  type RollbackMessage,
  resumeSignal,
  resumeUpdate,
  retryQuarantineSignal,
  retryQuarantineUpdate,
  rollbackToStageSignal,
  rollbackToStageUpdate,
  setBatchSizeSignal,
  setBatchSizeUpdate,
  setParallelismSignal,
  setParallelismUpdate,
  setThrottleSignal,
  setThrottleUpdate,
  type ThrottleMessage,
} from './messages.ts';
import { RunState } from './run-state.ts';

/** What Temporal's UI says beside each name in its dialogs: what to give to it, above all. */
const SAYS = {
  pause: { description: 'Stop at the next batch boundary. Data: nothing, or {"reason": "…"}' },
  resume: { description: 'Go on with a paused or blocked run. Data: nothing' },
  rollbackToStage: {
    description:
      'Delete what this stage and all later ones have written. Data: {"stage": "…"}, with "then": "rerun" or "pause", "force": true',
  },
  abort: { description: 'End the run for good. Data: nothing, or {"rollback": true}, with "force": true' },
  approve: { description: 'Open a gate that waits. Data: {"gate": "…"}' },
  setBatchSize: { description: 'Documents in one transaction. Data: a number from 1 to 10000' },
  setParallelism: { description: 'Partitions that are moved at once. Data: a number from 1 to 64' },
  setThrottle: {
    description:
      'Documents read a second, and the slowest answer in ms. Data: {"documentsPerSecond": …, "maxLatency": …}, or nothing',
  },
  retryQuarantine: {
    description: 'Try documents in quarantine again. Data: nothing, or {"stage": "…"}, {"code": "…"}, or both',
  },
  acceptPlanChange: { description: 'Write anew what other transforms have written. Data: nothing' },
} as const;

/**
 * Signals and updates do the same; a signal that makes no sense is kept in the progress as refused, an update is
 * refused by its validator before it changes anything, and answers the new state otherwise.
 */
export function handleMessages(flow: Flow): void {
  const { state } = flow;
  const signal = (name: string, held: unknown, act: () => string | null): void => {
    const reason = state.hear('signal', name, held, act);
    if (reason !== null) state.refuse(name, reason, Date.now());
    flow.heed();
  };
  const update = (name: string, held: unknown, act: () => string | null): Progress => {
    refuse(state.hear('update', name, held, act));
    flow.heed();
    return state.progress(Date.now());
  };
  // A validator may change nothing, so the message is tried on a copy.
  const tried = (act: (copy: RunState) => string | null): void =>
    refuse(act(new RunState(JSON.parse(JSON.stringify(state.snapshot)))));

  setHandler(pauseSignal, (message?: PauseMessage) => signal('pause', message, () => state.pause(message)), SAYS.pause);
  setHandler(resumeSignal, () => signal('resume', null, () => state.resume()), SAYS.resume);
  setHandler(
    rollbackToStageSignal,
    (message: RollbackMessage) => signal('rollbackToStage', message, () => state.rollbackToStage(message)),
    SAYS.rollbackToStage,
  );
  setHandler(abortSignal, (message?: AbortMessage) => signal('abort', message, () => state.abort(message)), SAYS.abort);
  setHandler(
    approveSignal,
    (message: ApproveMessage | string) => signal('approve', message, () => state.approve(message)),
    SAYS.approve,
  );
  setHandler(
    setBatchSizeSignal,
    (size: number) => signal('setBatchSize', size, () => state.setBatchSize(size)),
    SAYS.setBatchSize,
  );
  setHandler(
    setParallelismSignal,
    (lanes: number) => signal('setParallelism', lanes, () => state.setParallelism(lanes)),
    SAYS.setParallelism,
  );
  setHandler(
    setThrottleSignal,
    (message?: ThrottleMessage) => signal('setThrottle', message, () => state.setThrottle(message)),
    SAYS.setThrottle,
  );
  setHandler(
    acceptPlanChangeSignal,
    () => signal('acceptPlanChange', null, () => state.acceptPlanChange()),
    SAYS.acceptPlanChange,
  );
  setHandler(
    retryQuarantineSignal,
    (message?: RetryMessage) => signal('retryQuarantine', message, () => state.retryQuarantine(message)),
    SAYS.retryQuarantine,
  );

  setHandler(pauseUpdate, (message?: PauseMessage) => update('pause', message, () => state.pause(message)), {
    ...SAYS.pause,
    validator: (message?: PauseMessage) => tried((copy) => copy.pause(message)),
  });
  setHandler(resumeUpdate, () => update('resume', null, () => state.resume()), {
    ...SAYS.resume,
    validator: () => tried((copy) => copy.resume()),
  });
  setHandler(
    rollbackToStageUpdate,
    (message: RollbackMessage) => update('rollbackToStage', message, () => state.rollbackToStage(message)),
    {
      ...SAYS.rollbackToStage,
      validator: (message) => tried((copy) => copy.rollbackToStage(message)),
    },
  );
  setHandler(abortUpdate, (message?: AbortMessage) => update('abort', message, () => state.abort(message)), {
    ...SAYS.abort,
    validator: (message?: AbortMessage) => tried((copy) => copy.abort(message)),
  });
  setHandler(
    approveUpdate,
    (message: ApproveMessage | string) => update('approve', message, () => state.approve(message)),
    {
      ...SAYS.approve,
      validator: (message) => tried((copy) => copy.approve(message)),
    },
  );
  setHandler(setBatchSizeUpdate, (size: number) => update('setBatchSize', size, () => state.setBatchSize(size)), {
    ...SAYS.setBatchSize,
    validator: (size) => tried((copy) => copy.setBatchSize(size)),
  });
  setHandler(
    setParallelismUpdate,
    (lanes: number) => update('setParallelism', lanes, () => state.setParallelism(lanes)),
    {
      ...SAYS.setParallelism,
      validator: (lanes) => tried((copy) => copy.setParallelism(lanes)),
    },
  );
  setHandler(
    setThrottleUpdate,
    (message?: ThrottleMessage) => update('setThrottle', message, () => state.setThrottle(message)),
    { ...SAYS.setThrottle, validator: (message?: ThrottleMessage) => tried((copy) => copy.setThrottle(message)) },
  );
  setHandler(acceptPlanChangeUpdate, () => update('acceptPlanChange', null, () => state.acceptPlanChange()), {
    ...SAYS.acceptPlanChange,
    validator: () => tried((copy) => copy.acceptPlanChange()),
  });
  setHandler(
    retryQuarantineUpdate,
    (message?: RetryMessage) => update('retryQuarantine', message, () => state.retryQuarantine(message)),
    {
      ...SAYS.retryQuarantine,
      validator: (message?: RetryMessage) => tried((copy) => copy.retryQuarantine(message)),
    },
  );
}

/** @throws ApplicationFailure `Refused` with the reason */
export function refuse(reason: string | null): void {
  if (reason === null) return;
  const refusal = ApplicationFailure.nonRetryable(reason, 'Refused');
  // Temporal's UI shows a stack below the reason: it would only say where this code lies.
  refusal.stack = '';
  throw refusal;
}
