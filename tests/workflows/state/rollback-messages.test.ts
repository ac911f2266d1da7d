import { describe, expect, test } from '@jest/globals';
import { KINDS, mustBe, problemAt } from '../../../engine/messages/input/words.ts';
import { labelled, plain } from '../../../engine/messages/message.ts';
import {
  alreadyAborting,
  alreadyRollingBack,
  beingAborted,
  noSuchStage,
  stageNotReached,
} from '../../../engine/messages/workflows/refusals.ts';
import { DEFAULTS } from '../../../workflows/messages/options.ts';
import { RunState } from '../../../workflows/state/run-state.ts';
import { saying } from '../../engine/messages/saying.ts';
import {
  aborting,
  atGate,
  blocked,
  counters,
  inProject,
  objected,
  paused,
  rollingBack,
  running,
  STAGES,
  tell,
} from './run-phases.ts';

/** What is refused of a field that is neither true nor false. */
const wrongAt = (where: string): string =>
  problemAt({ where, problem: mustBe({ kind: labelled(KINDS.boolean) }) }).text;

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
    expect(tell(inProject(), 'rollbackToStage', 'payment')).toBe(stageNotReached({ stage: 'payment' }).text);
  });
  test('to something that is no stage is refused', () => {
    expect(tell(inProject(), 'rollbackToStage', 'paymnet')).toBe(noSuchStage({ stage: '"paymnet"' }).text);
  });
  test('with another sequel than rerun or pause is refused', () => {
    expect(tell(inProject(), 'rollbackToStage', { stage: 'artist', then: 'later' })).toMatch(/^then: .*rerun, pause/);
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
    expect(tell(inProject(), 'abort', { rollback: 'yes' })).toMatch(wrongAt('rollback'));
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
    state.block(plain('PostgreSQL is away.'));
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
    expect(tell(objected(), 'rollbackToStage', { stage: 'artist', force: 'yes' })).toMatch(wrongAt('force'));
    expect(tell(inProject(), 'abort', { rollback: true, force: 1 })).toMatch(wrongAt('force'));
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
