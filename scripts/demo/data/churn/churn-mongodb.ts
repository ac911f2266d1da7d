import type { Document } from 'bson';
import mongoose from 'mongoose';
import { COLLECTIONS, type DemoOptions } from '../options.ts';
import { type Change, type Churn, churnedDocuments } from './churn.ts';

/**
 * Lets some more of the platform's life happen in a MongoDB that {@link fillMongoDB} has filled with the same options:
 * inserts, replaces and deletes the documents that {@link churnedDocuments} has otherwise, at the present time.
 * @returns documents that were written to
 * @throws the driver's errors
 */
export async function churnMongoDB(uri: string, options: Omit<DemoOptions, 'rich'>, churn: Churn): Promise<number> {
  const client = new mongoose.mongo.MongoClient(uri);
  let written = 0;
  try {
    for (const name of COLLECTIONS) {
      const changes: Change[] = [];
      const now = new Map<string, Document>();
      const documents = churnedDocuments(options, churn, (change) => changes.push(change))[name];
      for (const document of documents) {
        if (String(changes.at(-1)?.id) === String(document['_id'])) now.set(String(document['_id']), document);
      }
      const collection = client.db().collection(name);
      for (const { id, kind } of changes) {
        const _id = id as mongoose.mongo.BSON.ObjectId;
        if (kind === 'deleted') await collection.deleteOne({ _id });
        else {
          const document = { ...now.get(String(id)), updatedAt: new Date() };
          await collection.replaceOne({ _id }, document, { upsert: true });
        }
      }
      written += changes.length;
    }
  } finally {
    await client.close();
  }
  return written;
}
