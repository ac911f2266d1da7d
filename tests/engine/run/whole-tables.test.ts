import { afterAll, beforeAll, test } from '@jest/globals';
import { readHolders } from '../../../engine/copy/conflicts/read-contenders.ts';
import { readAlike, settleContested } from '../../../engine/copy/conflicts/settle-contested.ts';
import { sampleStage } from '../../../engine/report/sample/sample.ts';
import { prepareRun } from '../../../engine/run/preflight.ts';
import { planRetry } from '../../../engine/run/retry-quarantine.ts';
import { rollbackStage } from '../../../engine/run/rollback-stage.ts';
import { surveyRollback } from '../../../engine/run/survey-rollback.ts';
import { noteChanges } from '../../../engine/state/documents/changes.ts';
import { claimPass } from '../../../engine/sync/apply/pass.ts';
import { noteRetried } from '../../../engine/sync/apply/retried.ts';
import { settleChanged } from '../../../engine/sync/apply/settle-changed.ts';
import { unhurried } from '../../../engine/target/long-read.ts';
import { openTarget, type Target } from '../../../engine/target/target.ts';
import { epochOf, writerOf } from '../../support/data/writers.ts';
import { type Engine, type Migration, openEngine } from '../../support/run-engine.ts';
import { until } from '../../support/scripts.ts';
import { usersOf } from '../small-platform.ts';

/** What goes over whole tables may take longer than a writer may: here it waits for a lock for as long. */
const TIMEOUTS = { idleInTransaction: 8_000, lock: 10_000, transaction: 700, look: 500 };

let engine: Engine;
let run: Migration;
let target: Target;

beforeAll(async () => {
  engine = await openEngine({ collections: { users: usersOf(5) } });
  run = await engine.migrate({});
  target = openTarget(engine.databaseUrl, { connections: 4, timeouts: TIMEOUTS });
});

afterAll(async () => {
  await target.close();
  await engine.close();
});

const stage = () => engine.plan.stages[0]!;
const context = () => ({ plan: engine.plan, stage: stage(), source: engine.source, target, skipExisting: true });
const claimant = { workflowId: 'mongo-to-prisma', workflowRunId: 'another', namespaceId: 'tests' };

const never = new AbortController().signal;
const LONG = 600_000;

/** Changes of a stage in one state. */
async function noted(name: string, state: 'found' | 'applied'): Promise<void> {
  await engine.target.query('DELETE FROM migration_change', []);
  await engine.target.transaction(async (execute) => {
    await noteChanges(execute, run.runId, name, [Buffer.from([0x07, 0x01])], state, 'feed');
  });
}

const STATEMENTS: Readonly<Record<string, readonly [table: string, () => Promise<unknown>]>> = {
  'settlement looks for texts that are alike': ['"User"', () => readAlike(unhurried(target), stage())],
  'settlement looks for who holds a value': [
    '"User"',
    () => {
      const claims = ['User_email_key:"nobody@example.com"'];
      const wanted = { name: '', key: null, shown: '', claims, suffixed: new Map(), place: 'waiting' as const };
      return readHolders(context(), null, [wanted]);
    },
  ],
  'a sample is drawn': ['migration_id_map', () => sampleStage(context(), run.runId, { count: 1 })],
  'a rollback is surveyed': ['"User"', () => surveyRollback(target, stage(), run.runId, () => {})],
  'a rollback looks for its documents': [
    'migration_id_map',
    () => {
      const limits = { signal: AbortSignal.abort(), milliseconds: 0 };
      return rollbackStage(target, stage(), writerOf(run), limits, () => {});
    },
  ],
  'a retry is planned': [
    'migration_quarantine',
    async () => {
      const epoch = await epochOf(engine.target, run.runId);
      return planRetry(target, engine.plan, { runId: run.runId, epoch }, { stage: null, code: null });
    },
  ],
  'a settlement tells what has left the source': [
    'migration_quarantine',
    async () => {
      await engine.target.query(`UPDATE migration_partition SET done = false WHERE stage = 'settle:user'`, []);
      const fence = { epoch: await epochOf(engine.target, run.runId), sequence: 1_000, attempt: 1 };
      return settleContested(context(), run.runId, fence);
    },
  ],
  'a rollback takes back what a run has said of earlier ones': [
    'migration_quarantine',
    async () => {
      const writer = { ...writerOf(run, 1_000), epoch: await epochOf(engine.target, run.runId) };
      const limits = { signal: never, milliseconds: LONG };
      // There is nothing to be deleted but notes: the documents are another run's.
      await engine.target.query('UPDATE migration_id_map SET run_id = gen_random_uuid()', []);
      return rollbackStage(target, stage(), writer, limits, () => {});
    },
  ],
  'a pass notes what could be resolved now': [
    'migration_quarantine',
    async () => {
      await noted('user', 'applied');
      return noteRetried(target, engine.plan, engine.plan.stages[1]!, run.runId);
    },
  ],
  'a pass notes who has lost a unique value': [
    'migration_finding',
    async () => {
      await noted('user', 'found');
      return noteRetried(target, engine.plan, stage(), run.runId);
    },
  ],
  'a pass tells anew what is about several documents': [
    'migration_finding',
    async () => {
      await noted('user', 'applied');
      const fence = { epoch: await epochOf(engine.target, run.runId), sequence: 1_001, attempt: 1 };
      const pass = await claimPass(context(), run.runId, fence);
      return settleChanged(context(), pass, never);
    },
  ],
  'preflight looks for rows of others': [
    '"User"',
    () => {
      const options = { dryRun: false, limit: null, stages: null };
      return prepareRun(
        target,
        engine.source,
        engine.plan,
        options,
        claimant,
        async () => false,
        () => {},
      );
    },
  ],
};

test.each(Object.keys(STATEMENTS))('%s', async (name) => {
  const [table, work] = STATEMENTS[name]!;
  let working: Promise<unknown> = Promise.resolve();
  await engine.target.transaction(async (execute) => {
    await execute(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    working = work();
    working.catch(() => {});
    await until(async () => (await execute(`SELECT 1 FROM pg_locks WHERE NOT granted`)) > 0);
    await execute(`SELECT pg_sleep(${(2 * TIMEOUTS.transaction) / 1000})`);
  });
  await working;
});
