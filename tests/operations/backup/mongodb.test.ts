import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Binary, Long, ObjectId } from 'bson';
import { mongo } from 'mongoose';
import { BackupUnfit, SourceUnavailable } from '../../../engine/common/errors.ts';
import { openSource } from '../../../engine/source/open-source.ts';
import type { RawDocument, Source } from '../../../engine/source/source.ts';
import { backUpMongodb } from '../../../operations/backup/mongodb/back-up-mongodb.ts';
import { proveMongodb } from '../../../operations/backup/mongodb/prove-mongodb.ts';
import { createMongoDatabase, type TestDatabase } from '../../support/servers/databases.ts';

let folder: string;
let database: TestDatabase;
let client: mongo.MongoClient;
const opened: Source[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-test-'));
  database = await createMongoDatabase();
  client = new mongo.MongoClient(database.url);
  const users = Array.from({ length: 2_500 }, (_, n) => ({
    _id: new ObjectId(),
    email: `${n}@example.org`,
    number: Long.fromString('9007199254740993'),
    nested: { list: [1, 'two', null, new Date(n)], blob: new Binary(Buffer.from([n & 255])) },
  }));
  await client.db().collection('users').insertMany(users);
  await client.db().collection('users').createIndex({ email: 1 }, { unique: true, name: 'email_1' });
  await client.db().collection<{ _id: string }>('마음/notes').insertOne({ _id: 'only' });
  await client.db().createCollection('empty');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((source) => source.close()));
  await client.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function documentsOf(uri: string, collection: string): Promise<RawDocument[]> {
  const source = await openSource(uri, { spoolFolder: join(folder, 'spool') });
  opened.push(source);
  const documents: RawDocument[] = [];
  const keys = [];
  for await (const key of source.scanKeys(collection)) keys.push(key);
  for await (const document of source.read(collection, { keys }, null)) documents.push(document);
  return documents;
}

const backUp = () => backUpMongodb(database.url, folder, { ownOnly: true });

describe('a backup of MongoDB by the writer of our own', () => {
  test('holds every document byte for byte, and is read as a dump', async () => {
    const backup = await backUp();
    expect(backup.collections).toEqual({
      empty: { before: 0, documents: 0, after: 0 },
      users: { before: 2_500, documents: 2_500, after: 2_500 },
      '마음/notes': { before: 1, documents: 1, after: 1 },
    });
    const archive = `dump:${join(folder, backup.file.name)}`;
    for (const collection of ['users', '마음/notes', 'empty']) {
      expect(await documentsOf(archive, collection)).toEqual(await documentsOf(database.url, collection));
    }
  });

  test('can be read by its owner only, and names no password', async () => {
    const backup = await backUp();
    expect((await stat(join(folder, backup.file.name))).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(backup)).not.toMatch(/@127|password/);
  });

  test('tells how far it has come', async () => {
    const told: string[] = [];
    await backUpMongodb(database.url, folder, {
      ownOnly: true,
      onProgress: (what, done, total) => told.push(`${what} ${done}/${total}`),
    });
    expect(told).toContain('users 2500/2500');
  });

  test('to which documents are added meanwhile holds as many as were there at some moment', async () => {
    let writing: Promise<unknown> | null = null;
    const backup = await backUpMongodb(database.url, folder, {
      ownOnly: true,
      onProgress: () => {
        writing ??= client.db().collection('users').insertOne({ late: true });
      },
    });
    await writing;
    const { before, documents, after } = backup.collections['users']!;
    expect(documents).toBeGreaterThanOrEqual(before);
    expect(documents).toBeLessThanOrEqual(after);
  });

  test('that was damaged later is found out', async () => {
    const backup = await backUp();
    const path = join(folder, backup.file.name);
    await proveMongodb(folder, backup);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1]! ^= 0x10;
    await writeFile(path, bytes);
    await expect(proveMongodb(folder, backup)).rejects.toThrow(/SHA-256/);
    await truncate(path, bytes.length - 20);
    await expect(proveMongodb(folder, backup)).rejects.toThrow(BackupUnfit);
  });

  test('of a server that is not there is refused in one sentence', async () => {
    const uri = 'mongodb://nobody:secret@127.0.0.1:1/platform?serverSelectionTimeoutMS=500';
    const refused = backUpMongodb(uri, folder, { ownOnly: true });
    await expect(refused).rejects.toThrow(SourceUnavailable);
    await expect(refused).rejects.not.toThrow(/secret/);
  });
});
