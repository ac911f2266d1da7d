import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Ground } from '../support/ground.ts';
import { openGround } from '../support/open-ground.ts';
import { createDatabase, type TestDatabase } from '../support/servers/databases.ts';

/** A ground of one test file's own over a database of its own, tidied after every test. @returns it, once tests run */
export function ownGround(options: Omit<Parameters<typeof openGround>[0], 'databaseUrl'>): () => Ground {
  let database: TestDatabase;
  let ground: Ground;
  beforeAll(async () => {
    database = await createDatabase();
    ground = await openGround({ ...options, databaseUrl: database.url });
  });
  afterEach(() => ground.tidy());
  afterAll(async () => {
    await ground?.close();
    await database?.drop();
  });
  return () => ground;
}
