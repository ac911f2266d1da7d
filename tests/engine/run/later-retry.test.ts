import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { brokenReference, totalDiffers } from '../../../engine/messages/engine/verdict.ts';
import { REFERENCE_CHECKS } from '../../../engine/messages/labels/references.ts';
import { endRun } from '../../../engine/run/end-run.ts';
import type { PreparedRun } from '../../../engine/run/prepared-run.ts';
import { readCheckpoints } from '../../../engine/state/run/checkpoint.ts';
import { readRun } from '../../../engine/state/run/run.ts';
import { saveFact } from '../../../engine/state/run/run-facts.ts';
import { verifyReferences } from '../../../engine/verify/references/verify-references.ts';
import { verifyTotals } from '../../../engine/verify/totals/verify-totals.ts';
import { plan } from '../../../stages/plan.ts';
import { type Flaws, fillWith } from '../../support/data/flawed-platform.ts';
import { writerOf } from '../../support/data/writers.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';
import { createMongoDatabase, type TestDatabase } from '../../support/servers/databases.ts';
import { saying } from '../messages/saying.ts';

/** A run that only retries, after the one that put documents into quarantine has ended. */
let mongodb: TestDatabase;
let engine: Engine;

beforeEach(async () => {
  mongodb = await createMongoDatabase();
});
afterEach(async () => {
  await engine?.close();
  await mongodb.drop();
});

const NAMES = plan.stages.map(({ name }) => name);
const LATE = 10_000;

/** Migrates a broken source, mends it, and has a run that only retries begin. */
async function retryAfter(
  broken: Flaws,
  mended: Flaws,
  stage: string | null = null,
): Promise<{ run: PreparedRun; stages: readonly string[] }> {
  await fillWith(mongodb.url, broken);
  engine = await openEngine({ sourceUri: mongodb.url });
  await engine.migrate();
  await fillWith(mongodb.url, mended);
  const run = await engine.prepare({ retry: { stage, code: null } });
  const { options } = (await readRun(engine.target.query, run.runId))!;
  return { run, stages: options.stages! };
}

/** Copies and compares as the workflow does: totals of what is tried again, references of every stage that it touches. */
async function carryOut({ run, stages }: Awaited<ReturnType<typeof retryAfter>>): Promise<void> {
  for (const stage of stages) {
    await engine.copy(run, stage);
    expect(await engine.verify(run, stage)).toEqual([]);
  }
  await compare(run, stages);
}

async function compare(run: PreparedRun, stages: readonly string[]): Promise<void> {
  for (const stage of NAMES.slice(NAMES.indexOf(stages[0]!))) {
    const references = await verifyReferences(engine, run.runId, stage, { limited: false });
    await saveFact(engine.target, writerOf(run, LATE), ['references', stage], references);
    if (!stages.includes(stage)) continue;
    const totals = await verifyTotals(engine, run.runId, stage, { limited: true });
    await saveFact(engine.target, writerOf(run, LATE), ['totals', stage], totals);
  }
}

const end = async ({ runId, epoch }: PreparedRun) =>
  (await endRun(engine.target, plan, { runId, epoch }, 'complete')).verdict;

const ARTIST: Flaws = { more: (make) => make.user({ name: '' }) };
const MENDED: Flaws = { more: (make) => make.user({ name: '하나' }) };

describe.each<[string, Flaws, Flaws]>([
  ['user', ARTIST, MENDED],
  ['project', { title: { title: '' } }, {}],
  ['payment', { payment: { amount: 'much' } }, {}],
])('of stage %s alone', (stage, broken, mended) => {
  test('has that stage and no other, and becomes complete', async () => {
    const begun = await retryAfter(broken, mended);
    expect(begun.stages).toEqual([stage]);
    for (const name of NAMES) {
      const partitions = await readCheckpoints(engine.target, begun.run.runId, name);
      expect(partitions.map(({ total }) => total)).toEqual(name === stage ? [1] : []);
    }
    await carryOut(begun);
    expect(await end(begun.run)).toMatchObject({ state: 'verified', held: 0 });
  });
});

test('a wrong total of what is tried again keeps it from its end', async () => {
  const begun = await retryAfter({ payment: { amount: 'much' } }, {});
  await carryOut(begun);
  await engine.target.query(
    `UPDATE "Payment" SET amount = amount + 1 WHERE id IN (SELECT prisma_id FROM migration_id_map WHERE run_id = $1::uuid)`,
    [begun.run.runId],
  );
  await compare(begun.run, begun.stages);
  await expect(end(begun.run)).rejects.toThrow(saying(totalDiffers, { path: 'amount' }));
});

test('a reference to what it has written that was lost in a stage which it does not try keeps it from its end', async () => {
  const begun = await retryAfter(ARTIST, MENDED);
  await carryOut(begun);
  await engine.target.query(
    `WITH one AS (SELECT id FROM "Project" ORDER BY id LIMIT 1), other AS (SELECT id FROM "User" ORDER BY id DESC LIMIT 1)
     UPDATE "Project" SET "artistId" = other.id FROM one, other WHERE "Project".id = one.id`,
    [],
  );
  await compare(begun.run, begun.stages);
  await expect(end(begun.run)).rejects.toThrow(
    saying(brokenReference, { place: 'Project.artistId', what: REFERENCE_CHECKS.misled.en }),
  );
});

test('what earlier runs still hold counts, whatever was tried again', async () => {
  const begun = await retryAfter({ title: { title: '' }, payment: { amount: 'much' } }, {}, 'payment');
  await carryOut(begun);
  expect(await end(begun.run)).toMatchObject({ state: 'quarantined', held: 1 });
});
