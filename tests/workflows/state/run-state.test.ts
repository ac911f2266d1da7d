import { describe, expect, test } from '@jest/globals';
import { plain } from '../../../engine/messages/message.ts';
import { pausedByOperator } from '../../../engine/messages/workflows/progress.ts';
import {
  acceptingPlan,
  alreadyApproved,
  alreadyPaused,
  gateWaits,
  isFinishing,
  noSuchGate,
  notBlockedByPlan,
  notHeld,
  pausesAfterRollback,
  resumesByItself,
  wrongData,
} from '../../../engine/messages/workflows/refusals.ts';
import { TAKES, wholeNumberFrom } from '../../../engine/messages/workflows/sends.ts';
import { DEFAULTS } from '../../../workflows/messages/options.ts';
import { RunState } from '../../../workflows/state/run-state.ts';
import { saying } from '../../engine/messages/saying.ts';
import {
  aborting,
  atGate,
  blocked,
  counters,
  ended,
  inProject,
  OVER,
  objected,
  paused,
  planChanged,
  retrying,
  rollingBack,
  running,
  STAGES,
  standOf,
  tell,
} from './run-phases.ts';

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
    state.block(plain('PostgreSQL is away.'));
    expect(tell(state, 'resume')).toBeNull();
    expect(state.snapshot).toMatchObject({ phase: 'running', intent: { kind: 'rollback', afterwards: 'pause' } });
  });
  test('lets the last step try again when it is blocked', () => {
    const state = inProject();
    state.endNow();
    state.block(plain('PostgreSQL is away.'));
    expect(tell(state, 'resume')).toBeNull();
    expect(state.snapshot.phase).toBe('running');
  });
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
      expect(tell(atGate(), 'approve', message)).toMatch(saying(wrongData, { takes: TAKES.gate.en }));
    }
  });
});

describe('retuning', () => {
  test('takes whole numbers within bounds and refuses the rest', () => {
    const state = running();
    expect(tell(state, 'setBatchSize', 1_000)).toBeNull();
    expect(tell(state, 'setParallelism', 8)).toBeNull();
    for (const wrong of [0, -1, 1.5, 10_001, Number.NaN, '50' as never, undefined as never]) {
      expect(tell(state, 'setBatchSize', wrong)).toMatch(
        saying(wrongData, { takes: wholeNumberFrom({ least: '1', most: '10000' }).text }),
      );
    }
    for (const wrong of [0, 65, 2.5, '2' as never, null as never]) {
      expect(tell(state, 'setParallelism', wrong)).toMatch(
        saying(wrongData, { takes: wholeNumberFrom({ least: '1', most: '64' }).text }),
      );
    }
    expect(state.snapshot).toMatchObject({ batchSize: 1_000, parallelism: 8 });
  });

  test('a throttle takes limits within bounds, or nothing, and refuses the rest', () => {
    const state = running();
    expect(tell(state, 'setThrottle', { maxLatency: 200 })).toBeNull();
    for (const wrong of [{ documentsPerSecond: 0 }, { maxLatency: 0.5 }, { rate: 5 }, 7, 'slow', []]) {
      expect(tell(state, 'setThrottle', wrong)).toMatch(saying(wrongData, { takes: TAKES.limits.en }));
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
