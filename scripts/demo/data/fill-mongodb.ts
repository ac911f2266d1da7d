import type { Document } from 'bson';
import mongoose from 'mongoose';
import { demoDocuments } from './demo-documents.ts';
import { COLLECTIONS, type CollectionName, type DemoOptions, demoCounts } from './options.ts';

export interface FillOptions extends Omit<DemoOptions, 'rich'> {
  /** Drops the five collections first; nothing else of the database is touched. */
  readonly replace?: boolean;
  /** Told after every chunk. */
  readonly report?: (collection: CollectionName, written: number, total: number) => void;
}

const CHUNK = 500;

/**
 * Writes the demo data into the database that the URI names.
 * @returns how many documents each collection got
 * @throws the driver's errors; a duplicate key when the collections hold the same documents already.
 */
export async function fillMongoDB(uri: string, options: FillOptions = {}): Promise<Record<CollectionName, number>> {
  const counts = demoCounts(options);
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    const database = client.db();
    const collections = demoDocuments(options);
    for (const name of COLLECTIONS) {
      if (options.replace) await database.collection(name).drop();
      let written = 0;
      for (const chunk of chunks(collections[name])) {
        await database.collection(name).insertMany(chunk);
        written += chunk.length;
        options.report?.(name, written, counts[name]);
      }
    }
  } finally {
    await client.close();
  }
  return { ...counts };
}

function* chunks(documents: Iterable<Document>): Generator<Document[]> {
  let chunk: Document[] = [];
  for (const document of documents) {
    chunk.push(document);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
