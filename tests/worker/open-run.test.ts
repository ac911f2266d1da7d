import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Activities } from '../../activities/index.ts';
import { targetWithoutRun } from '../../engine/messages/engine/run.ts';
import { saying } from '../engine/messages/saying.ts';
import { type MigrationTarget, openPlatform, type Platform } from '../support/migration.ts';
import { failureOfStep, oneStepBundle } from './one-steps.ts';

let platform: Platform;
let target: MigrationTarget;

beforeAll(async () => {
  platform = await openPlatform();
  target = await platform.target({ workflowBundle: await oneStepBundle() });
});
afterAll(() => platform?.close());

type StepOfRun = Exclude<
  keyof Activities,
  | 'greet'
  | 'preflight'
  | 'beginMonitoring'
  | 'compareRound'
  | 'checkRound'
  | 'sendAlerts'
  | 'restoreTarget'
  | 'writeMonitoring'
>;

/** Every step that is given a run, with what it needs besides. */
const STEPS: Readonly<Record<StepOfRun, object>> = {
  backUp: {},
  requireBackup: { hours: 1, waived: true },
  planMaintenance: { direction: 'on' },
  performMaintenance: { direction: 'on', name: 'any' },
  probeWrites: { anew: true },
  estimateDowntime: {},
  planStage: { stage: 'user', parallelism: 1 },
  copySegment: { stage: 'user', partition: 0, sequence: 1, batchSize: 50, seconds: 1, skipExisting: false },
  settleStage: { stage: 'user', sequence: 1 },
  planStageVerification: { stage: 'user', anew: false },
  verifySegment: { stage: 'user', partition: 0, sequence: 1, batchSize: 50, seconds: 1, skipExisting: false },
  verifyTotals: { stage: 'user', limited: false },
  followReferences: { stage: 'user' },
  markFeed: { stages: [] },
  findChanges: { stage: 'user', how: 'fingerprint', sequence: 1, seconds: 1 },
  sampleStage: { stage: 'user' },
  smokeTests: { waived: false },
  writeReports: { dryRun: false },
  applyChanges: { stage: 'user', sequence: 1, batchSize: 50, seconds: 1 },
  sweepDeparting: { stage: 'user', sequence: 1, batchSize: 50, seconds: 1 },
  verifyChanges: { stage: 'user', sequence: 1, batchSize: 50, seconds: 1 },
  countChanges: {},
  findDepartures: {},
  countQuarantined: {},
  raiseEpoch: {},
  surveyRollback: { stages: ['user'] },
  rollbackStage: { stage: 'user', seconds: 1 },
  changedStages: {},
  acceptPlan: {},
  planRetry: { filter: { stage: null, code: null } },
  concludeRun: { confirmed: [], asksOnly: false },
  endRun: { state: 'complete' },
};

describe('a worker whose target does not hold the run', () => {
  test.each(Object.entries(STEPS))('refuses %s', async (name, rest) => {
    const runId = randomUUID();
    const failure = await failureOfStep(platform, target, name, { run: { runId, schema: null, epoch: 1 }, ...rest });
    expect(failure).toMatchObject({
      type: 'TargetMismatch',
      message: expect.stringMatching(saying(targetWithoutRun, { run: runId })),
    });
  });
});
