import { describe, expect, test } from '@jest/globals';
import type { Phase } from '../../../activities/run/run-record.ts';
import { DEFAULTS } from '../../../workflows/messages/options.ts';
import {
  beginTurn,
  downtimeProgress,
  downtimeRecord,
  endTurn,
  newMaintenance,
  noteAction,
  notePhase,
} from '../../../workflows/state/maintenance-state.ts';
import { beginPhase, downtimeSeconds } from '../../../workflows/state/phases.ts';

const THROUGHOUT = { ...DEFAULTS, maintenance: 'throughout' } as const;
const at = (ms: number) => new Date(ms).toISOString();
const flag = { direction: 'on', name: 'flag', kind: 'flagFile', outcome: 'file written', milliseconds: 3 } as const;

describe('phases', () => {
  test('begin once, however often they are noted, and again after others', () => {
    const phases: Phase[] = [];
    for (const [name, now] of [
      ['copying', 1_000],
      ['copying', 2_000],
      ['verification', 3_000],
      ['copying', 4_000],
    ] as const)
      beginPhase(phases, name, now);
    expect(phases).toEqual([
      { name: 'copying', at: at(1_000) },
      { name: 'verification', at: at(3_000) },
      { name: 'copying', at: at(4_000) },
    ]);
  });

  test('are bounded: the oldest are forgotten', () => {
    const phases: Phase[] = [];
    for (let i = 0; i < 500; i++) beginPhase(phases, i % 2 === 0 ? 'copying' : 'verification', i * 1_000);
    expect(phases).toHaveLength(200);
    expect(phases.at(-1)!.at).toBe(at(499_000));
  });
});

describe('the downtime', () => {
  test('lasts from the first action until maintenance is off', () => {
    expect(downtimeSeconds({ onSince: at(1_000), offAt: at(63_450) })).toBe(62.5);
    expect(downtimeSeconds({ onSince: at(1_000), offAt: null })).toBeNull();
    expect(downtimeSeconds({ onSince: at(1_000), offAt: null }, 3_000)).toBe(2);
    expect(downtimeSeconds({ onSince: null, offAt: null }, 3_000)).toBeNull();
  });

  test('is one, though maintenance was turned off and on again in the middle', () => {
    const state = newMaintenance();
    beginTurn(state, 'on', 1_000);
    endTurn(state, 'on', 2_000);
    beginTurn(state, 'off', 10_000);
    endTurn(state, 'off', 11_000);
    beginTurn(state, 'on', 12_000);
    endTurn(state, 'on', 13_000);
    beginTurn(state, 'off', 20_000);
    endTurn(state, 'off', 21_000);
    expect(downtimeSeconds(state)).toBe(20);
  });
});

describe('a turn', () => {
  test('that was interrupted goes on with what it has done', () => {
    const state = newMaintenance();
    beginTurn(state, 'on', 1_000);
    noteAction(state, flag, 1_500);
    const carried = JSON.parse(JSON.stringify(state)) as typeof state;
    beginTurn(carried, 'on', 5_000);
    expect(carried).toMatchObject({ standing: 'turningOn', turned: ['flag'], onSince: at(1_000) });
  });

  test('in the other direction begins with nothing done', () => {
    const state = newMaintenance();
    beginTurn(state, 'on', 1_000);
    noteAction(state, flag, 1_500);
    beginTurn(state, 'off', 2_000);
    expect(state).toMatchObject({ standing: 'turningOff', turned: [], traced: false });
    expect(state.done).toHaveLength(1);
  });
});

test('the record and the progress tell where a run stands', () => {
  const state = newMaintenance();
  expect(downtimeProgress(state, DEFAULTS, 0)).toBeNull();
  notePhase(state, 'copying', 500);
  beginTurn(state, 'on', 1_000);
  noteAction(state, flag, 1_500);
  endTurn(state, 'on', 1_500);
  expect(downtimeProgress(state, THROUGHOUT, 4_000)).toEqual({
    maintenance: 'on',
    phase: { name: 'maintenanceOn', at: at(1_000) },
    seconds: 3,
    estimateSeconds: null,
  });
  expect(downtimeRecord(state, THROUGHOUT)).toMatchObject({
    mode: 'throughout',
    onSince: at(1_000),
    offAt: null,
    actions: [{ name: 'flag', at: at(1_500) }],
    estimate: null,
  });
});
