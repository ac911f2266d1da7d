import { describe, expect, test } from '@jest/globals';
import {
  acceptingPlan,
  alreadyRetrying,
  beingAborted,
  isFinishing,
  noSuchStage,
  nothingQuarantined,
  nothingQuarantinedIn,
  rollingBackTo,
  wrongData,
} from '../../../engine/messages/workflows/refusals.ts';
import { TAKES } from '../../../engine/messages/workflows/sends.ts';
import { DEFAULTS } from '../../../workflows/messages/options.ts';
import { RunState } from '../../../workflows/state/run-state.ts';
import { saying } from '../../engine/messages/saying.ts';
import {
  aborting,
  atGate,
  blocked,
  ended,
  holding,
  inProject,
  OVER,
  objected,
  paused,
  planChanged,
  rollingBack,
  tell,
} from './run-phases.ts';

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
      expect(tell(holding(), 'retryQuarantine', wrong)).toMatch(saying(wrongData, { takes: TAKES.filter.en }));
    }
    expect(tell(holding(), 'retryQuarantine', { stage: 'venue' })).toBe(noSuchStage({ stage: '"venue"' }).text);
    expect(tell(holding(), 'retryQuarantine', { stage: 7 })).toMatch(/^stage: .*text/);
    expect(tell(holding(), 'retryQuarantine', { code: 7 })).toMatch(/^code: .*text/);
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
