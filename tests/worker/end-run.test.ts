import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { adoptRun } from '../../engine/state/run/run.ts';
import { openTarget } from '../../engine/target/target.ts';
import { epochOf, letEnd } from '../support/data/writers.ts';
import { endOf, type MigrationTarget, openPlatform, type Platform } from '../support/migration.ts';
import { failureOfStep, oneStepBundle } from './one-steps.ts';

let platform: Platform;
/** Its worker carries out single steps. */
let target: MigrationTarget;
let runId: string;
beforeAll(async () => {
  platform = await openPlatform();
  const before = await platform.target();
  ({ runId } = await endOf(await before.start([])));
  await before.stopWorker();
  target = await platform.target({ databaseUrl: before.databaseUrl, workflowBundle: await oneStepBundle() });
  await target.sql('CREATE TABLE ended AS SELECT * FROM migration_run');
});
afterAll(() => platform?.close());

/** Each test has the run as it came to its end as complete. */
beforeEach(async () => {
  const [[columns]] = (await target.sql(
    `SELECT string_agg(format('%I', attname), ', ') FROM pg_attribute
     WHERE attrelid = 'migration_run'::regclass AND attnum > 0 AND NOT attisdropped`,
  )) as [[string]];
  await target.sql(`UPDATE migration_run SET (${columns}) = (SELECT ${columns} FROM ended)`);
});

/** As a reconciliation of another workflow does it, whose source may be another one. @returns the epoch before */
async function reopen(): Promise<number> {
  const other = openTarget(target.databaseUrl, { connections: 2 });
  try {
    const epoch = await epochOf(other, runId);
    const by = { workflowId: 'later', workflowRunId: 'later', namespaceId: 'tests' };
    await adoptRun(other, { id: runId, epoch }, by);
    await target.sql(`UPDATE migration_run SET source_fingerprint = 'another', source_identity = NULL`);
    return epoch;
  } finally {
    await other.close();
  }
}

async function letFail(): Promise<void> {
  const other = openTarget(target.databaseUrl, { connections: 2 });
  await letEnd(other, runId, 'failed');
  await other.close();
}

const record = { pace: [], timeline: [], forgotten: 0 };

describe('an end whose answer was lost, repeated after somebody has opened the run again', () => {
  test('is done when it had only let go of the target', async () => {
    const epoch = await reopen();
    const before = await target.sql('SELECT * FROM migration_run');
    const run = { runId, schema: null, epoch };
    expect(await failureOfStep(platform, target, 'endRun', { run, state: 'complete' })).toBeNull();
    expect(await target.sql('SELECT * FROM migration_run')).toEqual(before);
  });

  test('is done when it had ended the run before its time, and keeps no record in what another works on', async () => {
    await target.sql(`UPDATE migration_run SET state = 'running', verdict = NULL, lease = 'target'`);
    await letFail();
    const epoch = await reopen();
    const before = await target.sql('SELECT * FROM migration_run');
    const run = { runId, schema: null, epoch: epoch - 1 };
    expect(await failureOfStep(platform, target, 'endRun', { run, state: 'failed', record })).toBeNull();
    expect(await target.sql('SELECT * FROM migration_run')).toEqual(before);
  });

  test('is refused when it was never committed', async () => {
    const epoch = await reopen();
    const run = { runId, schema: null, epoch: epoch - 1 };
    expect(await failureOfStep(platform, target, 'endRun', { run, state: 'failed' })).toMatchObject({
      type: 'SourceMismatch',
    });
    expect(await target.sql('SELECT state, lease FROM migration_run')).toEqual([['running', 'target']]);
  });
});

test('an end before its time that is repeated keeps the record that the first could not', async () => {
  await target.sql(`UPDATE migration_run SET state = 'running', verdict = NULL, lease = 'target'`);
  const epoch = Number((await target.sql('SELECT epoch FROM migration_run'))[0]![0]);
  await letFail();
  const run = { runId, schema: null, epoch };
  const told = { ...record, pace: [{ stage: 'told', points: [] }] };
  expect(await failureOfStep(platform, target, 'endRun', { run, state: 'failed', record: told })).toBeNull();
  expect(await target.sql(`SELECT facts::text LIKE '%"told"%' FROM migration_run`)).toEqual([['t']]);
});
