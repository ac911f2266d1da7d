import { createHash } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, EJSON, serialize } from 'bson';
import { type Change, type Churn, churnedDocuments } from './churn/churn.ts';
import { demoDocuments } from './demo-documents.ts';
import { COLLECTIONS, type CollectionName, type DemoOptions, demoCounts } from './options.ts';

export interface DumpOptions extends DemoOptions {
  /** The database's name, and so the folder's inside the dump; `platform` unless given. */
  readonly database?: string;
  /** The dump is made after some more of the platform's life, and lists what has changed in `<folder>/changes.ndjson`. */
  readonly churn?: Churn | undefined;
  /** Told after every megabyte or so. */
  readonly report?: (collection: CollectionName, written: number, total: number) => void;
}

const BUFFER = 1 << 20;

/**
 * Writes the demo data as `mongodump --out` would: `<folder>/<database>/<collection>.bson` and `.metadata.json`.
 * Files of an earlier dump are overwritten.
 * @returns how many documents each collection got
 */
export async function writeDemoDump(
  folder: string,
  options: DumpOptions = {},
): Promise<Record<CollectionName, number>> {
  const counts = demoCounts(options);
  const database = options.database ?? 'platform';
  const into = join(folder, database);
  await mkdir(into, { recursive: true });
  const changes: Change[] = [];
  const collections = options.churn
    ? churnedDocuments(options, options.churn, (change) => changes.push(change))
    : demoDocuments(options);
  const written = { ...counts };
  for (const name of COLLECTIONS) {
    written[name] = await writeBson(join(into, `${name}.bson`), collections[name], (documents) =>
      options.report?.(name, documents, counts[name]),
    );
    await writeFile(join(into, `${name}.metadata.json`), metadata(database, name));
  }
  if (options.churn) await writeFile(join(folder, 'changes.ndjson'), linesOf(changes));
  return written;
}

/** As a feed of changes from a file takes them. */
function linesOf(changes: readonly Change[]): string {
  return changes
    .map(({ collection, id }) => `${EJSON.stringify({ collection, _id: id }, { relaxed: false })}\n`)
    .join('');
}

async function writeBson(
  path: string,
  documents: Iterable<Document>,
  report: (written: number) => void,
): Promise<number> {
  const file = await open(path, 'w');
  try {
    let parts: Uint8Array[] = [];
    let size = 0;
    let written = 0;
    const flush = async () => {
      await file.appendFile(Buffer.concat(parts));
      parts = [];
      size = 0;
      report(written);
    };
    for (const document of documents) {
      const bytes = serialize(document, { ignoreUndefined: false });
      parts.push(bytes);
      size += bytes.length;
      written++;
      if (size >= BUFFER) await flush();
    }
    await flush();
    return written;
  } finally {
    await file.close();
  }
}

/** What mongodump writes of a collection with no index but that of `_id`. */
function metadata(database: string, collection: CollectionName): string {
  return JSON.stringify({
    indexes: [{ v: { $numberInt: '2' }, key: { _id: { $numberInt: '1' } }, name: '_id_' }],
    uuid: createHash('sha256').update(`${database}.${collection}`).digest('hex').slice(0, 32),
    collectionName: collection,
    type: 'collection',
  });
}
