import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Document, Long, serialize } from 'bson';
import { Crc64 } from '../../../engine/source/dump/crc64.ts';
import { plan } from '../../../stages/plan.ts';

/** Documents to be dumped; bytes are written as they are, valid or not. */
type Documents = Iterable<Document | Uint8Array>;
export type Collections = Readonly<Record<string, Documents>>;

/** These collections, and those of the plan that are not among them without a document. */
export function withEmptyOnes(collections: Collections): Collections {
  return { ...Object.fromEntries(plan.stages.map(({ collection }) => [collection, []])), ...collections };
}

/** A view or time-series collection has metadata and no documents. */
type Kinds = Readonly<Record<string, 'collection' | 'view' | 'timeseries'>>;

export interface DumpOptions {
  readonly gzip?: boolean;
  /** What stands under a name; a collection unless said otherwise. */
  readonly kinds?: Kinds;
  /** The server whose collections have these UUIDs; without one the dump tells none, as those of old servers do. */
  readonly server?: string;
}

function bytesOf(document: Document | Uint8Array): Uint8Array {
  return document instanceof Uint8Array ? document : serialize(document, { ignoreUndefined: false });
}

function metadataOf(name: string, kind = 'collection', server?: string): string {
  const options = {
    collection: {},
    view: { viewOn: 'users', pipeline: [] },
    timeseries: { timeseries: { timeField: 't' } },
  };
  return JSON.stringify({
    options: options[kind as keyof typeof options],
    indexes: kind === 'view' ? [] : [{ v: { $numberInt: '2' }, key: { _id: { $numberInt: '1' } }, name: '_id_' }],
    ...(server && { uuid: createHash('md5').update(`${server} ${name}`).digest('hex') }),
    collectionName: name,
    type: kind,
  });
}

async function writeTo(
  path: string,
  gzip: boolean,
  write: (put: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
) {
  const file = createWriteStream(path);
  const top: Writable = gzip ? createGzip() : new PassThrough();
  top.pipe(file);
  await write(async (bytes) => {
    if (!top.write(bytes)) await once(top, 'drain');
  });
  top.end();
  await finished(file);
}

/** Writes what `mongodump --out=<folder>` (and `--gzip`) writes of one database. */
export async function writeDumpFolder(
  folder: string,
  database: string,
  collections: Collections,
  { gzip = false, kinds = {}, server }: DumpOptions = {},
): Promise<void> {
  const home = join(folder, database);
  await mkdir(home, { recursive: true });
  const end = gzip ? '.gz' : '';
  for (const name of new Set([...Object.keys(collections), ...Object.keys(kinds)])) {
    const stem = join(home, encodeURIComponent(name));
    const kind = kinds[name] ?? 'collection';
    await writeTo(`${stem}.metadata.json${end}`, gzip, (put) => put(Buffer.from(metadataOf(name, kind, server))));
    if (kind !== 'collection') continue;
    await writeTo(`${stem}.bson${end}`, gzip, async (put) => {
      for (const document of collections[name] ?? []) await put(bytesOf(document));
    });
  }
}

const TERMINATOR = Buffer.from([0xff, 0xff, 0xff, 0xff]);
/** Documents that the writer puts in one block before another collection has its turn. */
const BLOCK = 100;

/** Writes what `mongodump --archive=<file>` (and `--gzip`) writes, the collections' blocks alternating. */
export async function writeDumpArchive(
  file: string,
  databases: Readonly<Record<string, Collections>>,
  { gzip = false, kinds = {} }: DumpOptions = {},
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeTo(file, gzip, async (put) => {
    await put(Buffer.from([0x6d, 0xe2, 0x99, 0x81]));
    await put(
      serialize({ concurrent_collections: 4, version: '0.1', server_version: '7.0.0', tool_version: '100.10.0' }),
    );
    const open: { header: Document; documents: Iterator<Document | Uint8Array>; crc: Crc64 }[] = [];
    for (const [db, collections] of Object.entries(databases)) {
      for (const name of new Set([...Object.keys(collections), ...Object.keys(kinds)])) {
        const kind = kinds[name] ?? 'collection';
        await put(serialize({ db, collection: name, metadata: metadataOf(name, kind), size: 0, type: kind }));
        if (kind !== 'collection') continue;
        const documents = (collections[name] ?? [])[Symbol.iterator]();
        open.push({ header: { db, collection: name }, documents, crc: new Crc64() });
      }
    }
    await put(TERMINATOR);
    while (open.length > 0) {
      const { header, documents, crc } = open[0]!;
      const block: Uint8Array[] = [];
      for (let next = documents.next(); ; next = documents.next()) {
        if (next.done !== true) block.push(bytesOf(next.value));
        if (next.done === true || block.length === BLOCK) break;
      }
      for (const bytes of block) crc.update(bytes);
      if (block.length > 0) {
        await put(Buffer.concat([serialize({ ...header, EOF: false, CRC: Long.ZERO }), ...block, TERMINATOR]));
      }
      if (block.length === BLOCK) {
        open.push(open.shift()!);
        continue;
      }
      await put(serialize({ ...header, EOF: true, CRC: Long.fromBigInt(crc.digest()) }));
      await put(TERMINATOR);
      open.shift();
    }
  });
}
