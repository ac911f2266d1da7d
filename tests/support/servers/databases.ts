import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import pg from 'pg';
import { mongoUrl, postgresUrl, templateDatabase } from './servers.ts';

/** SQLSTATE of a database that others use. */
const inUse = '55006';

/** A database of one test's own. */
export interface TestDatabase {
  /** Connects to it; PostgreSQL's as superuser. */
  readonly url: string;
  readonly name: string;
  /** Removes it; throws when somebody is still connected to a PostgreSQL one, which is removed all the same. */
  drop(): Promise<void>;
}

/** A PostgreSQL database with the committed migrations applied and no rows: a copy of the run's template. */
export async function createDatabase(): Promise<TestDatabase> {
  return databaseLike(templateDatabase());
}

/** A PostgreSQL database with nothing in it. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return databaseLike('template1');
}

async function databaseLike(template: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onMaintenanceDatabase(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    name,
    url: urlOfDatabase(postgresUrl(), name),
    drop: () => dropDatabase(name),
  };
}

/** Another database of the same server that is a copy of one; whoever is connected to that is thrown out. */
export async function copyDatabase(of: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const from = new URL(of).pathname.slice(1);
  await onMaintenanceDatabase(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${from}' AND pid <> pg_backend_pid()`,
  );
  await onMaintenanceDatabase(`CREATE DATABASE ${name} TEMPLATE ${from}`);
  return { name, url: urlOfDatabase(postgresUrl(), name), drop: () => dropDatabase(name) };
}

/** PostgreSQL itself gives sessions that are about to end five seconds before it refuses. */
async function dropDatabase(name: string): Promise<void> {
  try {
    await onMaintenanceDatabase(`DROP DATABASE IF EXISTS ${name}`);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== inUse) throw error;
    await onMaintenanceDatabase(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    throw new Error(`The test left connections open: ${(error as pg.DatabaseError).detail}`);
  }
}

/** The same server's URL for another database. */
export function urlOfDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function onMaintenanceDatabase(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A MongoDB database that nobody uses yet; it comes into being with its first document. */
export async function createMongoDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const url = urlOfDatabase(mongoUrl(), name);
  return {
    name,
    url,
    async drop() {
      const client = new mongoose.mongo.MongoClient(url);
      try {
        await client.db(name).dropDatabase();
      } finally {
        await client.close();
      }
    },
  };
}
