import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { documentsHeld, scratchDropped } from '../../../engine/messages/commands/screen.ts';
import { searchPathSet, settingUnusable } from '../../../engine/messages/engine/target.ts';
import { type CommandTarget, type Desk, openDesk } from '../../support/command-line.ts';
import { everything, filledTables } from '../../support/data/content.ts';
import { until } from '../../support/scripts.ts';

let desk: Desk;
let target: CommandTarget;

beforeAll(async () => {
  desk = await openDesk();
  target = await desk.target();
});

afterAll(() => desk.close());

/** Names and definitions of all that stands in the database, but for what belongs to the server. */
async function catalog(): Promise<(string | null)[][]> {
  return target.sql(`
    SELECT 'schema', nspname, '' FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    UNION ALL SELECT 'column', table_schema || '.' || table_name || '.' || column_name,
      concat_ws(' ', data_type, udt_name, is_nullable, column_default, ordinal_position)
      FROM information_schema.columns WHERE table_schema !~ '^pg_' AND table_schema <> 'information_schema'
    UNION ALL SELECT 'index', schemaname || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname !~ '^pg_'
    UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE conrelid <> 0
    UNION ALL SELECT 'type', typname, typtype::text FROM pg_type JOIN pg_namespace ON typnamespace = pg_namespace.oid
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    ORDER BY 1, 2, 3`);
}

/** Everything that a dry run may not touch. */
const state = async () => ({ catalog: await catalog(), rows: await everything(target) });

test('a dry run verifies everything and leaves an empty target as it was', async () => {
  const before = await state();
  const { code, out } = await desk.run(['run', '--dry-run'], target.environment);
  expect(out).toContain(documentsHeld({ documents: 57 }).text);
  expect(out).toContain(scratchDropped().text);
  expect(code).toBe(3);
  expect(await state()).toEqual(before);
  expect(await filledTables(target)).toEqual([]);
  // Beside its own report: the place of the whole mapping is not a dry run's.
  const folders = await readdir(target.reports);
  expect(folders).not.toContain('prisma-id-mapping.json');
  const mapping = JSON.parse(await readFile(join(target.reports, folders[0]!, 'prisma-id-mapping.json'), 'utf8'));
  expect(mapping.dryRun).toBe(true);
  expect(mapping.collections.user).toHaveLength(108);
});

test.each(['-c work_mem=8MB', '-c search_path=public -c application.note=x -c jit=off'])(
  'so does one over the rows of an earlier run, with options in its URL: %s',
  async (options) => {
    if (!(await filledTables(target)).includes('User'))
      expect((await desk.run(['run', '--stages', 'user'], target.environment)).code).toBe(3);
    const url = new URL(target.databaseUrl);
    url.searchParams.set('options', options);
    const before = await state();
    expect(await filledTables(target)).toContain('User');
    const asked = { ...target.environment, DATABASE_URL: url.href };
    expect((await desk.run(['run', '--dry-run', '--limit', '5'], asked)).code).toBe(3);
    expect(await state()).toEqual(before);
  },
);

test('options that lead a dry run into another schema are refused', async () => {
  const url = new URL(target.databaseUrl);
  url.searchParams.set('options', '-c search_path=public,elsewhere');
  const before = await state();
  const { code, err } = await desk.run(['run', '--dry-run'], { ...target.environment, DATABASE_URL: url.href });
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringContaining(settingUnusable({ name: 'DATABASE_URL', objection: searchPathSet() }).text),
  });
  expect(await state()).toEqual(before);
});

test('the scratch schema of a dry run that was killed is dropped by the next one, once its workflow is closed', async () => {
  const before = await state();
  const killed = desk.start(['run', '--dry-run', '--batch-size', '1', '--workflow-id', 'killed'], target.environment);
  await until(async () => (await scratchSchemas()).length > 0);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const left = await scratchSchemas();
  expect(left).toHaveLength(1);
  await desk.client.workflow.getHandle('killed').terminate();
  expect((await desk.run(['run', '--dry-run', '--limit', '1'], target.environment)).code).toBe(3);
  expect(await state()).toEqual(before);
});

async function scratchSchemas(): Promise<(string | null)[]> {
  const rows = await target.sql(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'mongo\\_to\\_prisma\\_dry\\_%'`);
  return rows.map(([name]) => name!);
}
