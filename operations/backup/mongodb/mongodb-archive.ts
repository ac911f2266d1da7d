import { EJSON, Long, serialize } from 'bson';
import type { mongo } from 'mongoose';
import { BackupUnfit } from '../../../engine/common/errors.ts';
import { timeSeriesNeedsMongodump } from '../../../engine/messages/operations/backup.ts';
import { Crc64 } from '../../../engine/source/dump/crc64.ts';

/** The first four bytes of every archive, and what ends a block (mongo-tools, common/archive). */
const MAGIC = Buffer.from([0x6d, 0xe2, 0x99, 0x81]);
const TERMINATOR = Buffer.from([0xff, 0xff, 0xff, 0xff]);
/** Bytes of documents in one block, and documents that are asked for at once. */
const BLOCK = 1 << 20;
const BATCH = 1_000;

/** Options of a collection that are worth restoring; `uuid` and the like stand elsewhere. */
type Listed = Awaited<ReturnType<ReturnType<mongo.Db['listCollections']>['toArray']>>[number] & {
  readonly options?: mongo.Document;
  readonly info?: { readonly uuid?: mongo.UUID };
};

/**
 * A database in the archive format of mongodump, as `mongorestore --archive` reads it: collections with their documents
 * as they are, byte for byte, and their options and indexes; views as views.
 * @param onDocuments told how many more documents of a collection have been put into the archive
 * @throws BackupUnfit for time-series collections, which are left to mongodump
 */
export async function* archiveOf(
  database: mongo.Db,
  serverVersion: string,
  onDocuments: (collection: string, documents: number) => void,
): AsyncGenerator<Buffer> {
  const listed = await listCollections(database);
  yield MAGIC;
  yield bson({
    concurrent_collections: 1,
    version: '0.1',
    server_version: serverVersion,
    tool_version: 'mongo-to-prisma',
  });
  for (const one of listed) {
    const metadata = await metadataOf(database, one);
    yield bson({ db: database.databaseName, collection: one.name, metadata, size: 0, type: one.type ?? 'collection' });
  }
  yield TERMINATOR;
  for (const { name, type } of listed) {
    if (type === 'view') continue;
    yield* documentsOf(database, name, (documents) => onDocuments(name, documents));
  }
}

/** Everything that people have put there; MongoDB's own collections are not restored by anybody. */
export async function listCollections(database: mongo.Db): Promise<Listed[]> {
  const listed = (await database.listCollections().toArray()) as Listed[];
  const series = listed.find(({ type }) => type === 'timeseries');
  if (series !== undefined) {
    throw new BackupUnfit(timeSeriesNeedsMongodump({ collection: series.name }));
  }
  return listed.filter(({ name }) => !name.startsWith('system.')).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function metadataOf(database: mongo.Db, { name, type, options = {}, info }: Listed): Promise<string> {
  const indexes = type === 'view' ? [] : await database.collection(name).listIndexes().toArray();
  const uuid = info?.uuid?.toString('hex').replaceAll('-', '');
  const metadata = { options, indexes, ...(uuid && { uuid }), collectionName: name, type: type ?? 'collection' };
  return EJSON.stringify(metadata, { relaxed: false });
}

async function* documentsOf(
  database: mongo.Db,
  collection: string,
  onDocuments: (documents: number) => void,
): AsyncGenerator<Buffer> {
  const header = { db: database.databaseName, collection };
  const crc = new Crc64();
  const cursor = database.collection(collection).find({}, { raw: true, sort: { _id: 1 }, batchSize: BATCH });
  try {
    for await (const documents of blocksOf(cursor as unknown as AsyncIterable<Uint8Array>)) {
      for (const document of documents) crc.update(document);
      yield Buffer.concat([bson({ ...header, EOF: false, CRC: Long.ZERO }), ...documents, TERMINATOR]);
      onDocuments(documents.length);
    }
  } finally {
    await cursor.close().catch(() => {});
  }
  yield Buffer.concat([bson({ ...header, EOF: true, CRC: Long.fromBigInt(crc.digest()) }), TERMINATOR]);
}

async function* blocksOf(documents: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let block: Uint8Array[] = [];
  let bytes = 0;
  for await (const document of documents) {
    block.push(document);
    bytes += document.length;
    if (bytes < BLOCK) continue;
    yield block;
    block = [];
    bytes = 0;
  }
  if (block.length > 0) yield block;
}

function bson(document: mongo.Document): Buffer {
  return Buffer.from(serialize(document));
}
