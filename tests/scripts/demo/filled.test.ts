import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Document, deserialize, serialize } from 'bson';
import mongoose from 'mongoose';
import { demoDocuments, expectations } from '../../../scripts/demo/data/demo-documents.ts';
import { fillMongoDB } from '../../../scripts/demo/data/fill-mongodb.ts';
import type { Expectation } from '../../../scripts/demo/data/flaws/flaw.ts';
import { COLLECTIONS } from '../../../scripts/demo/data/options.ts';
import { writeDemoDump } from '../../../scripts/demo/data/write-dump.ts';
import { type MongoServer, startMongo } from '../../../scripts/servers/mongodb.ts';
import { all } from './everything.ts';

describe('a MongoDB filled with the demo data', () => {
  let server: MongoServer;
  beforeAll(async () => {
    server = await startMongo();
  }, 300_000);
  afterAll(() => server?.stop());

  test('holds the very same bytes; filled again, only the five collections are replaced', async () => {
    const uri = new URL(`demo_data_${process.pid}`, server.url).href;
    const client = new mongoose.mongo.MongoClient(uri);
    try {
      await client.db().collection('others').insertOne({ kept: true });
      const told: string[] = [];
      const report = (name: string, written: number, total: number) => told.push(`${name} ${written}/${total}`);
      await fillMongoDB(uri, { scale: 0.1, seed: 5 });
      expect(await fillMongoDB(uri, { scale: 0.1, replace: true, report })).toMatchObject({
        users: 200,
        payments: 300,
      });
      expect(told).toContain('payments 300/300');
      for (const name of COLLECTIONS) {
        const stored = client
          .db()
          .collection(name)
          .find({}, { raw: true, sort: { _id: 1 } });
        const bytes = (await stored.toArray()).map((document) => Buffer.from(document as unknown as Uint8Array));
        const made = [...demoDocuments({ scale: 0.1 })[name]].map((document) => serialize(document));
        expect(Buffer.concat(bytes).equals(Buffer.concat(made))).toBe(true);
      }
      expect(await client.db().collection('others').countDocuments()).toBe(1);
      await client.db().dropDatabase();
    } finally {
      await client.close();
    }
  });
});

describe('a dump of the demo data', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-dump-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The documents of a .bson file, which stand one after the other, each beginning with its length. */
  async function dumped(path: string): Promise<Document[]> {
    const bytes = await readFile(path);
    const documents: Document[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readInt32LE(at);
      documents.push(deserialize(bytes.subarray(at, at + length), { promoteValues: false }));
      at += length;
    }
    return documents;
  }

  test('holds the same documents, in the files that mongodump writes', async () => {
    const written = await writeDemoDump(join(folder, 'plain'), { scale: 0.1, database: 'shop' });
    expect(written).toEqual({ users: 200, artists: 40, projects: 50, fundingprojects: 20, payments: 300 });
    const files = COLLECTIONS.flatMap((name) => [`${name}.bson`, `${name}.metadata.json`]);
    expect((await readdir(join(folder, 'plain', 'shop'))).sort()).toEqual(files.sort());
    for (const name of COLLECTIONS) {
      const bytes = [...demoDocuments({ scale: 0.1 })[name]].map((document) => serialize(document));
      const file = await readFile(join(folder, 'plain', 'shop', `${name}.bson`));
      expect(file.equals(Buffer.concat(bytes))).toBe(true);
      const metadata = JSON.parse(await readFile(join(folder, 'plain', 'shop', `${name}.metadata.json`), 'utf8'));
      expect(metadata).toMatchObject({ collectionName: name, indexes: [{ name: '_id_' }] });
    }
  });

  test('can hold what only real MongoDB stores: Decimal128 amounts, NaN and odd keys', async () => {
    await writeDemoDump(join(folder, 'rich'), { scale: 0.1, rich: true });
    const payments = await dumped(join(folder, 'rich', 'platform', 'payments.bson'));
    const amounts = payments.map((payment) => payment['amount']);
    expect(amounts.filter((amount) => amount._bsontype === 'Decimal128').length).toBeGreaterThan(10);
    const nan = payments.find((payment) => Number.isNaN(payment['amount'].value));
    const told = expectations({ scale: 0.1, rich: true }).find((one) => one.id.equals(nan?.['_id']));
    expect(told).toMatchObject({ collection: 'payments', expected: 'quarantine', code: 'notFinite', path: 'amount' });
    const keys = payments.flatMap((payment) => Object.keys(payment['metadata'] ?? {}));
    expect(keys).toEqual(expect.arrayContaining(['a.b', '$set', '', '__proto__']));
  });

  test('without the rich option there is neither Decimal128 nor NaN', () => {
    for (const documents of Object.values(all({ scale: 0.2 }))) {
      for (const document of documents) {
        const text = JSON.stringify(document, (_key, value) => (Number.isNaN(value) ? 'NaN' : value));
        expect(text).not.toMatch(/\$numberDecimal|"NaN"/);
      }
    }
  });
});

function _sameCause(a: Expectation, b: Expectation): boolean {
  return a.expected === 'quarantine' && b.expected === 'quarantine' && String(a.cause?.id) === String(b.cause?.id);
}
