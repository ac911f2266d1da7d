import type { Document } from 'bson';
import { mongo } from 'mongoose';
import type { Plan } from '../../../engine/plan/stage.ts';
import { type Engine, openEngine } from '../run-engine.ts';
import { createMongoDatabase } from './databases.ts';

/** An engine over a MongoDB of its own, which others may change meanwhile. */
export interface MongoEngine extends Engine {
  readonly database: mongo.Db;
}

/** Writes documents into a new MongoDB database and opens an engine over it. */
export async function openMongoEngine(
  collections: Readonly<Record<string, readonly Document[]>>,
  options: { plan?: Plan } = {},
): Promise<MongoEngine> {
  const own = await createMongoDatabase();
  const client = new mongo.MongoClient(own.url, { ignoreUndefined: false });
  const database = client.db();
  for (const [collection, documents] of Object.entries(collections)) {
    if (documents.length === 0) await database.createCollection(collection);
    else await database.collection(collection).insertMany([...documents]);
  }
  const engine = await openEngine({ sourceUri: own.url }, options);
  return {
    ...engine,
    database,
    close: async () => {
      await engine.close();
      await client.close();
      await own.drop();
    },
  };
}
