import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { prepareRun } from '../../../engine/run/preflight.ts';
import {
  createScratchSchema,
  dropLeftovers,
  dropScratchSchema,
  listScratchSchemas,
  scratchSchemaOf,
} from '../../../engine/run/scratch-schema.ts';
import { openTarget, type Target } from '../../../engine/target/target.ts';
import { letEnd } from '../../support/data/writers.ts';
import { contentsOf, type Engine, openEngine } from '../../support/run-engine.ts';
import { column, copyOnce, fence, planned, usersOf } from '../small-platform.ts';

const WORKFLOW = '0199A1B2-c3d4-7e5f-8a6b-112233445566';
let engine: Engine;
const opened: Target[] = [];

beforeEach(async () => {
  engine = await openEngine({ collections: { users: usersOf(5) } });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((target) => target.close()));
  await engine.close();
});

function targetOf(schema: string): Target {
  const target = openTarget(engine.databaseUrl, { schema, connections: 2 });
  opened.push(target);
  return target;
}

const holderOf = (workflowId: string) => ({ workflowId, namespaceId: 'tests' });

async function scratch(workflowRunId: string): Promise<{ schema: string; target: Target }> {
  const schema = scratchSchemaOf(workflowRunId);
  await createScratchSchema(engine.databaseUrl, schema, holderOf(workflowRunId));
  return { schema, target: targetOf(schema) };
}

/** A dry run in a scratch schema, that holds its lease. */
async function dryRun(workflowRunId: string): Promise<{ schema: string; target: Target; runId: string }> {
  const { schema, target } = await scratch(workflowRunId);
  const claimant = { workflowId: workflowRunId, workflowRunId, namespaceId: 'tests' };
  const options = { dryRun: true, limit: null, stages: null };
  const closed = async () => false;
  const { runId } = await prepareRun(target, engine.source, engine.plan, options, claimant, closed, () => {});
  return { schema, target, runId };
}

describe('a scratch schema', () => {
  test('has the same name for every attempt of a workflow, and is told from all others', () => {
    expect(scratchSchemaOf(WORKFLOW)).toBe('mongo_to_prisma_dry_0199a1b2c3d47e5f8a6b112233445566');
    expect(scratchSchemaOf('0199a1b2-c3d4-7e5f-8a6b-112233445567')).not.toBe(scratchSchemaOf(WORKFLOW));
  });

  test('has the very tables, columns, constraints and indexes of the real one', async () => {
    const { schema } = await scratch(WORKFLOW);
    const catalog = async (of: string) => ({
      columns: await engine.target.query(
        `SELECT table_name, column_name, udt_name, is_nullable FROM information_schema.columns
         WHERE table_schema = $1 ORDER BY 1, 2`,
        [of],
      ),
      constraints: await column(
        engine.target,
        `SELECT conrelid::regclass::text || ' ' || conname FROM pg_constraint WHERE connamespace = $1::regnamespace ORDER BY 1`,
        [of],
      ),
      indexes: await column(engine.target, `SELECT indexname FROM pg_indexes WHERE schemaname = $1 ORDER BY 1`, [of]),
    });
    const [real, made] = [await catalog('public'), await catalog(schema)];
    expect(made.columns).toEqual(real.columns);
    expect(made.indexes).toEqual(real.indexes);
    expect(made.constraints.map((name) => name!.replace(`${schema}.`, '')).sort()).toEqual(
      [...real.constraints].sort(),
    );
    expect(made.columns.length).toBeGreaterThan(200);
  });

  test('is made once: a second attempt changes nothing', async () => {
    const { schema, target } = await scratch(WORKFLOW);
    await target.query(
      `INSERT INTO "User" (id, name, email, password, "updatedAt")
      VALUES (gen_random_uuid(), 'x', 'x', 'x', now())`,
      [],
    );
    await createScratchSchema(engine.databaseUrl, schema, holderOf(WORKFLOW));
    expect(await column(target, 'SELECT name FROM "User"')).toEqual(['x']);
  });

  test('takes a whole copy, and the real schema is not touched', async () => {
    await engine.migrate();
    const before = await contentsOf(engine.target);
    const runs = await engine.target.query('SELECT * FROM migration_run', []);
    const { target, runId, schema } = await dryRun(WORKFLOW);
    const dry = { ...engine, target };
    await planned(dry, runId, 'user');
    const { counters } = await copyOnce(dry, runId, 'user', fence(1), { milliseconds: 600_000 });
    expect(counters).toMatchObject({ written: 5, skipped: 0 });
    expect(await contentsOf(target)).toEqual(before);
    await dropScratchSchema(engine.target.query, schema);
    expect(await contentsOf(engine.target)).toEqual(before);
    expect(await engine.target.query('SELECT * FROM migration_run', [])).toEqual(runs);
  });

  test.each(['public', 'mongo_to_prisma', '"; DROP SCHEMA public'])('is dropped, and never schema %s', async (name) => {
    await expect(dropScratchSchema(engine.target.query, name)).rejects.toThrow('is no scratch schema');
    expect(await column(engine.target, `SELECT to_regclass('public."User"') IS NOT NULL`)).toEqual(['t']);
  });
});

describe('leftovers of crashed dry runs', () => {
  const drop = (own: string, isOpen: (workflowId: string) => boolean | null) =>
    dropLeftovers(targetOf, own, async ({ workflowId }) => isOpen(workflowId), engine.target.query);

  test('are dropped when their workflow is closed or forgotten, and those of open ones and of others stay', async () => {
    await engine.target.query('CREATE SCHEMA mongo_to_prisma_mine', []);
    const closed = await dryRun('aaaaaaaa-0000');
    const open = await dryRun('bbbbbbbb-0000');
    const forgotten = await dryRun('cccccccc-0000');
    const own = await dryRun('dddddddd-0000');
    const states = { 'aaaaaaaa-0000': false, 'bbbbbbbb-0000': true, 'cccccccc-0000': null, 'dddddddd-0000': false };
    const dropped = await drop(own.schema, (id) => states[id as keyof typeof states]);
    expect(dropped).toEqual([closed.schema, forgotten.schema]);
    expect(await listScratchSchemas(engine.target.query)).toEqual([open.schema, own.schema]);
    const others = await column(
      engine.target,
      `SELECT nspname FROM pg_namespace WHERE nspname IN ('public', 'mongo_to_prisma_mine') ORDER BY 1`,
    );
    expect(others).toEqual(['mongo_to_prisma_mine', 'public']);
  });

  test('are not those of dry runs that have only just begun: a schema tells from the first moment whose it is', async () => {
    const begun = await scratch('aaaaaaaa-0000');
    const crashed = await scratch('bbbbbbbb-0000');
    expect(await drop('none', (id) => id === 'aaaaaaaa-0000')).toEqual([crashed.schema]);
    expect(await listScratchSchemas(engine.target.query)).toEqual([begun.schema]);
  });

  test('that have let go of their lease, or say of nobody whose they are, are dropped whatever their workflow does', async () => {
    const ended = await dryRun('aaaaaaaa-0000');
    await letEnd(ended.target, ended.runId, 'complete');
    const bare = scratchSchemaOf('bbbbbbbb-0000');
    await engine.target.query(`CREATE SCHEMA ${bare}`, []);
    expect(await drop('none', () => true)).toEqual([ended.schema, bare]);
  });
});
