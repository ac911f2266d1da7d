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
  type RollbackMessage,
  resumeSignal,
  resumeUpdate,
  rollbackToStageSignal,
  rollbackToStageUpdate,
  setBatchSizeSignal,
  setBatchSizeUpdate,
  setParallelismSignal,
  setParallelismUpdate,
} from './messages.ts';
import { RunState } from './run-state.ts';

/**
 * Signals and updates do the same; a signal that makes no sense is kept in the progress as refused, an update is
 * refused by its validator before it changes anything, and answers the new state otherwise.
 */
export function handleMessages(flow: Flow): void {
  const { state } = flow;
  const signal = (name: string, reason: string | null): void => {
    if (reason !== null) state.refuse(name, reason, Date.now());
    flow.heed();
  };
  const update = (reason: string | null): Progress => {
    refuse(reason);
    flow.heed();
    return state.progress(Date.now());
  };
  // A validator may change nothing, so the message is tried on a copy.
  const tried = (act: (copy: RunState) => string | null): void =>
    refuse(act(new RunState(JSON.parse(JSON.stringify(state.snapshot)))));

  setHandler(pauseSignal, (message?: PauseMessage) => signal('pause', state.pause(message)));
  setHandler(resumeSignal, () => signal('resume', state.resume()));
  setHandler(rollbackToStageSignal, (message: RollbackMessage) =>
    signal('rollbackToStage', state.rollbackToStage(message)),
  );
  setHandler(abortSignal, (message?: AbortMessage) => signal('abort', state.abort(message)));
  setHandler(approveSignal, (message: ApproveMessage | string) => signal('approve', state.approve(message)));
  setHandler(setBatchSizeSignal, (size: number) => signal('setBatchSize', state.setBatchSize(size)));
  setHandler(setParallelismSignal, (lanes: number) => signal('setParallelism', state.setParallelism(lanes)));
  setHandler(acceptPlanChangeSignal, () => signal('acceptPlanChange', state.acceptPlanChange()));

  setHandler(pauseUpdate, (message?: PauseMessage) => update(state.pause(message)), {
    validator: (message?: PauseMessage) => tried((copy) => copy.pause(message)),
  });
  setHandler(resumeUpdate, () => update(state.resume()), { validator: () => tried((copy) => copy.resume()) });
  setHandler(rollbackToStageUpdate, (message: RollbackMessage) => update(state.rollbackToStage(message)), {
    validator: (message) => tried((copy) => copy.rollbackToStage(message)),
  });
  setHandler(abortUpdate, (message?: AbortMessage) => update(state.abort(message)), {
    validator: (message?: AbortMessage) => tried((copy) => copy.abort(message)),
  });
  setHandler(approveUpdate, (message: ApproveMessage | string) => update(state.approve(message)), {
    validator: (message) => tried((copy) => copy.approve(message)),
  });
  setHandler(setBatchSizeUpdate, (size: number) => update(state.setBatchSize(size)), {
    validator: (size) => tried((copy) => copy.setBatchSize(size)),
  });
  setHandler(setParallelismUpdate, (lanes: number) => update(state.setParallelism(lanes)), {
    validator: (lanes) => tried((copy) => copy.setParallelism(lanes)),
  });
  setHandler(acceptPlanChangeUpdate, () => update(state.acceptPlanChange()), {
    validator: () => tried((copy) => copy.acceptPlanChange()),
  });
}

function refuse(reason: string | null): void {
  if (reason !== null) throw ApplicationFailure.nonRetryable(reason, 'Refused');
}
