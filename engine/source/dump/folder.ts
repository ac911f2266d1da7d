import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { DAMAGE } from '../../messages/engine/source.ts';
import { labelled } from '../../messages/message.ts';
import { type DumpFile, readFileWhole, streamFile, unreadable } from './byte-stream.ts';
import { type DumpCollection, NOT_TOLD, readMetadata } from './contents.ts';
import { DocumentSplitter, damaged } from './document-splitter.ts';
import type { SpoolCollection } from './spool/spool-collection.ts';

/** A collection of a dump folder; a view has no file. */
export interface FolderCollection extends DumpCollection {
  readonly file: DumpFile | null;
}

const DATA = /^(.+)\.bson(\.gz)?$/;
const METADATA = /^(.+)\.metadata\.json(\.gz)?$/;

/** Files of the tools' own that look like a collection. */
const NOT_COLLECTIONS = new Set(['oplog']);

/**
 * What a folder that mongodump wrote holds: folders of databases, or the files of one database itself.
 * @throws SourceUnavailable when a file is missing, there twice, or its metadata cannot be read.
 */
export async function listFolder(folder: string): Promise<FolderCollection[]> {
  const { names, folders } = await entriesOf(folder);
  const isDatabase = names.some((name) => !NOT_COLLECTIONS.has(DATA.exec(name)?.[1] ?? 'oplog'));
  if (isDatabase) return listDatabase(folder, folder);
  const collections: FolderCollection[] = [];
  for (const name of folders) collections.push(...(await listDatabase(join(folder, name), folder)));
  return collections;
}

/**
 * What stands in a folder, and which of it are folders: links to others, too.
 * @throws SourceUnavailable when a link leads nowhere
 */
export async function entriesOf(folder: string): Promise<{ names: readonly string[]; folders: readonly string[] }> {
  const names = (await readdir(folder)).sort();
  const folders: string[] = [];
  for (const name of names) {
    const found = await stat(join(folder, name)).catch((error) => Promise.reject(unreadable(error, name)));
    if (found.isDirectory()) folders.push(name);
  }
  return { names, folders };
}

async function listDatabase(folder: string, root: string): Promise<FolderCollection[]> {
  const names = (await readdir(folder)).sort();
  const stems = new Set(names.map((name) => (METADATA.exec(name) ?? DATA.exec(name))?.[1]));
  const collections: FolderCollection[] = [];
  for (const stem of stems) {
    if (stem === undefined || NOT_COLLECTIONS.has(stem)) continue;
    const metadata = names.find((name) => METADATA.exec(name)?.[1] === stem);
    const data = names.filter((name) => DATA.exec(name)?.[1] === stem);
    const shown = relative(root, join(folder, stem));
    if (data.length > 1) throw damaged(`${shown}.bson`, null, labelled(DAMAGE.thereTwice));
    const { kind, name, uuid } = await metadataOf(metadata && join(folder, metadata), `${shown}.metadata.json`);
    const file = data[0];
    if (file === undefined && kind === 'collection') throw damaged(`${shown}.bson`, null, labelled(DAMAGE.missing));
    collections.push({
      database: basename(folder),
      name: name ?? unescapeName(stem),
      kind,
      uuid,
      file: file
        ? { path: join(folder, file), name: relative(root, join(folder, file)), gzip: file.endsWith('.gz') }
        : null,
    });
  }
  return collections;
}

/** mongodump percent-encodes what a file's name cannot hold. */
function unescapeName(stem: string): string {
  try {
    return decodeURIComponent(stem);
  } catch {
    return stem;
  }
}

async function metadataOf(path: string | undefined, shown: string): Promise<ReturnType<typeof readMetadata>> {
  if (path === undefined) return NOT_TOLD;
  const bytes = await readFileWhole({ path, name: shown, gzip: path.endsWith('.gz') });
  try {
    return readMetadata(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged(shown, null, labelled(DAMAGE.noJson));
  }
}

/** Reads one collection's file, plain or gzip, to its end. */
export async function readFolderCollection(
  file: DumpFile,
  spool: SpoolCollection,
  onRead?: (total: number) => void,
): Promise<void> {
  let run: { chunk: Buffer; start: number; end: number } | null = null;
  const splitter = new DocumentSplitter(file.name, {
    document(chunk, start, end, offset) {
      run = { chunk, start: run?.start ?? start, end };
      spool.document(chunk, start, end, offset);
    },
    chunkEnd() {
      if (run) spool.bytes(run.chunk.subarray(run.start, run.end));
      run = null;
    },
  });
  const take = async (piece: Buffer): Promise<void> => {
    splitter.push(piece);
    await spool.flush();
  };
  await streamFile(file, take, onRead);
  splitter.end();
}
