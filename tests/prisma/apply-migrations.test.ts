import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { ConfigurationError, TargetUnavailable, TargetUnfit } from '../../engine/common/errors.ts';
import { migrationsApplied, schemaCurrent } from '../../engine/messages/commands/results.ts';
import {
  databaseUrlForm,
  databaseUrlMissing,
  SCHEMA_REASONS,
  SQLSTATES,
  schemaUnmigratable,
  TARGET_REASONS,
} from '../../engine/messages/engine/target.ts';
import { applyMigrations, markRolledBack, migrationStatus } from '../../prisma/apply/apply-migrations.ts';
import { readMigrations } from '../../prisma/apply/migrations-folder.ts';
import { connectTarget } from '../../prisma/connection/target.ts';
import { saying } from '../engine/messages/saying.ts';
import { compiled } from '../support/scripts.ts';
import { createDatabase } from '../support/servers/databases.ts';
import { readColumns } from './catalog.ts';

const run = promisify(execFile);
const { migrations } = await readMigrations();
const committed = migrations.map(({ name }) => name);

/** The URL with some of its parts changed. */
function withParts(url: string, parts: Partial<Pick<URL, 'port' | 'pathname' | 'username' | 'password'>>): string {
  return Object.assign(new URL(url), parts).href;
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address ? address.port : 0;
}

describe('applying the migrations', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;

  beforeEach(async () => {
    database = await createDatabase();
  });

  afterEach(() => database.drop());

  async function query<T extends pg.QueryResultRow>(sql: string, schema = 'public'): Promise<T[]> {
    const client = await connectTarget(database.url, schema);
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  test('makes the whole schema in a schema that did not exist, and leaves the other one alone', async () => {
    await query(`INSERT INTO "User" (id, name, email, password, "updatedAt")
                 VALUES ('00000000-0000-7000-8000-000000000001', 'Mina', 'mina@example.com', 'x', now())`);

    expect(await applyMigrations(database.url, { schema: 'Scratch 1' })).toEqual({ applied: committed });

    const client = await connectTarget(database.url, 'Scratch 1');
    const scratch = await readColumns(client);
    await client.end();
    const real = await connectTarget(database.url, 'public');
    expect(scratch).toEqual(await readColumns(real));
    await real.end();
    expect(await query('SELECT name FROM "User"')).toEqual([{ name: 'Mina' }]);
    expect(await query('SELECT name FROM "User"', 'Scratch 1')).toEqual([]);
  });

  test('takes the schema that the URL names when none is given', async () => {
    const url = `${database.url}${database.url.includes('?') ? '&' : '?'}schema=named`;
    expect(await applyMigrations(url)).toEqual({ applied: committed });
    expect(await query(`SELECT to_regclass('named."User"') IS NOT NULL AS found`)).toEqual([{ found: true }]);
    expect(await migrationStatus(url)).toEqual({ pending: [], failed: [], unknown: [] });
  });

  test('does nothing the second time', async () => {
    expect(await applyMigrations(database.url)).toEqual({ applied: [] });
    const before = await query('SELECT * FROM _prisma_migrations ORDER BY id');
    expect(await applyMigrations(database.url)).toEqual({ applied: [] });
    expect(await query('SELECT * FROM _prisma_migrations ORDER BY id')).toEqual(before);
  });

  test('applies each migration once when two processes try at once', async () => {
    const both = await Promise.all([1, 2].map(() => applyMigrations(database.url, { schema: 'raced' })));
    expect(both.map(({ applied }) => applied.length).sort()).toEqual([0, committed.length]);
    expect(await query('SELECT migration_name AS name FROM _prisma_migrations ORDER BY 1', 'raced')).toEqual(
      committed.map((name) => ({ name })),
    );
  });

  test('records what it applied in Prisma’s own table, with the checksum that Prisma compares', async () => {
    expect(
      await query(`SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
                     FROM _prisma_migrations ORDER BY migration_name`),
    ).toEqual(
      migrations.map(({ name, sql }) => ({
        name,
        checksum: createHash('sha256').update(sql).digest('hex'),
        finished: true,
      })),
    );
  });

  test('refuses a schema with tables that no migration made', async () => {
    await query('CREATE SCHEMA taken');
    await query('CREATE TABLE somebody (id int)', 'taken');
    const attempt = applyMigrations(database.url, { schema: 'taken' });
    await expect(attempt).rejects.toThrow(TargetUnfit);
    await expect(attempt).rejects.toThrow(
      saying(schemaUnmigratable, { schema: 'taken', why: SCHEMA_REASONS.P3005.en }),
    );
    expect(await query(`SELECT tablename FROM pg_tables WHERE schemaname = 'taken'`)).toEqual([
      { tablename: 'somebody' },
    ]);
  });

  test('leaves nothing of a migration that fails, says why, and tries again when it is marked as rolled back', async () => {
    const name = committed[0] ?? '';
    await query('CREATE SCHEMA broken');
    // One of the last enums: those before it are made first, and must be taken back.
    await query(`CREATE TYPE "PaymentStatus" AS ENUM ('x')`, 'broken');
    const attempt = applyMigrations(database.url, { schema: 'broken' });
    await expect(attempt).rejects.toThrow(TargetUnfit);
    await expect(attempt).rejects.toThrow(/type "PaymentStatus" already exists/);
    expect(
      await query(`SELECT DISTINCT t.typname AS name FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
                    WHERE t.typnamespace = 'broken'::regnamespace`),
    ).toEqual([{ name: 'PaymentStatus' }]);
    expect(await migrationStatus(database.url, { schema: 'broken' })).toEqual({
      pending: committed.slice(1),
      failed: [name],
      unknown: [],
    });
    await expect(applyMigrations(database.url, { schema: 'broken' })).rejects.toThrow(SCHEMA_REASONS.P3009.en);

    await query('DROP TYPE "PaymentStatus"', 'broken');
    await markRolledBack(database.url, name, { schema: 'broken' });
    expect(await applyMigrations(database.url, { schema: 'broken' })).toEqual({ applied: committed });
    expect(await migrationStatus(database.url, { schema: 'broken' })).toEqual({ pending: [], failed: [], unknown: [] });
  });

  describe('tells what is wrong in one sentence, without the password:', () => {
    test.each([
      [TARGET_REASONS.down.en, async (url: string) => withParts(url, { port: `${await unusedPort()}` })],
      ['the database does not exist', async (url: string) => withParts(url, { pathname: '/no_such_database' })],
      [SQLSTATES['28000'].en, async (url: string) => withParts(url, { username: 'no_such_user' })],
    ])('%s', async (reason, change) => {
      const url = await change(withParts(database.url, { password: 'top-secret' }));
      for (const attempt of [applyMigrations, migrationStatus]) {
        const error = await attempt(url).then(
          () => undefined,
          (thrown: unknown) => thrown as Error,
        );
        // A server that asks for passwords notices the wrong one first.
        expect(error).toBeInstanceOf(TargetUnavailable);
        expect(error?.message).toMatch(
          new RegExp(`^PostgreSQL at [^\\n]*: (${reason}|${SQLSTATES['28000'].en})[^\\n]*\\.$`),
        );
        expect(error?.message).not.toContain('top-secret');
      }
    });

    test.each(['', 'nonsense', 'mysql://root:top-secret@localhost/db'])('no URL of PostgreSQL: %j', async (url) => {
      await expect(applyMigrations(url)).rejects.toThrow(ConfigurationError);
      await expect(migrationStatus(url)).rejects.toThrow(databaseUrlForm().text);
    });
  });

  describe('the status', () => {
    test('of a migrated target is: nothing left to do', async () => {
      expect(await migrationStatus(database.url)).toEqual({ pending: [], failed: [], unknown: [] });
    });

    test('of a schema that does not exist is: everything pending; and it is not made', async () => {
      expect(await migrationStatus(database.url, { schema: 'nowhere' })).toEqual({
        pending: committed,
        failed: [],
        unknown: [],
      });
      expect(await query(`SELECT 1 FROM pg_namespace WHERE nspname = 'nowhere'`)).toEqual([]);
    });

    test('names a migration of a newer build as unknown', async () => {
      await query(`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
                   VALUES ('later', 'c', '29990101000000_later', now())`);
      expect((await migrationStatus(database.url)).unknown).toEqual(['29990101000000_later']);
    });
  });

  test('works from any folder, by the command', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'migrate-'));
    try {
      const command = [compiled('prisma/migrate.ts')];
      const options = { cwd: elsewhere, env: { PATH: process.env.PATH, DATABASE_URL: `${database.url}?schema=cli` } };
      expect((await run(process.execPath, command, options)).stdout).toBe(
        `${migrationsApplied({ names: committed }).text}\n`,
      );
      expect((await run(process.execPath, command, options)).stdout).toBe(`${schemaCurrent().text}\n`);

      const failing = (env: NodeJS.ProcessEnv, ...args: string[]) =>
        run(process.execPath, [...command, ...args], { cwd: elsewhere, env: { PATH: process.env.PATH, ...env } });
      await expect(failing({})).rejects.toMatchObject({
        code: 2,
        stderr: `${databaseUrlMissing().text}\n`,
      });
      await expect(failing({ DATABASE_URL: database.url }, '--bogus')).rejects.toMatchObject({ code: 2 });
      await expect(
        failing({ DATABASE_URL: withParts(database.url, { pathname: '/no_such_database' }) }),
      ).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(new RegExp(`^[^\\n]*${SQLSTATES['3D000'].en}\\.\\n$`)),
      });
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });
});
