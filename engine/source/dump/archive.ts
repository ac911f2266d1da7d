import { open } from 'node:fs/promises';
import { type Document, deserialize } from 'bson';
import {
  DAMAGE,
  endsBeforeComplete,
  failsChecksum,
  goesOnAfterEnd,
  metadataNoJson,
  notInContents,
  twiceInContents,
} from '../../messages/engine/source.ts';
import { labelled } from '../../messages/message.ts';
import { type DumpFile, streamFile } from './byte-stream.ts';
import { type DumpCollection, NOT_TOLD, readMetadata } from './contents.ts';
import { Crc64 } from './crc64.ts';
import { DocumentSplitter, damaged, type StreamParts } from './document-splitter.ts';
import type { DocumentSink } from './spool/spool-collection.ts';

/** The first four bytes of every archive (mongo-tools, common/archive). */
const MAGIC = 0x8199e26d;
const GZIP_MAGIC = 0x8b1f;

/** Whether a file is an archive of mongodump, and a packed one: by its first bytes, whatever it is called. */
export async function archiveForm(path: string): Promise<'plain' | 'gzip' | 'other'> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead >= 2 && buffer.readUInt16LE(0) === GZIP_MAGIC) return 'gzip';
    return bytesRead === 4 && buffer.readUInt32LE(0) === MAGIC ? 'plain' : 'other';
  } finally {
    await file.close();
  }
}

/** Who takes an archive's contents. */
export interface ArchiveReceiver {
  /** Told of every collection before any document comes. */
  contents(collections: readonly DumpCollection[]): void;
  /** Where a collection's documents go; null when nobody wants them. */
  sink(database: string, collection: string): DocumentSink | null;
  /** Waits until what the sinks got is stored. */
  stored(): Promise<void>;
}

/**
 * Reads a whole archive: magic, a header and the collections' metadata, then blocks, each a header document naming
 * the collection, its documents and a terminator; a collection's last header says EOF and carries its CRC-64.
 * @throws SourceUnavailable when anything is cut short, out of place, or fails its checksum.
 */
export async function readArchive(
  file: DumpFile,
  receiver: ArchiveReceiver,
  onRead?: (total: number) => void,
): Promise<void> {
  const blocks = new ArchiveBlocks(file.name, receiver);
  const splitter = new DocumentSplitter(file.name, blocks, 4);
  let magic: Buffer | null = Buffer.alloc(0);
  const take = async (piece: Buffer): Promise<void> => {
    if (magic === null) {
      splitter.push(piece);
    } else {
      magic = Buffer.concat([magic, piece]);
      if (magic.length < 4) return;
      if (magic.readUInt32LE(0) !== MAGIC) throw damaged(file.name, 0, labelled(DAMAGE.noArchive));
      splitter.push(magic.subarray(4));
      magic = null;
    }
    await receiver.stored();
  };
  await streamFile(file, take, onRead);
  if (magic !== null) throw damaged(file.name, 0, labelled(DAMAGE.endsAtOnce));
  splitter.end();
  blocks.end();
}

/** One collection's documents so far: its blocks may alternate with those of others. */
interface Stream {
  readonly name: string;
  readonly crc: Crc64;
  readonly sink: DocumentSink | null;
  closed: boolean;
}

/** The oplog stands under no database. */
const nameOf = (database: string, collection: string) => (database === '' ? collection : `${database}.${collection}`);

/** Documents of one block that lie together in one chunk. */
interface Run {
  readonly chunk: Buffer;
  readonly start: number;
  end: number;
}

class ArchiveBlocks implements StreamParts {
  private readonly name: string;
  private readonly receiver: ArchiveReceiver;
  private readonly contents = new Map<string, DumpCollection>();
  private readonly streams = new Map<string, Stream>();
  private expects: 'header' | 'contents' | 'block' | 'documents' | 'blockEnd' = 'header';
  private current: Stream | null = null;
  private run: Run | null = null;

  constructor(name: string, receiver: ArchiveReceiver) {
    this.name = name;
    this.receiver = receiver;
  }

  document(chunk: Buffer, start: number, end: number, offset: number): void {
    switch (this.expects) {
      case 'documents':
        if (this.run) this.run.end = end;
        else this.run = { chunk, start, end };
        this.current!.sink?.document(chunk, start, end, offset);
        return;
      case 'header':
        this.parse(chunk.subarray(start, end), offset);
        this.expects = 'contents';
        return;
      case 'contents':
        this.add(this.contentsEntry(chunk.subarray(start, end), offset), offset);
        return;
      case 'block':
        this.openBlock(this.parse(chunk.subarray(start, end), offset), offset);
        return;
      case 'blockEnd':
        throw damaged(this.name, offset, goesOnAfterEnd({ collection: this.current!.name }));
    }
  }

  terminator(offset: number): void {
    if (this.expects === 'header' || this.expects === 'block') {
      throw damaged(this.name, offset, labelled(DAMAGE.blockEndsUnbegun));
    }
    if (this.expects === 'contents') this.receiver.contents([...this.contents.values()]);
    this.chunkEnd();
    this.current = null;
    this.expects = 'block';
  }

  chunkEnd(): void {
    if (!this.run) return;
    const bytes = this.run.chunk.subarray(this.run.start, this.run.end);
    this.current!.crc.update(bytes);
    this.current!.sink?.bytes(bytes);
    this.run = null;
  }

  /** @throws SourceUnavailable when a collection that the archive names did not come to its end. */
  end(): void {
    const open = [...this.streams.values()].find(({ closed }) => !closed)?.name;
    const absent = [...this.contents].find(([name, { kind }]) => kind === 'collection' && !this.streams.has(name));
    const missing = open ?? absent?.[0];
    if (missing !== undefined) throw damaged(this.name, null, endsBeforeComplete({ collection: missing }));
    if (this.expects !== 'block') throw damaged(this.name, null, labelled(DAMAGE.endsInBlock));
  }

  private openBlock(header: Document, offset: number): void {
    const { db, collection, EOF, CRC } = header;
    if (typeof db !== 'string' || typeof collection !== 'string') {
      throw damaged(this.name, offset, labelled(DAMAGE.namelessBlock));
    }
    const stream = this.stream(db, collection, offset);
    if (stream.closed) throw damaged(this.name, offset, goesOnAfterEnd({ collection: stream.name }));
    this.current = stream;
    this.expects = EOF === true ? 'blockEnd' : 'documents';
    if (EOF !== true) return;
    if (CRC !== stream.crc.digest()) throw damaged(this.name, offset, failsChecksum({ collection: stream.name }));
    stream.closed = true;
  }

  private stream(database: string, collection: string, offset: number): Stream {
    const name = nameOf(database, collection);
    let stream = this.streams.get(name);
    if (!stream) {
      if (!this.contents.has(name)) throw damaged(this.name, offset, notInContents({ collection: name }));
      stream = { name, crc: new Crc64(), sink: this.receiver.sink(database, collection), closed: false };
      this.streams.set(name, stream);
    }
    return stream;
  }

  private add(entry: DumpCollection, offset: number): void {
    const name = nameOf(entry.database, entry.name);
    if (this.contents.has(name)) throw damaged(this.name, offset, twiceInContents({ collection: name }));
    this.contents.set(name, entry);
  }

  private contentsEntry(bytes: Uint8Array, offset: number): DumpCollection {
    const { db, collection, metadata, type } = this.parse(bytes, offset);
    if (typeof db !== 'string' || typeof collection !== 'string') {
      throw damaged(this.name, offset, labelled(DAMAGE.noCollection));
    }
    try {
      const { kind, uuid } = typeof metadata === 'string' && metadata !== '' ? readMetadata(metadata) : NOT_TOLD;
      const told = type === 'view' || type === 'timeseries' ? type : kind;
      return { database: db, name: collection, kind: told, uuid };
    } catch {
      throw damaged(this.name, offset, metadataNoJson({ collection: `${db}.${collection}` }));
    }
  }

  private parse(bytes: Uint8Array, offset: number): Document {
    try {
      return deserialize(bytes, { useBigInt64: true });
    } catch {
      throw damaged(this.name, offset, labelled(DAMAGE.headerInvalid));
    }
  }
}
