import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type pg from 'pg';
import { indexed } from '../../engine/target/indexed-key.ts';
import { readMigrations } from '../../prisma/apply/migrations-folder.ts';
import { connectTarget } from '../../prisma/connection/target.ts';
import { project } from '../support/scripts.ts';
import { createDatabase, type TestDatabase } from '../support/servers/databases.ts';

let database: TestDatabase;
let client: pg.Client;
beforeEach(async () => {
  database = await createDatabase();
  client = await connectTarget(database.url, 'old');
  await client.query('CREATE SCHEMA old');
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

const { migrations } = await readMigrations();
const LAYOUT = '20251201000000_long_keys';
const RUN = `'00000000-0000-4000-8000-000000000001'`;
/** Longer than an index takes, but for its repetitions. */
const REPEATED = `decode('02' || repeat('61', 20000), 'hex')`;

async function migrate(which: (name: string) => boolean): Promise<void> {
  for (const { name } of migrations.filter((one) => which(one.name))) {
    const file = join(project, `prisma/migrations/${name}/migration.sql`);
    await client.query(await readFile(file, 'utf8'));
  }
}

const filenode = async () => (await client.query(`SELECT pg_relation_filenode('migration_id_map') AS node`)).rows;

test('a target that was filled under the old layout is not written anew, and its keys are found and unique still', async () => {
  await migrate((name) => name < LAYOUT);
  await client.query(`INSERT INTO migration_run (id, workflow_id, workflow_run_id, namespace_id, plan, format_version, source_fingerprint,
    source_label, state) VALUES (${RUN}, 'w', 'r', 'n', 'p', 1, 'f', 'l', 'running')`);
  await client.query(`INSERT INTO migration_id_map (collection, parent_key, legacy_key, path, occurrence, prisma_id, run_id)
    SELECT 'user', '', key, '', 0, gen_random_uuid(), ${RUN} FROM (VALUES (${REPEATED}), ('\\x0761'::bytea)) AS given (key)`);
  await client.query(`INSERT INTO migration_change (run_id, stage, legacy_key, found_by)
    SELECT ${RUN}, 'user', decode(lpad(to_hex(n), 4, '0'), 'hex'), 'feed' FROM generate_series(1, 100) AS n`);
  const before = await filenode();
  await migrate((name) => name >= LAYOUT);
  expect(await filenode()).toEqual(before);
  const { rows } = await client.query(
    `SELECT octet_length(legacy_key) AS length FROM migration_id_map WHERE ${indexed('legacy_key')} = ${indexed(REPEATED)}`,
  );
  expect(rows).toEqual([{ length: 20_001 }]);
  const again =
    client.query(`INSERT INTO migration_id_map (collection, parent_key, legacy_key, path, occurrence, prisma_id, run_id)
    VALUES ('user', '', ${REPEATED}, '', 0, gen_random_uuid(), ${RUN})`);
  await expect(again).rejects.toMatchObject({ code: '23505', constraint: 'migration_id_map_place_key' });
  const changes = await client.query(`SELECT count(DISTINCT id)::int AS changes FROM migration_change`);
  expect(changes.rows).toEqual([{ changes: 100 }]);
});
