import { plain } from '../../../engine/messages/message.ts';
import { isAborted, isComplete, isFailed } from '../../../engine/messages/workflows/refusals.ts';
import { CONTROL_MESSAGES } from '../../../workflows/control-messages.ts';
import { DEFAULTS } from '../../../workflows/messages/options.ts';
import { RunState } from '../../../workflows/state/run-state.ts';
import { PLAN_CHANGED, ROWS_CHANGED } from '../../../workflows/state/snapshot.ts';

export const OVER = { complete: isComplete, aborted: isAborted, failed: isFailed };
export const STAGES = ['user', 'artist', 'project', 'fundingProject', 'payment'];
export const counters = { read: 0, written: 0, quarantined: 0, contested: 0, rows: 0, skipped: 0, findings: {} };

/** Sends a message as an operator does. @returns why it is refused, or null */
export function tell(state: RunState, name: string, ...given: unknown[]): string | null {
  const read = CONTROL_MESSAGES[name]!.read(given);
  return (typeof read === 'function' ? read(state) : read)?.text ?? null;
}

export function running(): RunState {
  const state = RunState.begin(DEFAULTS);
  state.begun({ runId: '0191', schema: null, epoch: 1 }, STAGES);
  return state;
}

/** In the middle of its third stage. */
export function inProject(): RunState {
  const state = running();
  for (const name of ['user', 'artist']) state.enterStage(name, 'complete', 1_000);
  state.enterStage('project', 'copying', 2_000);
  return state;
}

export function paused(): RunState {
  const state = inProject();
  tell(state, 'pause', { reason: 'lunch' });
  state.enter('paused', 'lunch');
  return state;
}

export function blocked(): RunState {
  const state = inProject();
  state.block(plain('The source is down.'));
  return state;
}

export function atGate(): RunState {
  const state = inProject();
  state.blockAtGate('payment');
  return state;
}

export function rollingBack(then: 'rerun' | 'pause' = 'rerun'): RunState {
  const state = inProject();
  tell(state, 'rollbackToStage', { stage: 'artist', then });
  state.enter('rollingBack', 'rolling back to artist');
  return state;
}

/** A rollback that has found rows of others, and waits. */
export function objected(intent: 'rollback' | 'abort' = 'rollback'): RunState {
  const state = inProject();
  if (intent === 'abort') tell(state, 'abort', { rollback: true });
  else tell(state, 'rollbackToStage', { stage: 'artist', then: 'pause' });
  state.block(plain('Others have changed 3 documents.'), ROWS_CHANGED);
  return state;
}

export function planChanged(): RunState {
  const state = inProject();
  state.block(plain('Other transforms.'), PLAN_CHANGED);
  return state;
}

export function aborting(): RunState {
  const state = inProject();
  tell(state, 'abort', {});
  state.enter('aborting');
  return state;
}

export function ended(phase: 'complete' | 'aborted' | 'failed'): RunState {
  const state = inProject();
  state.enter(phase);
  return state;
}

/** Everything but the refusals: a refused message must leave it as it was. */
export const standOf = (state: RunState) => structuredClone(state.snapshot);

/** In its third stage, with a document of the first in quarantine. */
export function holding(state = inProject()): RunState {
  const copied = {
    counters: { ...counters, read: 3, written: 2, quarantined: 1 },
    total: 3,
    done: true,
    position: null,
  };
  state.planned('user', 'copied', [copied], 1_000);
  return state;
}

export function retrying(): RunState {
  const state = holding();
  tell(state, 'retryQuarantine', { stage: 'user' });
  return state;
}
