import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { showKey } from '../../../engine/document/legacy-key.ts';
import { readCheckpoints } from '../../../engine/state/run/checkpoint.ts';
import { verificationOf } from '../../../engine/state/run/checkpoint-names.ts';
import type { Difference } from '../../../engine/verify/difference.ts';
import { restartVerification, verifySegment } from '../../../engine/verify/rows/verify-rows.ts';
import { verifyTotals } from '../../../engine/verify/totals/verify-totals.ts';
import { plan } from '../../../stages/plan.ts';
import { writerOf } from '../../support/data/writers.ts';
import { type Engine, type Migration, openEngine, rangesOf } from '../../support/run-engine.ts';
import { collectionsOf, column, fence, keyOfGiven, stageNamed, usersOf } from '../small-platform.ts';
import { CORRUPTIONS, namedDocuments } from './corruptions.ts';
import { type Damage, keepTables } from './damage.ts';

const { make, documents } = namedDocuments();
const TABLES = [
  ...plan.stages.flatMap(({ tables }) => tables.map(({ table }) => table)),
  ...['migration_id_map', 'migration_quarantine'],
];
let engine: Engine;
let run: Migration;
let damage: Damage['damage'];
let mend: Damage['mend'];
let sequence = 1_000;

beforeAll(async () => {
  engine = await openEngine({ collections: collectionsOf(make.all) });
  run = await engine.migrate();
  ({ damage, mend } = await keepTables(engine.target, TABLES));
});
afterAll(() => engine.close());

async function verifyAll(): Promise<Difference[]> {
  const all: Difference[] = [];
  for (const stage of plan.stages) {
    await restartVerification(engine.target, writerOf(run, 1_000), stage.name);
    const context = { plan, stage, source: engine.source, target: engine.target, skipExisting: true };
    const partitions = (await readCheckpoints(engine.target, run.runId, stage.name)).length;
    for (let partition = 0; partition < partitions; partition++) {
      const at = { runId: run.runId, stage: verificationOf(stage.name), partition };
      const limits = { batchSize: 500, milliseconds: 600_000, signal: new AbortController().signal };
      await verifySegment(context, at, fence(++sequence), limits);
    }
    const checkpoints = await readCheckpoints(engine.target, run.runId, verificationOf(stage.name));
    all.push(...checkpoints.flatMap(({ samples }) => samples as Difference[]));
  }
  return all;
}

const names = new Map(Object.entries(documents).map(([name, given]) => [showKey(keyOfGiven(given)), name]));
const told = ({ kind, where, legacyId }: Difference) => [kind, where, names.get(legacyId) ?? legacyId] as const;
const sorted = <T>(all: readonly T[]) => all.map((one) => JSON.stringify(one)).sort();

describe('row by row', () => {
  test('a migration that nobody has touched has no difference', async () => {
    expect(Object.values(run.differences).flat()).toEqual([]);
    expect(await verifyAll()).toEqual([]);
    expect(run.counters['user']).toMatchObject({ quarantined: 1 });
  });

  test('at least 25 corruptions are tried, each under a name of its own', () => {
    expect(new Set(CORRUPTIONS.map(([what]) => what)).size).toBe(CORRUPTIONS.length);
    expect(CORRUPTIONS.length).toBeGreaterThanOrEqual(25);
  });

  test.each(CORRUPTIONS)('it is told, with its place and its document, when %s', async (_, sql, ...expected) => {
    await damage(sql);
    try {
      expect(sorted((await verifyAll()).map(told))).toEqual(sorted(expected));
    } finally {
      await mend();
    }
  });

  test('what was mended is found to be so when it is verified anew', async () => {
    expect(await verifyAll()).toEqual([]);
  });

  test('a difference holds both values as JSON, and the row’s id', async () => {
    await damage(`UPDATE "User" SET bio = NULL, role = 'admin' WHERE name = '가람'`);
    try {
      const id = (await column(engine.target, `SELECT id FROM "User" WHERE name = '가람'`))[0];
      const row = { kind: 'different', legacyId: showKey(keyOfGiven(documents.empty)), rowId: JSON.stringify(id) };
      expect(await verifyAll()).toEqual([
        { ...row, where: 'User.role', expected: '"fan"', found: '"admin"' },
        { ...row, where: 'User.bio', expected: '""', found: 'null' },
      ]);
    } finally {
      await mend();
    }
  });

  test('a row that belongs to no document at all is for the totals to see, and they do', async () => {
    await damage(
      `INSERT INTO "User" SELECT (jsonb_populate_record(held, '{"id": "00000000-0000-4000-8000-000000000002", "email": "x", "username": "x"}')).*
       FROM "User" AS held WHERE name = '나래'`,
    );
    try {
      expect(await verifyAll()).toEqual([]);
      const [total] = await verifyTotals(engine, run.runId, 'user', { limited: false });
      expect(total).toMatchObject({ what: 'documents', agree: false });
    } finally {
      await mend();
    }
  });
});

describe('a verification', () => {
  test('that is interrupted goes on, counts every difference, and keeps the first hundred of a partition', async () => {
    const large = await openEngine({ collections: { users: usersOf(260) } });
    try {
      const prepared = await large.prepare();
      await large.copy(prepared, 'user', { partitions: rangesOf(130) });
      await large.target.query(`UPDATE "User" SET name = 'x' || name`, []);
      await large.verify(prepared, 'user');
      const at = verificationOf('user');
      const whole = await readCheckpoints(large.target, prepared.runId, at);
      expect(whole.map(({ counters }) => counters.findings)).toEqual([{ different: 130 }, { different: 130 }]);
      expect(whole.map(({ samples }) => samples.length)).toEqual([100, 100]);
      await restartVerification(large.target, writerOf(prepared, 1_000), 'user');
      const context = { plan, stage: stageNamed('user'), source: large.source, target: large.target };
      for (let n = 2; n < 40; n++) {
        const ref = { runId: prepared.runId, stage: at, partition: 0 };
        const limits = { batchSize: 20, milliseconds: 0, signal: new AbortController().signal };
        const result = await verifySegment({ ...context, skipExisting: true }, ref, fence(1_000 + n), limits);
        if (result.done) break;
        expect(result.counters.read).toBe((n - 1) * 20);
      }
      const [again] = await readCheckpoints(large.target, prepared.runId, at);
      expect(again).toEqual(whole[0]);
    } finally {
      await large.close();
    }
  });

  test('tells of the places that differ and of no others', async () => {
    await damage(`UPDATE "Project" SET title = 'x'`);
    try {
      expect(new Set((await verifyAll()).map(({ where }) => where))).toEqual(new Set(['Project.title']));
    } finally {
      await mend();
    }
  });
});
