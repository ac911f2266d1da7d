import type pg from 'pg';
import { MigrationError, TargetUnavailable, TargetUnfit } from '../../engine/common/errors.ts';
import {
  applyingElsewhere,
  SCHEMA_REASONS,
  schemaUnmigratable,
  schemaUnreachable,
} from '../../engine/messages/engine/target.ts';
import { labelled } from '../../engine/messages/message.ts';
import { connectTarget, describeTarget, openPool, schemaOf, targetError } from '../connection/target.ts';
import { readMigrations } from './migrations-folder.ts';
import { openSchemaEngine, type SchemaEngine } from './schema-engine.ts';

/** The advisory lock that Prisma applies migrations under. */
const prismaLock = 72707369;

/** Prisma's code when another process holds the lock that migrations are applied under, for longer than it waits (10 s). */
const lockTimeout = 'P1002';

/** What the database says, or the message's first line: the engine puts its own call stack after it. */
function sentence(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const line = lines.find((text) => text.includes('ERROR:')) ?? lines[0] ?? '';
  return line.replace(/^.*(?=ERROR:)/, '').replace(/\.$/, '');
}

function engineError(databaseUrl: string, schema: string, error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const place = { target: describeTarget(databaseUrl), schema };
  if (code === lockTimeout) {
    return new TargetUnavailable(applyingElsewhere(place), { cause: error });
  }
  // P1…: Prisma's codes for what stands between it and the database.
  if (code.startsWith('P1'))
    return new TargetUnavailable(schemaUnreachable({ ...place, why: sentence(message) }), { cause: error });
  // https://www.prisma.io/docs/orm/reference/error-reference
  const known = SCHEMA_REASONS[code as keyof typeof SCHEMA_REASONS];
  const why = known === undefined ? sentence(message) : labelled(known);
  return new TargetUnfit(schemaUnmigratable({ ...place, why }), { cause: error });
}

/** The engine would make the schema, too, but before it takes its lock: two at once would collide. */
async function ensureSchema(databaseUrl: string, schema: string): Promise<void> {
  const client = await connectTarget(databaseUrl, schema);
  try {
    const found = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
    if (found.rowCount) return;
    await client.query(`BEGIN; SET LOCAL lock_timeout = '10s'; SELECT pg_advisory_xact_lock(${prismaLock})`);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)}; COMMIT`);
  } catch (error) {
    throw targetError(databaseUrl, error);
  } finally {
    await client.end();
  }
}

async function withEngine<T>(
  databaseUrl: string,
  schema: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const pool = openPool(databaseUrl, schema);
  try {
    const engine = await openSchemaEngine(pool, schema);
    try {
      return await work(engine);
    } finally {
      engine.free();
    }
  } catch (error) {
    throw engineError(databaseUrl, schema, error);
  } finally {
    // Ends the session that holds the engine's advisory lock, too.
    await pool.end();
  }
}

/**
 * Applies the committed migrations that the target's schema has not seen, as `prisma migrate deploy` does and in the same
 * `_prisma_migrations` table, but without its native engine. A schema that does not exist is created. Doing it twice, or
 * in two processes at once, is harmless.
 *
 * @param options.schema where to; by default the URL's `?schema=`, else `public`
 * @returns the names of the migrations that were applied now
 * @throws {ConfigurationError} when the URL is none
 * @throws {TargetUnavailable} when the server cannot be reached, refuses the login, or has no such database
 * @throws {TargetUnfit} when a migration fails, has failed before, or the schema holds tables of somebody else
 */
export async function applyMigrations(
  databaseUrl: string,
  options: { schema?: string } = {},
): Promise<{ applied: string[] }> {
  const schema = options.schema ?? schemaOf(databaseUrl);
  const { folder, lock, migrations } = await readMigrations();
  await ensureSchema(databaseUrl, schema);
  return withEngine(databaseUrl, schema, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({
      filters: { externalTables: [], externalEnums: [] },
      migrationsList: {
        baseDir: folder,
        shadowDbInitScript: '',
        lockfile: { path: 'migration_lock.toml', content: lock },
        migrationDirectories: migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
        })),
      },
    });
    return { applied: appliedMigrationNames };
  });
}

/**
 * Marks a failed migration as rolled back, so that it will be tried again, as `prisma migrate resolve` does.
 *
 * @throws as {@link applyMigrations}; `TargetUnfit` when no failed migration has that name
 */
export async function markRolledBack(
  databaseUrl: string,
  migrationName: string,
  options: { schema?: string } = {},
): Promise<void> {
  const schema = options.schema ?? schemaOf(databaseUrl);
  await ensureSchema(databaseUrl, schema);
  await withEngine(databaseUrl, schema, (engine) => engine.markMigrationRolledBack({ migrationName }));
}

/**
 * How the target's schema stands to the committed migrations. Only reads; nothing needs to exist there.
 *
 * @returns names: `pending` not applied, `failed` begun and not finished, `unknown` applied there but not in this build
 * @throws {ConfigurationError} when the URL is none
 * @throws {TargetUnavailable} when the server cannot be reached, refuses the login, or has no such database
 * @throws {TargetUnfit} when the user may not read there
 */
export async function migrationStatus(
  databaseUrl: string,
  options: { schema?: string } = {},
): Promise<{ pending: string[]; failed: string[]; unknown: string[] }> {
  const schema = options.schema ?? schemaOf(databaseUrl);
  const committed = (await readMigrations()).migrations.map(({ name }) => name);
  const client = await connectTarget(databaseUrl, schema);
  try {
    const recorded = await readRecords(client);
    const applied = recorded.filter(({ finished }) => finished).map(({ name }) => name);
    const failed = recorded.filter(({ finished }) => !finished).map(({ name }) => name);
    return {
      pending: committed.filter((name) => !applied.includes(name) && !failed.includes(name)),
      failed,
      unknown: applied.filter((name) => !committed.includes(name)),
    };
  } catch (error) {
    throw targetError(databaseUrl, error);
  } finally {
    await client.end();
  }
}

/** What `_prisma_migrations` tells, without what was rolled back; nothing when the table is not there. */
async function readRecords(client: pg.Client): Promise<{ name: string; finished: boolean }[]> {
  const table = await client.query<{ found: boolean }>(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`);
  if (!table.rows[0]?.found) return [];
  const records = await client.query<{ name: string; finished: boolean }>(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS finished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return records.rows;
}
