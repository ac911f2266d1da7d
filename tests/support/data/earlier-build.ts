import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { applyMigrations } from '../../../prisma/apply/apply-migrations.ts';
import { readMigrations } from '../../../prisma/apply/migrations-folder.ts';
import { project } from '../scripts.ts';
import { createDatabase, type TestDatabase } from '../servers/databases.ts';

/** Targets that an earlier build has filled: see tests/fixtures/earlier-build/README.md. */
export type Scene = 'complete' | 'stopped' | 'verifying' | 'aborted' | 'reconciled' | 'torn';

const FOLDER = join(project, 'tests/fixtures/earlier-build/');

/** The dumps that they were filled from: `platform`, and what had become of it when some were reconciled. */
export const earlierDump = (name: 'platform' | 'later') => `dump:${FOLDER}${name}.archive.gz`;

/** The first migration that the earlier build did not know. */
const UNKNOWN_TO_IT = '20251201000000_long_keys';

const BOOK = `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

/**
 * A database as the earlier build has left it.
 * @param options.isCurrent its schema is brought up to date, as an operator does by `npm run migrate:schema`
 * @param options.namespaceId of the Temporal namespace that the earlier runs' workflows were in
 */
export async function restoreScene(
  scene: Scene,
  { isCurrent = true, namespaceId }: { readonly isCurrent?: boolean; readonly namespaceId?: string } = {},
): Promise<TestDatabase> {
  const database = await createDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    for (const sql of await itsMigrations()) await client.query(sql);
    await client.query(BOOK);
    await client.query(gunzipSync(await readFile(`${FOLDER}${scene}.sql.gz`)).toString('utf8'));
    if (namespaceId !== undefined) await client.query('UPDATE migration_run SET namespace_id = $1', [namespaceId]);
  } finally {
    await client.end();
  }
  if (isCurrent) await applyMigrations(database.url);
  return database;
}

async function itsMigrations(): Promise<string[]> {
  const { folder, migrations } = await readMigrations();
  const names = migrations.map(({ name }) => name).filter((name) => name < UNKNOWN_TO_IT);
  return Promise.all(names.map((name) => readFile(`${folder}/${name}/migration.sql`, 'utf8')));
}
