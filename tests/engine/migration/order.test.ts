import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { createMigration, type Migration } from '../../../engine/migration/create-migration.ts';
import { migrate } from '../../../engine/migration/migrate.ts';
import { newSteps } from '../../../engine/migration/step.ts';
import { plan } from '../../../stages/plan.ts';
import { letEnd } from '../../support/data/writers.ts';
import { stepsOf } from '../../support/histories.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';
import { project } from '../../support/scripts.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ demo: { seed: 3, bad: false, scale: 0.02 } });
});
afterAll(() => engine.close());

const stages = plan.stages.map(({ name }) => name);

/** Steps whose activity has another name: histories keep that. */
const STEPS: Readonly<Record<string, keyof Migration>> = {
  settleStage: 'resolveConflicts',
  planStageVerification: 'planVerification',
  sampleStage: 'sample',
};

/** A migration that lists its steps by stage as they are called. */
function listing(migration: Migration, called: string[]): Migration {
  return new Proxy(migration, {
    get(of, name: keyof Migration) {
      const step = of[name] as (...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        called.push(`${given[1]}: ${name}`);
        return step(...given);
      };
    },
  });
}

/** Segments and looks at where a verification stands are repeated as often as they must be. */
const inOrder = (steps: readonly string[]) => [...new Set(steps)];

/** What the workflow does for its stages, as a committed history has it, which the replay holds the workflow to. */
async function scheduled(): Promise<string[]> {
  const file = join(project, 'tests', 'fixtures', 'histories', 'start-finish.json');
  const history = historyFromJSON(JSON.parse(await readFile(file, 'utf8')));
  return stepsOf(history).flatMap((step) => {
    const [activity, stage] = step.split(' ');
    return stage === undefined ? [] : [`${stage}: ${STEPS[activity!] ?? activity}`];
  });
}

test('a migration in one process takes the steps that the workflow takes, in its order', async () => {
  const called: string[] = [];
  const { target, source } = engine;
  const migration = createMigration({ plan, target, source: async () => source });
  const run = await engine.prepare();
  await migrate(listing(migration, called), newSteps(run), { stages });
  expect(inOrder(called)).toEqual(inOrder(await scheduled()));
});

test('and its end by the verdict of the database, its report, a rollback: each is one step', async () => {
  const migration = createMigration({ plan, target: engine.target, source: async () => engine.source });
  const run = await engine.prepare();
  const next = newSteps(run, 1_000);
  expect(await migration.conclude(next(), { asksOnly: true })).toMatchObject({ ended: null, reasons: [] });
  const { files } = await migration.report(next(), engine.folder);
  expect(await readFile(files.json, 'utf8')).toContain('"state"');
  for (const stage of ['payment', 'fundingProject', 'project']) {
    const { documents, ...survey } = await migration.surveyRollback(next(), stage);
    expect(survey).toMatchObject({ changed: 0, earlier: 0 });
    expect(await migration.rollBack(next(), stage, { milliseconds: 60_000 })).toMatchObject({ deleted: documents });
  }
  const { ended, reasons } = await migration.conclude(next());
  expect([ended, reasons.length > 0]).toEqual([null, true]);
  await letEnd(engine.target, run.runId, 'aborted');
  expect(await engine.target.query('SELECT state, lease FROM migration_run', [])).toEqual([['aborted', null]]);
});
