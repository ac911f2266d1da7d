import { type FileHandle, open } from 'node:fs/promises';
import { BSONType } from 'bson';
import { elementNamed } from '../../document/bson/raw-bson.ts';
import type { KeyType, LegacyKey } from '../../document/legacy-key.ts';
import type {
  CollectionKind,
  KeySelection,
  RawDocument,
  Source,
  SourceIdentity,
  Totals,
  TotalsRequest,
} from '../source.ts';
import { unreadable } from './byte-stream.ts';
import type { DumpUri } from './contents.ts';
import { type DocumentFile, type Entries, readDocuments } from './spool/document-reader.ts';
import { KeyIndex } from './spool/key-index.ts';
import type { Spool } from './spool/spool.ts';
import { TotalsCounter } from './totals.ts';

/** A mongodump, read by way of its spool. */
export class DumpSource implements Source {
  readonly kind = 'dump';
  readonly label: string;
  private readonly spool: Spool;
  private readonly opened = new Map<string, Promise<DocumentFile>>();
  private readonly handles: FileHandle[] = [];

  constructor(uri: DumpUri, spool: Spool) {
    this.label = `dump:${uri.path} (database ${spool.database})`;
    this.spool = spool;
  }

  async fingerprint(): Promise<string> {
    return `dump:${this.spool.fingerprint}`;
  }

  async identity(): Promise<SourceIdentity> {
    const { database, uuids } = this.spool;
    return { database, uuids };
  }

  async kindOf(collection: string): Promise<CollectionKind> {
    return this.spool.collections[collection]?.kind ?? 'missing';
  }

  async *scanKeys(collection: string): AsyncGenerator<LegacyKey> {
    const file = await this.file(collection);
    if (file) yield* file.index.keys();
  }

  async keyTypes(collection: string): Promise<readonly KeyType[]> {
    return (await this.file(collection))?.index.types ?? [];
  }

  async *readKeys(collection: string, selection: KeySelection, from: LegacyKey | null): AsyncGenerator<LegacyKey> {
    const file = await this.file(collection);
    if (!file) return;
    const entries = entriesOf(file.index, selection, from);
    if (entries instanceof Uint32Array) for (const entry of entries) yield file.index.keyAt(entry);
    else yield* file.index.keys(...entries);
  }

  async *keysSince(collection: string, field: string, since: Date): AsyncGenerator<LegacyKey> {
    const least = BigInt(since.getTime());
    const name = Buffer.from(field);
    for await (const { key, bytes } of this.readFields(collection, [field], null)) {
      const moment = dateNamed(bytes, name);
      if (moment !== null && moment >= least) yield key;
    }
  }

  async latestMoment(collection: string, field: string): Promise<Date | null> {
    let latest: bigint | null = null;
    const now = BigInt(Date.now());
    const name = Buffer.from(field);
    for await (const { bytes } of this.readFields(collection, [field], null)) {
      const moment = dateNamed(bytes, name);
      // A date that is still to come tells nothing of when the dump was made.
      if (moment !== null && moment <= now && (latest === null || moment > latest)) latest = moment;
    }
    return latest === null ? null : new Date(Number(latest));
  }

  async *read(collection: string, selection: KeySelection, from: LegacyKey | null): AsyncGenerator<RawDocument> {
    const file = await this.file(collection);
    if (file) yield* readDocuments(file, entriesOf(file.index, selection, from));
  }

  async readByKeys(collection: string, keys: readonly LegacyKey[]): Promise<RawDocument[]> {
    const documents: RawDocument[] = [];
    for await (const document of this.read(collection, { keys }, null)) documents.push(document);
    return documents;
  }

  /** Whole documents: nothing would be saved by leaving fields out. */
  async *readFields(
    collection: string,
    _names: readonly string[],
    selections: readonly KeySelection[] | null,
  ): AsyncGenerator<RawDocument> {
    const file = await this.file(collection);
    if (!file) return;
    const wanted: Entries[] = selections?.map((each) => entriesOf(file.index, each, null)) ?? [[0, file.index.count]];
    for (const entries of wanted) yield* readDocuments(file, entries);
  }

  async totals(request: TotalsRequest, selections: readonly KeySelection[] | null): Promise<Totals> {
    const file = await this.file(request.collection);
    const counter = new TotalsCounter(request);
    let documents = 0;
    if (!file) return counter.totals(documents);
    const bodiesMatter = request.arrays.length + request.sums.length + (request.values?.length ?? 0) > 0;
    const wanted: Entries[] = selections?.map((each) => entriesOf(file.index, each, null)) ?? [[0, file.index.count]];
    for (const entries of wanted) {
      documents += entries instanceof Uint32Array ? entries.length : entries[1] - entries[0];
      if (!bodiesMatter) continue;
      for await (const { bytes } of readDocuments(file, entries)) counter.count(bytes);
    }
    return counter.totals(documents);
  }

  async changeStream(): Promise<null> {
    return null;
  }

  async sampleKeys(collection: string, count: number): Promise<LegacyKey[]> {
    const file = await this.file(collection);
    if (!file) return [];
    const total = file.index.count;
    if (count >= total) return [...file.index.keys()];
    const entries = new Set<number>();
    while (entries.size < count) entries.add(Math.floor(Math.random() * total));
    return [...entries].sort((a, b) => a - b).map((entry) => file.index.keyAt(entry));
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.opened.values());
    this.opened.clear();
    await Promise.all(this.handles.splice(0).map((handle) => handle.close()));
  }

  private async file(collection: string): Promise<DocumentFile | null> {
    const entry = this.spool.collections[collection];
    if (!entry?.data || !entry.index) return null;
    let opening = this.opened.get(collection);
    if (!opening) {
      opening = this.open(collection, entry.data, entry.index, entry.groups);
      opening.catch(() => this.opened.delete(collection));
      this.opened.set(collection, opening);
    }
    return opening;
  }

  private async open(name: string, data: string, index: string, groups: Spool['collections'][string]['groups']) {
    try {
      const indexFile = await open(index, 'r');
      try {
        const loaded = await KeyIndex.load(groups, indexFile);
        const file = await open(data, 'r');
        this.handles.push(file);
        return { name, database: this.spool.database, file, index: loaded };
      } finally {
        await indexFile.close();
      }
    } catch (error) {
      throw unreadable(error, `${name}'s spool`);
    }
  }
}

/** Milliseconds since 1970 of a top-level date, or null. */
function dateNamed(bytes: Uint8Array, name: Uint8Array): bigint | null {
  const element = elementNamed(bytes, 0, bytes.length, name);
  if (element?.type !== BSONType.date) return null;
  return new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(element.at, true);
}

function entriesOf(index: KeyIndex, selection: KeySelection, after: LegacyKey | null): Entries {
  const least = after ? index.countUpTo(after) : 0;
  if ('keys' in selection) {
    const entries = selection.keys.map((key) => index.find(key)).filter((entry) => entry >= least);
    return Uint32Array.from(new Set(entries)).sort();
  }
  const [from, to] = index.range(selection);
  const start = Math.max(from, least);
  return [start, Math.max(start, to)];
}
