import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Fenced } from '../../../engine/common/errors.ts';
import { forgetStageOfEarlierRuns } from '../../../engine/state/documents/earlier-runs.ts';
import { noteStage } from '../../../engine/state/run/run.ts';
import { touching } from '../../../engine/state/run/run-writer.ts';
import {
  confirmTargetIdentity,
  readTargetFacts,
  readTargetIdentity,
  renewTargetIdentity,
  type TargetFacts,
  type TargetIdentity,
  writeTargetIdentity,
} from '../../../engine/target/target-identity.ts';
import { letEnd, writerOf } from '../../support/data/writers.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';
import { column, usersOf } from '../small-platform.ts';

let engine: Engine;
let facts: TargetFacts;
let copied: TargetIdentity;
beforeEach(async () => {
  engine = await openEngine({ collections: { users: usersOf(3) } });
  await engine.prepare();
  facts = await readTargetFacts(engine.target.query, 'public', 'here:5432');
  copied = await writeTargetIdentity(engine.target, { ...facts, database: 'original', servers: ['there:5432'] });
});
afterEach(() => engine.close());

const identity = () => readTargetIdentity(engine.target.query);

describe('the identity of a target', () => {
  test('that was a copy’s is written anew once, by whoever comes first', async () => {
    await renewTargetIdentity(engine.target.query, copied, facts);
    const first = await identity();
    expect(first).toMatchObject(facts);
    expect(first!.id).not.toBe(copied.id);
    // A late attempt of the same preflight has decided by what stood there before.
    await renewTargetIdentity(engine.target.query, copied, facts);
    expect(await identity()).toEqual(first);
  });

  test('that was confirmed keeps its id, and is not set back by a step of the original that arrives late', async () => {
    await confirmTargetIdentity(engine.target.query, copied, facts);
    expect(await identity()).toEqual({ ...facts, id: copied.id });
    await confirmTargetIdentity(engine.target.query, copied, { ...facts, database: 'another' });
    expect(await identity()).toEqual({ ...facts, id: copied.id });
  });

  test('is not written over what stands there', async () => {
    expect(await writeTargetIdentity(engine.target, facts)).toEqual(copied);
  });

  test('is one, however many give it to however many runs at the same moment', async () => {
    await engine.target.query(
      `INSERT INTO migration_run SELECT (jsonb_populate_record(run, jsonb_build_object('id', gen_random_uuid(),
         'workflow_run_id', n, 'lease', null))).* FROM migration_run AS run, generate_series(1, 3) AS n`,
      [],
    );
    await engine.target.query('UPDATE migration_run SET target = NULL', []);
    const [first] = await column(engine.target, 'SELECT id FROM migration_run ORDER BY ctid LIMIT 1');
    // The first waits for a row, and another run appears meanwhile, which the second sees and the first does not.
    const waiting = await engine.target.session(async ({ query }) => {
      await query('BEGIN', []);
      await query('UPDATE migration_run SET state = state WHERE id = $1::uuid', [first]);
      const writes = [writeTargetIdentity(engine.target, facts)];
      await until(engine, 1);
      await engine.target.query(
        `INSERT INTO migration_run SELECT (jsonb_populate_record(run, jsonb_build_object('id', gen_random_uuid(),
           'workflow_run_id', 'new', 'lease', null))).* FROM migration_run AS run LIMIT 1`,
        [],
      );
      writes.push(writeTargetIdentity(engine.target, facts));
      await until(engine, 2);
      await query('COMMIT', []);
      return Promise.all(writes);
    });
    expect(waiting[0]).toEqual(waiting[1]);
    expect(await column(engine.target, `SELECT DISTINCT target ->> 'id' FROM migration_run`)).toEqual([waiting[0]!.id]);
  });
});

/** Waits until so many sessions wait for a lock. */
async function until({ target }: Engine, count: number): Promise<void> {
  const waiting = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while (Number((await column(target, waiting))[0]) < count);
}

test('what a rollback says of earlier runs, a late attempt does not say of a later one', async () => {
  const { query } = engine.target;
  const [runId] = await column(engine.target, 'SELECT id FROM migration_run');
  const statesOf = () =>
    column(engine.target, `SELECT stages #>> '{user,state}' FROM migration_run ORDER BY started_at`);
  await noteStage(touching(query), writerOf({ runId: runId! }), 'user', 'complete');
  await letEnd(engine.target, runId!, 'aborted');
  const { runId: rolledBack } = await engine.prepare();
  await forgetStageOfEarlierRuns(engine.target, writerOf({ runId: rolledBack }, 2, 2), 'user');
  expect(await statesOf()).toEqual(['pending', null]);
  await noteStage(touching(query), writerOf({ runId: runId!, epoch: 2 }), 'user', 'complete');
  for (const late of [writerOf({ runId: rolledBack }, 2, 1), writerOf({ runId: rolledBack }, 1, 1)]) {
    await expect(forgetStageOfEarlierRuns(engine.target, late, 'user')).rejects.toThrow(Fenced);
  }
  await letEnd(engine.target, rolledBack, 'aborted');
  const late = writerOf({ runId: rolledBack }, 9, 9);
  await expect(forgetStageOfEarlierRuns(engine.target, late, 'user')).rejects.toThrow(Fenced);
  expect(await statesOf()).toEqual(['complete', null]);
});
