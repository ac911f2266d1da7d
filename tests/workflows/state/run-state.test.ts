import { describe, expect, test } from '@jest/globals';
import { plain } from '../../../engine/messages/message.ts';
import { pausedByOperator } from '../../../engine/messages/workflows/progress.ts';
import {
  acceptingPlan,
  alreadyAborting,
  alreadyApproved,
  alreadyPaused,
  alreadyRetrying,
  alreadyRollingBack,
  beingAborted,
  gateWaits,
  isAborted,
  isComplete,
  isFailed,
  isFinishing,
  noSuchGate,
  noSuchStage,
  notBlockedByPlan,
  notHeld,
  nothingQuarantined,
  nothingQuarantinedIn,
  pausesAfterRollback,
  resumesByItself,
  rollingBackTo,
  stageNotReached,
} from '../../../engine/messages/workflows/refusals.ts';
import { CONTROL_MESSAGES } from '../../../workflows/control-messages.ts';
import { DEFAULTS } from '../../../workflows/messages/options.ts';
import { RunState } from '../../../workflows/state/run-state.ts';
import { PLAN_CHANGED, ROWS_CHANGED } from '../../../workflows/state/snapshot.ts';
import { saying } from '../../engine/messages/saying.ts';

const OVER = { complete: isComplete, aborted: isAborted, failed: isFailed };
const STAGES = ['user', 'artist', 'project', 'fundingProject', 'payment'];
const counters = { read: 0, written: 0, quarantined: 0, contested: 0, rows: 0, skipped: 0, findings: {} };

/** Sends a message as an operator does. @returns why it is refused, or null */
function tell(state: RunState, name: string, ...given: unknown[]): string | null {
  const read = CONTROL_MESSAGES[name]!.read(given);
  return (typeof read === 'function' ? read(state) : read)?.text ?? null;
}

function running(): RunState {
  const state = RunState.begin(DEFAULTS);
  state.begun({ runId: '0191', schema: null, epoch: 1 }, STAGES);
  return state;
}

/** In the middle of its third stage. */
function inProject(): RunState {
  const state = running();
  for (const name of ['user', 'artist']) state.enterStage(name, 'complete', 1_000);
  state.enterStage('project', 'copying', 2_000);
  return state;
}

function paused(): RunState {
  const state = inProject();
  tell(state, 'pause', { reason: 'lunch' });
  state.enter('paused', 'lunch');
  return state;
}

function blocked(): RunState {
  const state = inProject();
  state.block(plain('The source is down.'));
  return state;
}

function atGate(): RunState {
  const state = inProject();
  state.blockAtGate('payment');
  return state;
}

function rollingBack(then: 'rerun' | 'pause' = 'rerun'): RunState {
  const state = inProject();
  tell(state, 'rollbackToStage', { stage: 'artist', then });
  state.enter('rollingBack', 'rolling back to artist');
  return state;
}

/** A rollback that has found rows of others, and waits. */
function objected(intent: 'rollback' | 'abort' = 'rollback'): RunState {
  const state = inProject();
  if (intent === 'abort') tell(state, 'abort', { rollback: true });
  else tell(state, 'rollbackToStage', { stage: 'artist', then: 'pause' });
  state.block(plain('3 documents had rows changed since.'), ROWS_CHANGED);
  return state;
}

function planChanged(): RunState {
  const state = inProject();
  state.block(plain('Other transforms.'), PLAN_CHANGED);
  return state;
}

function aborting(): RunState {
  const state = inProject();
  tell(state, 'abort', {});
  state.enter('aborting');
  return state;
}

function ended(phase: 'complete' | 'aborted' | 'failed'): RunState {
  const state = inProject();
  state.enter(phase);
  return state;
}

/** Everything but the refusals: a refused message must leave it as it was. */
const standOf = (state: RunState) => structuredClone(state.snapshot);

describe('pause', () => {
  test('holds a running run back: it is pausing until nothing is under way', () => {
    const state = inProject();
    expect(tell(state, 'pause', { reason: 'lunch' })).toBeNull();
    expect(state.snapshot).toMatchObject({ phase: 'pausing', reason: 'lunch', intent: { kind: 'pause' } });
  });
  test('needs no reason', () => {
    for (const message of [undefined, null, {}]) {
      const state = inProject();
      expect(tell(state, 'pause', message)).toBeNull();
      expect(state.snapshot.reason).toBe(pausedByOperator().text);
    }
  });
  test('works before preflight has answered, and the answer leaves it pausing', () => {
    const state = RunState.begin(DEFAULTS);
    expect(tell(state, 'pause', undefined)).toBeNull();
    state.begun({ runId: '0191', schema: null, epoch: 1 }, STAGES);
    expect(state.snapshot.phase).toBe('pausing');
  });
  test('twice is refused', () => {
    const state = inProject();
    tell(state, 'pause', undefined);
    expect(tell(state, 'pause', undefined)).toBe(alreadyPaused().text);
    expect(tell(paused(), 'pause', undefined)).toBe(alreadyPaused().text);
  });
  test('of a blocked run keeps what blocks it on show', () => {
    const state = blocked();
    expect(tell(state, 'pause', { reason: 'lunch' })).toBeNull();
    expect(state.snapshot).toMatchObject({ phase: 'blocked', reason: 'The source is down.' });
  });
  test('during a rollback takes effect after it, and is refused the second time', () => {
    const state = rollingBack();
    expect(tell(state, 'pause', undefined)).toBeNull();
    expect(tell(state, 'pause', undefined)).toBe(pausesAfterRollback().text);
    state.beginRollback('artist', 2, false);
    state.rolledBack('artist');
    expect(state.snapshot).toMatchObject({ phase: 'pausing', intent: { kind: 'pause' } });
  });
});

describe('resume', () => {
  test('lets a paused run, and a pausing one, go on', () => {
    const pausing = inProject();
    tell(pausing, 'pause', undefined);
    for (const state of [paused(), pausing]) {
      expect(tell(state, 'resume')).toBeNull();
      expect(state.snapshot).toMatchObject({ phase: 'running', reason: null, intent: { kind: 'go' } });
    }
  });
  test('before preflight has answered leads back to starting', () => {
    const state = RunState.begin(DEFAULTS);
    tell(state, 'pause', undefined);
    tell(state, 'resume');
    expect(state.snapshot.phase).toBe('starting');
  });
  test('of a running run is refused', () => {
    expect(tell(inProject(), 'resume')).toBe(notHeld().text);
  });
  test('unblocks a blocked run, and a pause of the same time with it', () => {
    const state = blocked();
    tell(state, 'pause', undefined);
    expect(tell(state, 'resume')).toBeNull();
    expect(state.snapshot).toMatchObject({ phase: 'running', intent: { kind: 'go' } });
  });
  test('does not open a gate', () => {
    expect(tell(atGate(), 'resume')).toBe(gateWaits({ gate: 'payment' }).text);
  });
  test('takes a pause back while a gate waits, and leaves the gate waiting', () => {
    const state = atGate();
    tell(state, 'pause', undefined);
    expect(tell(state, 'resume')).toBeNull();
    expect(state.snapshot).toMatchObject({ phase: 'blocked', gate: 'payment', intent: { kind: 'go' } });
  });
  test('takes back the pause that would follow a rollback; else a rollback needs none', () => {
    const state = rollingBack('pause');
    expect(tell(state, 'resume')).toBeNull();
    expect(state.intent).toMatchObject({ kind: 'rollback', afterwards: 'rerun' });
    expect(tell(state, 'resume')).toBe(resumesByItself().text);
  });
  test('lets a rollback that is blocked try again, with what was asked for unchanged', () => {
    const state = rollingBack('pause');
    state.block(plain('PostgreSQL cannot be used.'));
    expect(tell(state, 'resume')).toBeNull();
    expect(state.snapshot).toMatchObject({ phase: 'running', intent: { kind: 'rollback', afterwards: 'pause' } });
  });
  test('lets the last step try again when it is blocked', () => {
    const state = inProject();
    state.endNow();
    state.block(plain('PostgreSQL cannot be used.'));
    expect(tell(state, 'resume')).toBeNull();
    expect(state.snapshot.phase).toBe('running');
  });
});

describe('rollbackToStage', () => {
  test('takes the stage as text or as an object', () => {
    for (const message of ['artist', { stage: 'artist' }, { stage: 'artist', then: 'rerun' as const }]) {
      const state = inProject();
      expect(tell(state, 'rollbackToStage', message)).toBeNull();
      expect(state.intent).toEqual({
        ...{ kind: 'rollback', stage: 'artist', afterwards: 'rerun', force: false, acceptsPlan: false },
      });
    }
  });
  test('of a paused run leaves it paused, whatever was asked for', () => {
    for (const message of ['artist', { stage: 'artist', then: 'rerun' as const }]) {
      const state = paused();
      expect(tell(state, 'rollbackToStage', message)).toBeNull();
      state.beginRollback('artist', 2, false);
      state.rolledBack('artist');
      expect(state.snapshot).toMatchObject({ phase: 'pausing', intent: { kind: 'pause' } });
    }
  });
  test('works while the run is blocked, and while a gate waits', () => {
    for (const state of [blocked(), atGate()]) expect(tell(state, 'rollbackToStage', 'user')).toBeNull();
  });
  test('while rolling back is refused, naming the stage', () => {
    expect(tell(rollingBack(), 'rollbackToStage', 'user')).toBe(alreadyRollingBack({ stage: 'artist' }).text);
  });
  test('to a stage that has not been reached is refused', () => {
    expect(tell(inProject(), 'rollbackToStage', 'payment')).toBe(
      'stage payment has not been reached: there is nothing to roll back',
    );
  });
  test('to something that is no stage is refused', () => {
    expect(tell(inProject(), 'rollbackToStage', 'paymnet')).toBe(noSuchStage({ stage: '"paymnet"' }).text);
  });
  test('with another sequel than rerun or pause is refused', () => {
    expect(tell(inProject(), 'rollbackToStage', { stage: 'artist', then: 'later' })).toMatch(
      /^then: .*"rerun"\|"pause"/,
    );
  });
  test('sets the stage and the later ones back to nothing, under the new epoch', () => {
    const state = inProject();
    state.planned('user', 'copied', [{ counters: { ...counters, read: 5 }, total: 5, done: true, position: null }], 1);
    state.accept('user');
    state.accept('project');
    tell(state, 'rollbackToStage', 'artist');
    state.beginRollback('artist', 7, false);
    state.rolledBack('artist');
    expect(state.snapshot).toMatchObject({ epoch: 7, phase: 'running', accepted: ['user'] });
    expect(state.progress(0).stages.map(({ state: stage, read }) => [stage, read])).toEqual([
      ['complete', 5],
      ['pending', 0],
      ['pending', 0],
      ['pending', 0],
      ['pending', 0],
    ]);
  });
});

describe('abort', () => {
  test('is without rollback unless one is asked for', () => {
    for (const [message, rollback] of [
      [undefined, false],
      [null, false],
      [{}, false],
      [{ rollback: false }, false],
      [{ rollback: true }, true],
    ] as const) {
      const state = inProject();
      expect(tell(state, 'abort', message)).toBeNull();
      expect(state.intent).toEqual({ kind: 'abort', rollback, force: false });
    }
  });
  test('with something else than true or false is refused: rows are at stake', () => {
    expect(tell(inProject(), 'abort', { rollback: 'yes' })).toMatch(/^rollback: .*expected boolean/);
  });
  test('works in every phase that is not the end', () => {
    for (const state of [RunState.begin(DEFAULTS), running(), paused(), blocked(), atGate(), rollingBack()]) {
      expect(tell(state, 'abort', undefined)).toBeNull();
    }
  });
  test('during a rollback stands when the rollback is done', () => {
    const state = rollingBack('pause');
    tell(state, 'abort', { rollback: true });
    state.beginRollback('artist', 2, false);
    state.rolledBack('artist');
    expect(state.intent).toEqual({ kind: 'abort', rollback: true, force: false });
  });
  test('twice is refused, and so is every other way on', () => {
    const state = aborting();
    expect(tell(state, 'abort', { rollback: true })).toBe(alreadyAborting().text);
    for (const refusal of [
      tell(state, 'pause', undefined),
      tell(state, 'resume'),
      tell(state, 'rollbackToStage', 'user'),
    ]) {
      expect(refusal).toBe(beingAborted().text);
    }
  });
  test('gives its rollback up only when that is blocked', () => {
    const state = inProject();
    tell(state, 'abort', { rollback: true });
    state.enter('rollingBack');
    expect(tell(state, 'abort', { rollback: false })).toBe(alreadyAborting().text);
    state.block(plain('PostgreSQL cannot be used.'));
    expect(tell(state, 'abort', { rollback: false })).toBeNull();
    expect(state.intent).toEqual({ kind: 'abort', rollback: false, force: false });
  });
});

describe('a rollback that has found rows which others changed', () => {
  test('goes on by force, and may go to another stage or look again', () => {
    for (const [message, force] of [
      [{ stage: 'artist', force: true }, true],
      [{ stage: 'user', force: true }, true],
      ['artist', false],
    ] as const) {
      const state = objected();
      expect(tell(state, 'rollbackToStage', message)).toBeNull();
      expect(state.intent).toMatchObject({ kind: 'rollback', force, afterwards: 'pause' });
    }
  });
  test('is given up by resume: the run goes on as if nobody had asked for it', () => {
    for (const state of [objected(), objected('abort')]) {
      expect(tell(state, 'resume')).toBeNull();
      expect(state.snapshot).toMatchObject({ phase: 'running', intent: { kind: 'go' }, blockedBy: null });
    }
  });
  test('of an abort is forced, or left out, by another abort', () => {
    const forced = objected('abort');
    expect(tell(forced, 'abort', { rollback: true, force: true })).toBeNull();
    expect(forced.intent).toEqual({ kind: 'abort', rollback: true, force: true });
    const without = objected('abort');
    expect(tell(without, 'abort', { rollback: false })).toBeNull();
    expect(without.intent).toMatchObject({ rollback: false });
  });
  test('takes no force that is neither true nor false', () => {
    expect(tell(objected(), 'rollbackToStage', { stage: 'artist', force: 'yes' })).toMatch(/^force: .*boolean/);
    expect(tell(inProject(), 'abort', { rollback: true, force: 1 })).toMatch(/^force: .*boolean/);
  });
  test('is not looked at twice once nothing stands in its way', () => {
    const state = inProject();
    tell(state, 'rollbackToStage', 'artist');
    state.surveyed();
    expect(state.intent).toMatchObject({ kind: 'rollback', stage: 'artist', force: true });
  });
});

test('a run that another workflow had begun can be rolled back to the stages that it had reached', () => {
  const state = RunState.begin(DEFAULTS);
  state.begun({ runId: '0191', schema: null, epoch: 2 }, STAGES, ['user', 'artist']);
  expect(tell(state, 'rollbackToStage', 'project')).toMatch(saying(stageNotReached));
  expect(tell(state, 'rollbackToStage', 'artist')).toBeNull();
  state.beginRollback('artist', 3, false);
  state.rolledBack('artist');
  expect(tell(state, 'rollbackToStage', 'artist')).toMatch(saying(stageNotReached));
});

describe('acceptPlanChange', () => {
  test('is taken only when a changed plan is what blocks the run', () => {
    for (const state of [inProject(), paused(), blocked(), atGate(), objected()]) {
      expect(tell(state, 'acceptPlanChange')).toBe(notBlockedByPlan().text);
    }
    const state = planChanged();
    expect(tell(state, 'acceptPlanChange')).toBeNull();
    expect(state.intent).toEqual({ kind: 'acceptPlan' });
    for (const refusal of [tell(state, 'pause', undefined), tell(state, 'rollbackToStage', 'user')]) {
      expect(refusal).toBe(acceptingPlan().text);
    }
  });
  test('comes down to a rollback of what the old transforms have written, or to nothing', () => {
    const state = planChanged();
    tell(state, 'acceptPlanChange');
    state.acceptsBy('artist');
    expect(state.intent).toMatchObject({ kind: 'rollback', stage: 'artist', acceptsPlan: true, force: false });
    const nothing = planChanged();
    tell(nothing, 'acceptPlanChange');
    nothing.acceptsBy(null);
    expect(nothing.intent).toEqual({ kind: 'go' });
  });
});

/** In its third stage, with a document of the first in quarantine. */
function holding(state = inProject()): RunState {
  const copied = {
    counters: { ...counters, read: 3, written: 2, quarantined: 1 },
    total: 3,
    done: true,
    position: null,
  };
  state.planned('user', 'copied', [copied], 1_000);
  return state;
}

function retrying(): RunState {
  const state = holding();
  tell(state, 'retryQuarantine', { stage: 'user' });
  return state;
}

describe('retryQuarantine', () => {
  const any = { stage: null, code: null };

  test('interrupts a running run, and is carried out before anything else goes on', () => {
    const state = holding();
    expect(state.isInterrupted).toBe(false);
    expect(tell(state, 'retryQuarantine', { stage: 'user', code: 'required' })).toBeNull();
    expect(state.isInterrupted).toBe(true);
    expect(state.snapshot).toMatchObject({ intent: { kind: 'go' }, retries: [{ stage: 'user', code: 'required' }] });
  });
  test('takes nothing, a stage, a code, or both', () => {
    for (const message of [undefined, null, {}, { stage: null }]) {
      const state = holding();
      expect(tell(state, 'retryQuarantine', message)).toBeNull();
      expect(state.snapshot.retries).toEqual([any]);
    }
    for (const wrong of ['user', 7, { stages: 'user' }]) {
      expect(tell(holding(), 'retryQuarantine', wrong)).toMatch(/It takes nothing, or/);
    }
    expect(tell(holding(), 'retryQuarantine', { stage: 'venue' })).toBe(noSuchStage({ stage: '"venue"' }).text);
    expect(tell(holding(), 'retryQuarantine', { stage: 7 })).toMatch(/^stage: .*string/);
    expect(tell(holding(), 'retryQuarantine', { code: 7 })).toMatch(/^code: .*string/);
  });
  test('is refused when nothing is in quarantine, or nothing of the stage', () => {
    expect(tell(inProject(), 'retryQuarantine', {})).toBe(nothingQuarantined().text);
    expect(tell(holding(), 'retryQuarantine', { stage: 'artist' })).toBe(
      nothingQuarantinedIn({ stage: 'artist' }).text,
    );
    expect(tell(RunState.begin(DEFAULTS), 'retryQuarantine', {})).toBe(nothingQuarantined().text);
  });
  test('repeated is refused until it has been begun; another one waits its turn', () => {
    const state = holding();
    tell(state, 'retryQuarantine', {});
    expect(tell(state, 'retryQuarantine', undefined)).toBe(alreadyRetrying().text);
    expect(tell(state, 'retryQuarantine', { code: 'enum' })).toBeNull();
    expect(state.snapshot.retries).toEqual([any, { stage: null, code: 'enum' }]);
    state.retrying(2, [{ stage: 'user', documents: 1 }], 3_000);
    expect(state.snapshot.retries).toEqual([{ stage: null, code: 'enum' }]);
    expect(tell(state, 'retryQuarantine', {})).toBeNull();
  });
  test('unblocks a blocked run and one that waits at a gate', () => {
    for (const state of [holding(blocked()), holding(atGate())]) {
      expect(state.isOvertaken).toBe(false);
      tell(state, 'retryQuarantine', {});
      expect(state.isOvertaken).toBe(true);
      state.goOn();
      expect(state.snapshot.phase).toBe('running');
    }
  });
  test('leaves a paused run paused, and is done when it goes on', () => {
    const state = holding(paused());
    expect(tell(state, 'retryQuarantine', {})).toBeNull();
    expect(state.isOvertaken).toBe(false);
    expect(state.snapshot).toMatchObject({ phase: 'paused', intent: { kind: 'pause' } });
    tell(state, 'resume');
    expect(state.isInterrupted).toBe(true);
  });
  test('is refused while the run is rolling back, aborting, taking over a plan, or over', () => {
    expect(tell(holding(rollingBack()), 'retryQuarantine', {})).toBe(rollingBackTo({ stage: 'artist' }).text);
    expect(tell(holding(objected()), 'retryQuarantine', {})).toBe(rollingBackTo({ stage: 'artist' }).text);
    expect(tell(holding(aborting()), 'retryQuarantine', {})).toBe(beingAborted().text);
    const accepting = planChanged();
    tell(accepting, 'acceptPlanChange');
    expect(tell(holding(accepting), 'retryQuarantine', {})).toBe(acceptingPlan().text);
    for (const phase of ['complete', 'aborted', 'failed'] as const) {
      expect(tell(holding(ended(phase)), 'retryQuarantine', {})).toBe(OVER[phase]().text);
    }
    const ending = holding();
    ending.endNow();
    expect(tell(ending, 'retryQuarantine', {})).toBe(isFinishing().text);
  });
  test('begun, its stages are gone through again, under the new epoch; each can be rolled back', () => {
    const state = holding();
    tell(state, 'retryQuarantine', {});
    state.retrying(2, [{ stage: 'user', documents: 1 }], 3_000);
    expect(state.snapshot).toMatchObject({ epoch: 2, reached: ['user'], refused: [] });
    expect(state.snapshot.stages.map((stage) => stage.state).slice(0, 3)).toEqual(['pending', 'complete', 'copying']);
    expect(state.progress(0).stages[0]).toMatchObject({ read: 3, quarantined: 1, total: 3, endedAt: null });
    expect(state.isInterrupted).toBe(false);
    expect(tell(state, 'rollbackToStage', 'user')).toBeNull();
  });
  test('that finds nothing shows as refused; what an earlier one has begun goes on', () => {
    const state = holding();
    tell(state, 'retryQuarantine', {});
    state.retrying(2, [{ stage: 'user', documents: 0 }], 3_000);
    expect(state.snapshot.refused).toMatchObject([{ message: 'retryQuarantine' }]);
    expect(state.snapshot.stages[0]!.state).toBe('pending');
  });
  test('overtaken by a rollback is carried out after it', () => {
    const state = holding();
    tell(state, 'retryQuarantine', { stage: 'user' });
    tell(state, 'rollbackToStage', 'artist');
    state.beginRollback('artist', 2, false);
    state.rolledBack('artist');
    expect(state.snapshot).toMatchObject({ intent: { kind: 'go' }, retries: [{ stage: 'user' }] });
    expect(state.isInterrupted).toBe(true);
  });
  test('is not known to a run that an older build has begun', () => {
    const { retries: _, ...old } = holding().snapshot;
    const state = new RunState(old as never);
    expect(state.isInterrupted).toBe(false);
    expect(tell(state, 'retryQuarantine', {})).toBeNull();
  });
});

describe('approve', () => {
  test('takes the gate as text or as an object, also before it is reached', () => {
    for (const message of ['payment', { gate: 'payment' }]) {
      const state = running();
      expect(tell(state, 'approve', message)).toBeNull();
      expect(state.isApproved('payment')).toBe(true);
    }
  });
  test('knows the gates start, complete and the stages', () => {
    for (const gate of ['start', ...STAGES, 'complete']) expect(tell(running(), 'approve', gate)).toBeNull();
    expect(tell(running(), 'approve', 'paymnet')).toBe(noSuchGate({ gate: 'paymnet' }).text);
  });
  test('twice is refused', () => {
    const state = atGate();
    tell(state, 'approve', 'payment');
    expect(tell(state, 'approve', { gate: 'payment' })).toBe(alreadyApproved({ gate: 'payment' }).text);
  });
  test('without a gate is refused', () => {
    for (const message of [undefined, null, '', {} as never, { gate: 3 as never }]) {
      expect(tell(atGate(), 'approve', message)).toMatch(/It takes {"gate": "…"}$/);
    }
  });
});

describe('retuning', () => {
  test('takes whole numbers within bounds and refuses the rest', () => {
    const state = running();
    expect(tell(state, 'setBatchSize', 1_000)).toBeNull();
    expect(tell(state, 'setParallelism', 8)).toBeNull();
    for (const wrong of [0, -1, 1.5, 10_001, Number.NaN, '50' as never, undefined as never]) {
      expect(tell(state, 'setBatchSize', wrong)).toMatch(/It takes a number from 1 to 10000$/);
    }
    for (const wrong of [0, 65, 2.5, '2' as never, null as never]) {
      expect(tell(state, 'setParallelism', wrong)).toMatch(/It takes a number from 1 to 64$/);
    }
    expect(state.snapshot).toMatchObject({ batchSize: 1_000, parallelism: 8 });
  });

  test('a throttle takes limits within bounds, or nothing, and refuses the rest', () => {
    const state = running();
    expect(tell(state, 'setThrottle', { maxLatency: 200 })).toBeNull();
    for (const wrong of [{ documentsPerSecond: 0 }, { maxLatency: 0.5 }, { rate: 5 }, 7, 'slow', []]) {
      expect(tell(state, 'setThrottle', wrong)).toMatch(/It takes {"documentsPerSecond"/);
    }
    expect(state.snapshot.throttle).toEqual({ documentsPerSecond: null, maxLatency: 200 });
    expect(tell(state, 'setThrottle', undefined)).toBeNull();
    expect(state.snapshot.throttle).toEqual({ documentsPerSecond: null, maxLatency: null });
  });
});

const MESSAGES: Readonly<Record<string, (state: RunState) => string | null>> = {
  pause: (state) => tell(state, 'pause', undefined),
  resume: (state) => tell(state, 'resume'),
  rollbackToStage: (state) => tell(state, 'rollbackToStage', 'user'),
  abort: (state) => tell(state, 'abort', { rollback: true }),
  approve: (state) => tell(state, 'approve', 'payment'),
  retryQuarantine: (state) => tell(state, 'retryQuarantine', {}),
  setBatchSize: (state) => tell(state, 'setBatchSize', 10),
  setParallelism: (state) => tell(state, 'setParallelism', 1),
  setThrottle: (state) => tell(state, 'setThrottle', { documentsPerSecond: 10 }),
  acceptPlanChange: (state) => tell(state, 'acceptPlanChange'),
};

describe.each(['complete', 'aborted', 'failed'] as const)('a run that is %s', (phase) => {
  test.each(Object.keys(MESSAGES))('refuses %s, saying so', (name) => {
    const state = ended(phase);
    expect(MESSAGES[name]!(state)).toBe(OVER[phase]().text);
  });
});

test('a run in its last step refuses every message', () => {
  for (const send of Object.values(MESSAGES)) {
    const state = inProject();
    state.endNow();
    expect(send(state)).toBe(isFinishing().text);
  }
});

test('a refused message changes nothing, in whatever phase it comes', () => {
  const done = () => ended('complete');
  const phases = { running, inProject, paused, blocked, atGate, objected, planChanged, rollingBack, aborting, done };
  for (const make of Object.values(phases)) {
    for (const send of Object.values(MESSAGES)) {
      const state = make();
      const before = standOf(state);
      if (send(state) !== null) expect(state.snapshot).toEqual(before);
    }
  }
});

test('refused messages are kept with reason and time, the newest twenty of them', () => {
  const state = running();
  for (let i = 0; i < 25; i++) state.refuse('resume', plain(`reason ${i}`), Date.UTC(2025, 0, 1, 0, 0, i));
  const { refused } = state.progress(0);
  expect(refused).toHaveLength(20);
  expect(refused[0]).toEqual({ message: 'resume', reason: 'reason 5', at: '2025-01-01T00:00:05.000Z' });
});

test('the snapshot survives its way through JSON in every phase', () => {
  for (const state of [
    RunState.begin(DEFAULTS),
    inProject(),
    paused(),
    blocked(),
    atGate(),
    objected(),
    planChanged(),
    rollingBack(),
    aborting(),
    retrying(),
  ]) {
    state.refuse('resume', plain('no reason'), 0);
    const carried = JSON.parse(JSON.stringify(state.snapshot));
    expect(carried).toEqual(state.snapshot);
    expect(new RunState(carried).progress(5)).toEqual(state.progress(5));
  }
});

describe('the progress of a stage', () => {
  const part = (read: number, more: object = {}) => ({
    counters: { ...counters, read, written: read },
    total: 100,
    done: read === 100,
    position: null,
    ...more,
  });
  test('adds up its partitions and its settlement', () => {
    const state = running();
    state.enterStage('user', 'copying', 0);
    state.planned('user', 'copied', [part(0), part(0)], 0);
    state.advanced('user', 'copied', 1, part(40, { position: 'f00' }), 500);
    state.settled('user', part(0, { counters: { ...counters, quarantined: 2, contested: -2, written: 1, rows: 3 } }));
    expect(state.progress(0).stages[0]).toMatchObject({
      total: 200,
      read: 40,
      written: 41,
      quarantined: 0,
      rows: 3,
      position: 'f00',
    });
  });
  test('measures its rate over seconds and guesses what is left', () => {
    const state = running();
    state.enterStage('user', 'copying', 0);
    state.planned('user', 'copied', [part(0)], 0);
    state.advanced('user', 'copied', 0, part(10), 500);
    expect(state.progress(0).stages[0]).toMatchObject({ rate: null, etaSeconds: null });
    state.advanced('user', 'copied', 0, part(40), 2_000);
    expect(state.progress(0).stages[0]).toMatchObject({ rate: 20, etaSeconds: 3 });
  });
  test('has no total before it has been counted', () => {
    expect(running().progress(0).stages[0]).toMatchObject({ state: 'pending', total: null, startedAt: null });
  });
});
