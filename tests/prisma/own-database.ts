import { afterAll, beforeAll } from '@jest/globals';
import type pg from 'pg';
import { connectTarget } from '../../prisma/connection/target.ts';
import { createDatabase, type TestDatabase } from '../support/servers/databases.ts';

/** A database of one test file's own, and a connection to it; both are there once tests run. */
export function ownDatabase(): { client(): pg.Client; url(): string } {
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createDatabase();
    client = await connectTarget(database.url, 'public');
  });
  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });
  return { client: () => client, url: () => database.url };
}
