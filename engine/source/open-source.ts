import { join } from 'node:path';
import envPaths from 'env-paths';
import { ConfigurationError } from '../common/errors.ts';
import { sourceSchemeUnknown } from '../messages/engine/source.ts';
import { parseDumpUri } from './dump/contents.ts';
import { DumpSource } from './dump/source.ts';
import { openSpool, type SpoolProgress } from './dump/spool/spool.ts';
import { openMongoSource } from './mongodb/source.ts';
import type { Source } from './source.ts';

export interface SourceOptions {
  /** Where dumps are unpacked and indexed; by default in the user's cache folder. It will hold the dump's data. */
  readonly spoolFolder?: string;
  /** The plan's collections: only these are read of a dump, and they tell which of its databases is meant. */
  readonly collections?: readonly string[];
  /** Told while a dump is unpacked. */
  readonly onProgress?: SpoolProgress;
}

/** Where dumps are unpacked when nothing else is said. */
function defaultSpoolFolder(): string {
  return join(envPaths('mongo-to-prisma', { suffix: '' }).cache, 'spool');
}

/**
 * Opens a source: `mongodb://…/<database>`, `mongodb+srv://…/<database>`, or `dump:<folder or archive>` with an
 * optional `?db=<name>`. A dump is read and checked before this returns; a MongoDB is connected to when first asked.
 * @throws ConfigurationError when the URI makes no sense; SourceUnavailable when the dump is missing or damaged.
 */
export async function openSource(uri: string, options: SourceOptions = {}): Promise<Source> {
  const { spoolFolder = defaultSpoolFolder(), collections = [], onProgress } = options;
  if (/^mongodb(\+srv)?:\/\//.test(uri)) return openMongoSource(uri, collections);
  if (!uri.startsWith('dump:')) {
    throw new ConfigurationError([sourceSchemeUnknown()]);
  }
  const dump = parseDumpUri(uri);
  return new DumpSource(dump, await openSpool(dump, spoolFolder, collections, onProgress));
}
