import type { Document } from 'bson';
import mongoose from 'mongoose';
import { plan } from '../../../stages/plan.ts';
import { PlatformDocuments } from './platform-documents.ts';

/** What is wrong with the platform's documents: fields that take the place of good ones, and who is not there. */
export interface Flaws {
  readonly artist?: Document;
  readonly title?: Document;
  readonly payment?: Document;
  readonly without?: 'artist' | 'payment';
  /** Makes documents beside these, with higher `_id`s. */
  readonly more?: (make: PlatformDocuments) => void;
}

/** An artist with all that hangs on him, a project of somebody else, and two payments. */
export function platformWith(flaws: Flaws): Record<string, Document[]> {
  const make = new PlatformDocuments();
  const artist = make.user({ name: '하늘', ...flaws.artist });
  const userId = artist.document['_id'];
  make.profile({ userId });
  make.project({ artist: userId, description: '하늘의 앨범' });
  const projectId = make.funding({ artist: userId }).document['_id'];
  make.payment({ projectId });
  make.project({ title: '다른 앨범', ...flaws.title });
  const payment = make.payment(flaws.payment ?? {});
  flaws.more?.(make);
  const left = flaws.without === 'artist' ? artist : flaws.without === 'payment' ? payment : null;
  const collections: Record<string, Document[]> = {};
  for (const { collection } of plan.stages) collections[collection] = [];
  for (const one of make.all) if (one !== left) collections[one.collection]!.push(one.document);
  return collections;
}

/** Puts these documents in place of all that stand in a MongoDB database: its source is mended, or broken. */
export async function fillWith(mongoUrl: string, flaws: Flaws): Promise<void> {
  const client = new mongoose.mongo.MongoClient(mongoUrl);
  try {
    for (const [name, documents] of Object.entries(platformWith(flaws))) {
      const collection = client.db().collection(name);
      await collection.deleteMany({});
      await collection.insertMany(documents);
    }
  } finally {
    await client.close();
  }
}
