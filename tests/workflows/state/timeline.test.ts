import { describe, expect, test } from '@jest/globals';
import { alreadyPaused } from '../../../engine/messages/workflows/refusals.ts';
import { DEFAULTS } from '../../../workflows/messages/options.ts';
import { RunState } from '../../../workflows/state/run-state.ts';
import type { Snapshot } from '../../../workflows/state/snapshot.ts';

/** A run with a clock of its own, a second later at every look. */
function running() {
  let now = 0;
  const state = RunState.begin(DEFAULTS, () => (now += 1_000));
  state.begun({ runId: '0191', schema: null, epoch: 1 }, ['user', 'artist']);
  return state;
}

const shown = (state: RunState) =>
  state.record.timeline.map(({ name, detail, refused }) =>
    [name, detail, refused].filter((one) => one !== null).join(' | '),
  );

describe('the timeline of a run', () => {
  test('tells a message before all that comes of it', () => {
    const state = running();
    state.hear('signal', 'pause', { reason: 'lunch' }, () => state.pause('lunch'));
    state.hear('signal', 'pause', undefined, () => state.pause(undefined));
    expect(shown(state)).toEqual([
      'starting',
      'running',
      'pause | {"reason":"lunch"}',
      'pausing | lunch',
      `pause | ${alreadyPaused().text}`,
    ]);
  });

  test('tells each phase of a stage once, and anew after a rollback', () => {
    const state = running();
    for (const phase of ['copying', 'verifying', 'copying', 'verifying', 'rollingBack', 'copying'] as const) {
      state.enterStage('user', phase, 0);
    }
    expect(shown(state).slice(2)).toEqual([
      'copying | user',
      'verifying | user',
      'rollingBack | user',
      'copying | user',
    ]);
  });

  test('stays bounded, and says how much it has forgotten', () => {
    const state = running();
    for (let i = 0; i < 1_000; i++) state.hear('signal', 'setBatchSize', i, () => null);
    expect(state.record.timeline).toHaveLength(300);
    expect(state.record.forgotten).toBe(702);
    expect(state.record.timeline.at(-1)).toMatchObject({ detail: '999' });
  });

  test('is carried on by an execution whose snapshot lacks it', () => {
    const { timeline: _, ...older } = JSON.parse(JSON.stringify(running().snapshot)) as Snapshot;
    const state = new RunState(older);
    state.enter('paused', 'lunch');
    expect(shown(state)).toEqual(['paused | lunch']);
    expect(state.record.pace).toEqual([]);
  });
});
