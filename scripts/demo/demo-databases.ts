import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { connectTarget } from '../../prisma/connection/target.ts';
import type { Servers } from '../servers/servers.ts';

/** Databases of this demo's own, on servers that may be somebody else's. */
export interface DemoDatabases {
  readonly mongodbUri: string;
  readonly databaseUrl: string;
  drop(): Promise<void>;
}

/** Makes both, empty. */
export async function createDatabases({ postgres, mongo }: Servers): Promise<DemoDatabases> {
  const name = `demo_${randomBytes(4).toString('hex')}`;
  await onPostgres(postgres.url, `CREATE DATABASE ${name}`);
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  const mongodb = new URL(mongo.url);
  mongodb.pathname = `/${name}`;
  return {
    databaseUrl: url.href,
    mongodbUri: mongodb.href,
    drop: async () => {
      // What this process started goes with its servers.
      if (postgres.pid === null) await onPostgres(postgres.url, `DROP DATABASE ${name} WITH (FORCE)`);
      if (mongo.pid === null) await dropMongoDatabase(mongodb.href);
    },
  };
}

async function onPostgres(url: string, sql: string): Promise<void> {
  const client = await connectTarget(url, 'public');
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function dropMongoDatabase(uri: string): Promise<void> {
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
