import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceUnavailable } from '../../../common/errors.ts';
import { DAMAGE, dumpNoDump } from '../../../messages/engine/source.ts';
import { labelled } from '../../../messages/message.ts';
import type { CollectionKind } from '../../source.ts';
import { archiveForm, readArchive } from '../archive.ts';
import { type DumpFile, unreadable } from '../byte-stream.ts';
import { chooseDatabase, type DumpCollection, type DumpUri } from '../contents.ts';
import { damaged } from '../document-splitter.ts';
import { entriesOf, listFolder, readFolderCollection } from '../folder.ts';
import { SpoolCollection, type SpooledCollection } from './spool-collection.ts';
import { withLock } from './spool-lock.ts';

/** Raise it whenever a spool of an older build could be misread. */
const FORMAT = 2;
/** Spools hold what the dump holds, so those that nobody opened for this long are removed. */
const FORGET_AFTER_MS = 7 * 24 * 3600 * 1000;

/** A collection in a spool; one without `data` (a view) has no documents of its own. */
interface SpoolEntry extends SpooledCollection {
  readonly kind: Exclude<CollectionKind, 'missing'>;
  /** Where the documents lie one after the other: in the spool, or in the dump itself. */
  readonly data: string | null;
  readonly index: string | null;
}

/** What a spool says of itself. */
export interface Spool {
  readonly format: number;
  readonly database: string;
  /** SHA-256 over the collections' names, kinds and documents: the same for every form of one dump. */
  readonly fingerprint: string;
  readonly collections: Readonly<Record<string, SpoolEntry>>;
  /** By which the server knew the collections; null where the dump does not tell. */
  readonly uuids: Readonly<Record<string, string | null>>;
}

/** Told how many of the dump's bytes on disk were read. */
export type SpoolProgress = (progress: { readonly readBytes: number; readonly totalBytes: number }) => void;

/**
 * Opens the spool of a dump, making it first when there is none that fits: the dump is read to its end and checked,
 * its documents are unpacked (those of a plain folder stay where they are) and indexed by `_id`. A spool is found
 * again by the dump's path and its files' sizes and times, so that a changed dump is read anew.
 * @param plan the collections wanted; empty for all of the database
 * @throws SourceUnavailable when the dump is missing or damaged; ConfigurationError when the database is not clear.
 */
export async function openSpool(
  uri: DumpUri,
  spoolFolder: string,
  plan: readonly string[],
  onProgress: SpoolProgress = () => {},
): Promise<Spool> {
  try {
    const path = await realpath(uri.path);
    const isFolder = (await stat(path)).isDirectory();
    const files = isFolder ? await filesOf(path) : [path];
    const choice = [path, uri.database, [...plan].sort()];
    const identity = await identify(files, choice);
    await mkdir(spoolFolder, { recursive: true, mode: 0o700 });
    const home = join(spoolFolder, identity);
    const onRead = sumUp(await totalSize(files), onProgress);
    const build = async (): Promise<void> => {
      await forgetOld(spoolFolder, identity);
      await inPlaceOf(home, async (folder) => {
        const order: Order = { uri, path, folder, home, plan, onRead };
        const spool = isFolder ? await spoolFiles(order) : await spoolArchive(order);
        if ((await identify(files, choice)) !== identity) throw damaged(uri.path, null, labelled(DAMAGE.changed));
        await writeFile(join(folder, 'spool.json'), JSON.stringify(spool), { mode: 0o600 });
      });
    };
    await withLock(`${home}.lock`, async () => (await readSpool(home)) !== null, build);
    await utimes(home, new Date(), new Date());
    return (await readSpool(home))!;
  } catch (error) {
    throw unreadable(error, uri.path, spoolFolder);
  }
}

/** Lets a folder be filled and puts it in place whole; if somebody else was first, theirs stays. */
async function inPlaceOf(home: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const folder = `${home}.building-${randomUUID()}`;
  await mkdir(folder, { mode: 0o700 });
  try {
    await fill(folder);
    await rename(folder, home).catch(async (error) => {
      if ((await readSpool(home)) === null) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function sumUp(totalBytes: number, onProgress: SpoolProgress): OnRead {
  const readBytes = new Map<string, number>();
  return (file) => (bytes) => {
    readBytes.set(file, bytes);
    onProgress({ readBytes: [...readBytes.values()].reduce((sum, each) => sum + each, 0), totalBytes });
  };
}

async function readSpool(home: string): Promise<Spool | null> {
  try {
    const spool = JSON.parse(await readFile(join(home, 'spool.json'), 'utf8')) as Spool;
    return spool.format === FORMAT ? spool : null;
  } catch {
    return null;
  }
}

const OF_A_DUMP = /\.(bson|metadata\.json)(\.gz)?$/;

/** The files of a dump folder: its own, and those of the folders in it. */
async function filesOf(folder: string): Promise<string[]> {
  const { names, folders } = await entriesOf(folder);
  const files: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if (folders.includes(name)) files.push(...(await readdir(path)).map((below) => join(path, below)));
    else files.push(path);
  }
  return files.filter((path) => OF_A_DUMP.test(path)).sort();
}

async function totalSize(files: readonly string[]): Promise<number> {
  let sum = 0;
  for (const file of files) sum += (await stat(file)).size;
  return sum;
}

async function identify(files: readonly string[], choice: readonly unknown[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([FORMAT, ...choice]));
  for (const file of files) {
    const { size, mtimeNs, ctimeNs, ino } = await stat(file, { bigint: true });
    hash.update(`\n${file} ${size} ${mtimeNs} ${ctimeNs} ${ino}`);
  }
  return hash.digest('hex').slice(0, 32);
}

type OnRead = (file: string) => (bytes: number) => void;

/** What is to be spooled: `folder` is filled now and becomes `home` when it is complete. */
interface Order {
  readonly uri: DumpUri;
  readonly path: string;
  readonly folder: string;
  readonly home: string;
  readonly plan: readonly string[];
  readonly onRead: OnRead;
}

async function spoolFiles(order: Order): Promise<Spool> {
  const { uri, path, plan } = order;
  const all = await listFolder(path);
  const database = chooseDatabase(all, uri, plan);
  const chosen = all.filter((each) => each.database === database && (plan.length === 0 || plan.includes(each.name)));
  const collections: Record<string, SpoolEntry> = {};
  for (const [number, { name, kind, file }] of chosen.entries()) {
    if (collections[name]) throw damaged(`${database}.${name}`, null, labelled(DAMAGE.sharedCollection));
    collections[name] = file ? await spoolFile(order, kind, file, number) : withoutDocuments(kind);
  }
  return { format: FORMAT, database, fingerprint: fingerprintOf(collections), collections, uuids: uuidsOf(chosen) };
}

const uuidsOf = (chosen: readonly Pick<DumpCollection, 'name' | 'uuid'>[]) =>
  Object.fromEntries(chosen.map(({ name, uuid }) => [name, uuid]));

async function spoolFile(
  { folder, home, onRead }: Order,
  kind: SpoolEntry['kind'],
  file: DumpFile,
  number: number,
): Promise<SpoolEntry> {
  const data = file.gzip ? `${number}.bson` : null;
  const spool = new SpoolCollection(file.name, data && join(folder, data));
  try {
    await readFolderCollection(file, spool, onRead(file.path));
    const index = `${number}.index`;
    const spooled = await spool.finish(join(folder, index));
    return { ...spooled, kind, data: data ? join(home, data) : file.path, index: join(home, index) };
  } finally {
    await spool.discard();
  }
}

async function spoolArchive({ uri, path, folder, home, plan, onRead }: Order): Promise<Spool> {
  const form = await archiveForm(path);
  const file: DumpFile = { path, name: uri.path, gzip: form === 'gzip' };
  if (form === 'other') throw new SourceUnavailable(dumpNoDump({ path: uri.path }));
  const kinds = new Map<string, SpoolEntry['kind']>();
  const sinks = new Map<string, SpoolCollection>();
  let uuids: Spool['uuids'] = {};
  let database = '';
  try {
    await readArchive(
      file,
      {
        contents(all) {
          database = chooseDatabase(all, uri, plan);
          const chosen = all.filter(
            (each) => each.database === database && (plan.length === 0 || plan.includes(each.name)),
          );
          uuids = uuidsOf(chosen);
          for (const { name, kind } of chosen) {
            kinds.set(name, kind);
            const shown = `${file.name} (${database}.${name})`;
            if (kind === 'collection') sinks.set(name, new SpoolCollection(shown, join(folder, `${sinks.size}.bson`)));
          }
        },
        sink: (db, name) => (db === database ? (sinks.get(name) ?? null) : null),
        async stored() {
          for (const sink of sinks.values()) await sink.flush();
        },
      },
      onRead(path),
    );
    const collections: Record<string, SpoolEntry> = {};
    for (const [name, kind] of kinds) if (kind !== 'collection') collections[name] = withoutDocuments(kind);
    for (const [number, [name, sink]] of [...sinks].entries()) {
      const spooled = await sink.finish(join(folder, `${number}.index`));
      const [data, index] = [join(home, `${number}.bson`), join(home, `${number}.index`)];
      collections[name] = { ...spooled, kind: 'collection', data, index };
    }
    return { format: FORMAT, database, fingerprint: fingerprintOf(collections), collections, uuids };
  } finally {
    for (const sink of sinks.values()) await sink.discard();
  }
}

const NOTHING = createHash('sha256').digest('hex');

function withoutDocuments(kind: SpoolEntry['kind']): SpoolEntry {
  return { documents: 0, bytes: 0, sha256: NOTHING, groups: [], kind, data: null, index: null };
}

function fingerprintOf(collections: Readonly<Record<string, SpoolEntry>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(collections).sort()) {
    const { kind, documents, bytes, sha256 } = collections[name]!;
    hash.update(`${JSON.stringify([name, kind, documents, bytes, sha256])}\n`);
  }
  return hash.digest('hex').slice(0, 32);
}

/** Removes what crashed builders of this spool left, and spools that nobody opened for long. */
async function forgetOld(spoolFolder: string, identity: string): Promise<void> {
  for (const name of await readdir(spoolFolder)) {
    const path = join(spoolFolder, name);
    const own = name.startsWith(`${identity}.building-`);
    const isSpool = /^[0-9a-f]{32}(\.|$)/.test(name) && !name.startsWith(`${identity}.lock`);
    const age = isSpool ? Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs : 0;
    if (own || age > FORGET_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}
