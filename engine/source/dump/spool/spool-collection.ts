import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { isFramed } from '../../../document/bson/raw-bson.ts';
import { sayKey } from '../../../document/say-key.ts';
import { DAMAGE, repeatedKey } from '../../../messages/engine/source.ts';
import { labelled } from '../../../messages/message.ts';
import { damaged } from '../document-splitter.ts';
import type { KeyGroup } from './key-index.ts';
import { KeyIndexBuilder } from './key-index-builder.ts';

/** Who takes a collection's documents from a dump, in the dump's order. */
export interface DocumentSink {
  document(chunk: Buffer, start: number, end: number, offset: number): void;
  /** The bytes of the documents told of since the last call, all together. */
  bytes(bytes: Uint8Array): void;
}

/** What was found in one collection of a dump. */
export interface SpooledCollection {
  readonly documents: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly groups: readonly KeyGroup[];
}

/** Checks, indexes and hashes a collection's documents, and stores them unless they can stay where they are. */
export class SpoolCollection implements DocumentSink {
  private readonly name: string;
  private readonly path: string | null;
  private readonly index = new KeyIndexBuilder();
  private readonly hash = createHash('sha256');
  private readonly unwritten: Uint8Array[] = [];
  private file: FileHandle | null = null;
  private documents = 0;
  private size = 0;

  /**
   * @param name as messages call it: `users.bson`, `backup.archive (platform.users)`
   * @param path the file to store the documents in; null when they stay in the dump's own file
   */
  constructor(name: string, path: string | null) {
    this.name = name;
    this.path = path;
  }

  document(chunk: Buffer, start: number, end: number, offset: number): void {
    if (!isFramed(chunk, start, end)) {
      throw damaged(this.name, offset, labelled(DAMAGE.wrongLength));
    }
    if (!this.index.add(chunk, start, end)) throw damaged(this.name, offset, labelled(DAMAGE.withoutId));
    this.documents++;
  }

  bytes(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.size += bytes.length;
    if (this.path !== null) this.unwritten.push(bytes);
  }

  /** Writes what came since the last call. */
  async flush(): Promise<void> {
    if (this.path === null || (this.file !== null && this.unwritten.length === 0)) return;
    this.file ??= await open(this.path, 'wx', 0o600);
    for (const bytes of this.unwritten.splice(0)) await writeAll(this.file, bytes);
  }

  /** Writes the index and closes. */
  async finish(indexPath: string): Promise<SpooledCollection> {
    await this.flush();
    await this.file?.close();
    const { groups, columns } = this.index.build((key) => {
      throw damaged(this.name, null, repeatedKey({ key: sayKey(key) }));
    });
    const indexFile = await open(indexPath, 'wx', 0o600);
    try {
      for (const column of columns) await writeAll(indexFile, column);
    } finally {
      await indexFile.close();
    }
    return { documents: this.documents, bytes: this.size, sha256: this.hash.digest('hex'), groups };
  }

  /** Closes after a failure. */
  async discard(): Promise<void> {
    await this.file?.close().catch(() => {});
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    const { bytesWritten } = await file.write(bytes, at, Math.min(bytes.length - at, 2 ** 30));
    at += bytesWritten;
  }
}
