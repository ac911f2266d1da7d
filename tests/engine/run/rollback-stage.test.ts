import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Fenced, TargetUnfit } from '../../../engine/common/errors.ts';
import { rollbackObstructed } from '../../../engine/messages/engine/run.ts';
import { resetCheckpoints, rollbackStage } from '../../../engine/run/rollback-stage.ts';
import { readCheckpoints } from '../../../engine/state/run/checkpoint.ts';
import { settlementOf, verificationOf } from '../../../engine/state/run/checkpoint-names.ts';
import { letEnd, raise, writerOf } from '../../support/data/writers.ts';
import { contentsOf, type Engine, openEngine, quarantineOf, rangesOf } from '../../support/run-engine.ts';
import { saying } from '../messages/saying.ts';
import { collectionsOf, column, copyOnce, fence, planned, stageNamed, usersOf } from '../small-platform.ts';
import { namedDocuments } from '../verify/corruptions.ts';

let engine: Engine;
afterEach(() => engine.close());

const LONG = 600_000;
const never = () => new AbortController().signal;
const count = async (table: string) => Number((await column(engine.target, `SELECT count(*) FROM ${table}`))[0]);

/** Rolls a stage back as the workflow does: under a raised epoch, checkpoints first. */
async function rollBack(runId: string, stage: string, signal = never(), onProgress: (n: number) => void = () => {}) {
  const epoch = await raise(engine.target, runId);
  const writer = writerOf({ runId, epoch });
  await resetCheckpoints(engine.target, writer, stage);
  const limits = { signal, milliseconds: LONG };
  return rollbackStage(engine.target, stageNamed(stage), writer, limits, onProgress);
}

describe('a rollback of a stage', () => {
  let runId: string;
  let epoch: number;

  beforeEach(async () => {
    const { make } = namedDocuments();
    make.project({ title: 'Loose', approvedBy: make.id(), budget: '7', mood: 'unknown field' });
    make.project({ title: '' });
    engine = await openEngine({ collections: collectionsOf(make.all) });
    const run = await engine.prepare();
    for (const stage of ['user', 'artist']) await engine.copy(run, stage);
    ({ runId, epoch } = run);
  });

  const copyAndVerifyProjects = async () => {
    await engine.copy({ runId, epoch, resumed: false }, 'project', { partitions: rangesOf(2) });
    await engine.verify({ runId, epoch, resumed: false }, 'project');
  };
  const books = async () => ({
    contents: await contentsOf(engine.target),
    quarantine: (await quarantineOf(engine.target)).map(({ stage, key }) => `${stage} ${key}`),
    findings: await column(engine.target, `SELECT stage || ' ' || code FROM migration_finding ORDER BY 1`),
    leftovers: await column(engine.target, `SELECT collection || ' ' || path FROM migration_leftover ORDER BY 1`),
  });

  test('leaves the target as it was before the stage: rows, ID map, quarantine, findings and leftovers', async () => {
    const before = await books();
    await copyAndVerifyProjects();
    const between = await books();
    for (const book of ['contents', 'quarantine', 'findings', 'leftovers'] as const) {
      expect(between[book].length).toBeGreaterThan(before[book].length);
    }
    expect(await rollBack(runId, 'project')).toMatchObject({ done: true, left: 0 });
    expect(await books()).toEqual(before);
  });

  test('resets checkpoints and never deletes them', async () => {
    await copyAndVerifyProjects();
    const stages = ['project', settlementOf('project'), verificationOf('project')];
    const planned = await Promise.all(stages.map((stage) => readCheckpoints(engine.target, runId, stage)));
    await rollBack(runId, 'project');
    for (const [index, stage] of stages.entries()) {
      const after = await readCheckpoints(engine.target, runId, stage);
      expect(after.map(({ selection, total }) => ({ selection, total }))).toEqual(
        planned[index]!.map(({ selection, total }) => ({ selection, total })),
      );
      expect(planned[index]!.every(({ done }) => done)).toBe(true);
      for (const { done, lastKey, counters, samples } of after) {
        expect({ done, lastKey, samples, read: counters.read, written: counters.written }).toEqual({
          ...{ done: false, lastKey: null, samples: [], read: 0, written: 0 },
        });
      }
    }
    const others = await readCheckpoints(engine.target, runId, 'user');
    expect(others.every(({ done, counters }) => done && counters.read > 0)).toBe(true);
  });

  test('lets the stage be moved again, to the same content', async () => {
    await copyAndVerifyProjects();
    const before = await books();
    await rollBack(runId, 'project');
    epoch = 2;
    await copyAndVerifyProjects();
    expect(await books()).toEqual(before);
  });

  test('repeated changes nothing', async () => {
    await copyAndVerifyProjects();
    await rollBack(runId, 'project');
    const before = await books();
    expect(await rollBack(runId, 'project')).toMatchObject({ done: true, left: 0 });
    expect(await books()).toEqual(before);
  });

  test('is refused while rows of a later stage refer to its own, and names the stage', async () => {
    const refused = rollBack(runId, 'user');
    await expect(refused).rejects.toThrow(TargetUnfit);
    await expect(refused).rejects.toThrow(saying(rollbackObstructed, { stage: 'user' }));
  });

  test('stops at somebody else’s table that refers to its rows, and goes on when that is gone', async () => {
    await copyAndVerifyProjects();
    await engine.target.query('CREATE TABLE theirs (project uuid REFERENCES "Project" (id))', []);
    await engine.target.query(`INSERT INTO theirs SELECT id FROM "Project" WHERE title = 'Two'`, []);
    const before = await books();
    await expect(rollBack(runId, 'project')).rejects.toThrow(saying(rollbackObstructed));
    expect(await books()).toEqual(before);
    expect(await count('theirs')).toBe(1);
    await engine.target.query('DROP TABLE theirs', []);
    expect(await rollBack(runId, 'project')).toMatchObject({ done: true, left: 0 });
    expect(await count('"Project"')).toBe(0);
  });

  test('that was overtaken by another one deletes nothing', async () => {
    await copyAndVerifyProjects();
    const before = await books();
    const old = await raise(engine.target, runId);
    await raise(engine.target, runId);
    const overtaken = rollbackStage(
      ...([engine.target, stageNamed('project'), writerOf({ runId, epoch: old })] as const),
      { signal: never(), milliseconds: LONG },
      () => {},
    );
    await expect(overtaken).rejects.toThrow(Fenced);
    expect(await books()).toEqual(before);
  });
});

describe('a rollback', () => {
  test('takes the run’s own documents only: those of an earlier run and rows of others stay', async () => {
    engine = await openEngine({ collections: { users: usersOf(10) } });
    const earlier = await engine.prepare();
    await planned(engine, earlier.runId, 'user');
    await copyOnce(engine, earlier.runId, 'user', fence(1), { batchSize: 4 });
    await letEnd(engine.target, earlier.runId, 'complete');
    const later = await engine.prepare();
    await engine.copy(later, 'user');
    expect(await count('"User"')).toBe(10);
    await engine.target.query(
      `INSERT INTO "User" (id, name, email, password, "updatedAt") VALUES (gen_random_uuid(), 'theirs', 'x', 'x', now())`,
      [],
    );
    await rollBack(later.runId, 'user');
    expect(await column(engine.target, `SELECT name FROM "User" ORDER BY name`)).toEqual([
      ...['theirs', 'user 0', 'user 1', 'user 2', 'user 3'],
    ]);
    expect(await count('migration_id_map')).toBe(4);
    const kept = await readCheckpoints(engine.target, earlier.runId, 'user');
    expect(kept[0]).toMatchObject({ counters: { read: 4, written: 4 } });
  });

  test('that is interrupted stops at a transaction’s end, and the next call goes on with what is left', async () => {
    engine = await openEngine({ collections: { users: usersOf(450) } });
    const { runId } = await engine.prepare();
    await planned(engine, runId, 'user');
    await copyOnce(engine, runId, 'user', fence(1), { batchSize: 500, milliseconds: LONG });
    const stop = new AbortController();
    expect(await rollBack(runId, 'user', stop.signal, () => stop.abort())).toMatchObject({ done: false });
    expect(await count('"User"')).toBe(250);
    expect(await count('migration_id_map')).toBe(250);
    const progress: number[] = [];
    expect(await rollBack(runId, 'user', never(), (documents) => progress.push(documents))).toMatchObject({
      done: true,
      left: 0,
    });
    expect(progress).toEqual([200, 250]);
    expect(await count('"User"')).toBe(0);
    expect(await count('migration_id_map')).toBe(0);
  });
});
