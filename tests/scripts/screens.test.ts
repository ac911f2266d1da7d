import { mock } from 'node:test';
import { describe, expect, test } from '@jest/globals';
import { leftOver, perSecond, takenOut, timeLeft } from '../../engine/messages/commands/screen.ts';
import { COLUMNS } from '../../engine/messages/report/columns.ts';
import { RUN_STATES, STAGE_STATES } from '../../engine/messages/report/words.ts';
import { LiveScreen } from '../../scripts/cli/screen/live-screen.ts';
import { PlainScreen } from '../../scripts/cli/screen/plain-screen.ts';
import { stageLine } from '../../scripts/cli/screen/stage-line.ts';
import { standingOf } from '../../scripts/cli/screen/standing.ts';
import { stageTable } from '../../scripts/cli/screen/summary.ts';
import type { Progress, StageProgress } from '../../workflows/messages/definitions.ts';

const stage: StageProgress = {
  ...{ name: 'fundingProject', state: 'copying', total: 12_345, read: 5_000, written: 4_990, quarantined: 10 },
  ...{ skipped: 0, rows: 60_000, findings: 70, verified: 0, differences: 0, rate: 250, etaSeconds: 30, position: null },
  ...{ startedAt: null, endedAt: null },
};

const runIn = (state: Progress['state'], more: Partial<Progress> = {}): Progress => ({
  ...{ runId: 'a', state, reason: null, dryRun: false, limit: null, stages: [stage], gate: null, rollback: null },
  ...{ retries: [], refused: [], reports: null, asOf: '2026-01-01T00:00:00.000Z' },
  options: {
    ...{ dryRun: false, limit: null, stages: null, batchSize: 50, parallelism: 2, gates: 'auto', maxQuarantined: null },
    requireBackup: null,
    retry: null,
  },
  ...more,
});

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('the table of stages', () => {
  test('fits the terminal, and is whole where there is none', () => {
    expect(widest(stageTable([stage], true, 80))).toBeLessThanOrEqual(80);
    expect(stageTable([stage], true, 80)).toContain(COLUMNS.quarantined.en);
    expect(widest(stageTable([stage], true, 40))).toBeLessThan(widest(stageTable([stage], true, 80)));
    for (const head of ['state', 'findings', 'verified', 'different'] as const) {
      expect(stageTable([stage], true, 120)).toContain(COLUMNS[head].en);
    }
  });

  test('never hides a difference', () => {
    expect(stageTable([{ ...stage, differences: 2 }], true, 80)).toContain(COLUMNS.different.en);
  });
});

describe('a stage’s line', () => {
  test('tells rate and time left only while it moves', () => {
    expect(stageLine(stage, runIn('running'), 120)).toContain(
      [perSecond({ rate: 250 }).text, timeLeft({ time: '30s' }).text].join(' · '),
    );
    expect(stageLine(stage, runIn('paused'), 120)).not.toMatch(/ETA|250/);
  });

  test('tells how far a rollback has come', () => {
    const rollback = { to: 'project', stage: 'fundingProject', deleted: 400, left: 4_590 };
    const going = runIn('rollingBack', { rollback });
    expect(stageLine({ ...stage, state: 'rollingBack' }, going, 120)).toContain(
      [STAGE_STATES.rollingBack.en, takenOut({ documents: 400 }).text, leftOver({ documents: 4_590 }).text].join(' · '),
    );
    expect(stageLine(stage, runIn('rollingBack'), 120)).toContain(STAGE_STATES.stopped.en);
  });
});

test('where a run stands is said once', () => {
  const paused = RUN_STATES.paused.en;
  expect(standingOf(runIn('paused', { reason: 'lunch' }))).toBe(`${paused}: lunch`);
  expect(standingOf(runIn('paused', { reason: `${paused} by somebody` }))).toBe(`${paused} by somebody`);
  expect(standingOf(runIn('running'))).toBe(RUN_STATES.running.en);
});

test('a log has one line for a pause, however long it lasts', () => {
  const lines: string[] = [];
  const screen = new PlainScreen((line) => lines.push(line));
  let at = 1e12;
  const now = mock.method(Date, 'now', () => at);
  try {
    for (; at < 1e12 + 60_000; at += 1_000) screen.show(runIn('paused'));
  } finally {
    now.mock.restore();
  }
  expect(lines).toHaveLength(1);
});

test('a sentence is broken between words, at the width of the terminal', () => {
  const lines: string[] = [];
  const stream = { columns: 40, isTTY: true, write: (text: string) => lines.push(...text.trimEnd().split('\n')) };
  new LiveScreen(stream as unknown as NodeJS.WriteStream).say(
    '  Blocked: twelve documents of the stage have been put aside, and eleven is what is allowed.',
  );
  expect(lines).toEqual([
    '  Blocked: twelve documents of the',
    'stage have been put aside, and eleven',
    'is what is allowed.',
  ]);
});
