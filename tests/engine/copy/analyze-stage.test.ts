import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { analyzeStage } from '../../../engine/copy/analyze-stage.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';
import { stageNamed } from '../small-platform.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await openEngine({ collections: { users: [] } });
});
afterEach(() => engine.close());

/** Adds entries of root documents, or of sub-documents. */
const addEntries = (collection: string, parent: string, count: number) =>
  engine.target.query(
    `INSERT INTO migration_id_map (collection, parent_key, legacy_key, path, occurrence, prisma_id, run_id)
     SELECT $1, ${parent}, decode('07' || lpad(to_hex(n), 24, '0'), 'hex'), '', 0, gen_random_uuid(), gen_random_uuid()
     FROM generate_series(1, $2::int) AS n`,
    [collection, String(count)],
  );

/** As how many rows PostgreSQL plans what is inside one document, as verification asks for it. */
const plannedInside = async () => {
  const [row] = await engine.target.query(
    `EXPLAIN (FORMAT JSON) SELECT own.*
     FROM unnest(ARRAY['\\x07'::bytea]) AS root (key) CROSS JOIN unnest(ARRAY['projectNote']) AS child (collection)
     CROSS JOIN LATERAL (
       SELECT * FROM migration_id_map WHERE collection = child.collection AND parent_key = root.key OFFSET 0) AS own`,
    [],
  );
  return (JSON.parse(row![0]!) as [{ Plan: { 'Plan Rows': number } }])[0].Plan['Plan Rows'];
};

describe('statistics of a stage', () => {
  test('from when only users were there are replaced: what is inside a document is a few rows again, not all', async () => {
    await addEntries('user', `''::bytea`, 20_000);
    await engine.target.query('ANALYZE migration_id_map', []);
    await addEntries('projectNote', `decode('07' || lpad(to_hex(n / 5), 24, '0'), 'hex')`, 20_000);
    const before = await plannedInside();
    await analyzeStage(engine.target, stageNamed('project'));
    expect(await plannedInside()).toBeLessThan(100);
    expect(before).toBeGreaterThan(1_000);
  });

  test('of a table that somebody else works on are left as they are, and nobody waits', async () => {
    const began = performance.now();
    await engine.target.transaction(async (execute) => {
      await execute('LOCK TABLE migration_id_map IN SHARE UPDATE EXCLUSIVE MODE');
      await analyzeStage(engine.target, stageNamed('project'));
    });
    expect(performance.now() - began).toBeLessThan(5_000);
    const [row] = await engine.target.query(
      `SELECT last_analyze IS NULL FROM pg_stat_all_tables
       WHERE relid = 'migration_id_map'::regclass`,
      [],
    );
    expect(row).toEqual(['t']);
  });
});
