import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { adoptRun } from '../../engine/state/run/run.ts';
import { openTarget } from '../../engine/target/target.ts';
import { epochOf, letEnd } from '../support/data/writers.ts';
import { endOf, type MigrationTarget, openPlatform, type Platform } from '../support/migration.ts';
import { failureOfStep, oneStepBundle } from './one-steps.ts';

let platform: Platform;
let bundle: Awaited<ReturnType<typeof oneStepBundle>>;
beforeAll(async () => {
  platform = await openPlatform({ scale: 0.1, bad: false });
  bundle = await oneStepBundle();
});
afterAll(() => platform?.close());

/** A run that has come to its end as complete, in a target whose worker carries out single steps. */
async function migrated(): Promise<{ target: MigrationTarget; runId: string }> {
  const before = await platform.target();
  const { runId } = await endOf(await before.start([]));
  await before.stopWorker();
  const target = await platform.target({ databaseUrl: before.databaseUrl, workflowBundle: bundle });
  return { target, runId };
}

/** As a reconciliation of another workflow does it, whose source may be another one. @returns the epoch before */
async function reopen({ databaseUrl, sql }: MigrationTarget, runId: string): Promise<number> {
  const target = openTarget(databaseUrl, { connections: 2 });
  try {
    const epoch = await epochOf(target, runId);
    const by = { workflowId: 'later', workflowRunId: 'later', namespaceId: 'tests' };
    await adoptRun(target, { id: runId, epoch }, by);
    await sql(`UPDATE migration_run SET source_fingerprint = 'another', source_identity = NULL`);
    return epoch;
  } finally {
    await target.close();
  }
}

async function letFail({ databaseUrl }: MigrationTarget, runId: string): Promise<void> {
  const target = openTarget(databaseUrl, { connections: 2 });
  await letEnd(target, runId, 'failed');
  await target.close();
}

const record = { pace: [], timeline: [], forgotten: 0 };

describe('an end whose answer was lost, repeated after somebody has opened the run again', () => {
  test('is done when it had only let go of the target', async () => {
    const { target, runId } = await migrated();
    const epoch = await reopen(target, runId);
    const before = await target.sql('SELECT * FROM migration_run');
    const run = { runId, schema: null, epoch };
    expect(await failureOfStep(platform, target, 'endRun', { run, state: 'complete' })).toBeNull();
    expect(await target.sql('SELECT * FROM migration_run')).toEqual(before);
  });

  test('is done when it had ended the run before its time, and keeps no record in what another works on', async () => {
    const { target, runId } = await migrated();
    await target.sql(`UPDATE migration_run SET state = 'running', verdict = NULL, lease = 'target'`);
    await letFail(target, runId);
    const epoch = await reopen(target, runId);
    const before = await target.sql('SELECT * FROM migration_run');
    const run = { runId, schema: null, epoch: epoch - 1 };
    expect(await failureOfStep(platform, target, 'endRun', { run, state: 'failed', record })).toBeNull();
    expect(await target.sql('SELECT * FROM migration_run')).toEqual(before);
  });

  test('is refused when it was never committed', async () => {
    const { target, runId } = await migrated();
    const epoch = await reopen(target, runId);
    const run = { runId, schema: null, epoch: epoch - 1 };
    expect(await failureOfStep(platform, target, 'endRun', { run, state: 'failed' })).toMatchObject({
      type: 'SourceMismatch',
    });
    expect(await target.sql('SELECT state, lease FROM migration_run')).toEqual([['running', 'target']]);
  });
});

test('an end before its time that is repeated keeps the record that the first could not', async () => {
  const { target, runId } = await migrated();
  await target.sql(`UPDATE migration_run SET state = 'running', verdict = NULL, lease = 'target'`);
  const epoch = Number((await target.sql('SELECT epoch FROM migration_run'))[0]![0]);
  await letFail(target, runId);
  const run = { runId, schema: null, epoch };
  const told = { ...record, pace: [{ stage: 'told', points: [] }] };
  expect(await failureOfStep(platform, target, 'endRun', { run, state: 'failed', record: told })).toBeNull();
  expect(await target.sql(`SELECT facts::text LIKE '%"told"%' FROM migration_run`)).toEqual([['t']]);
});
