import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { openSource } from '../../../engine/source/open-source.ts';
import type { KeySelection, Source } from '../../../engine/source/source.ts';
import { type Collections, type DumpOptions, writeDumpFolder } from '../../support/data/dump-writer.ts';
import { project } from '../../support/scripts.ts';

/** Where dumps that real servers made lie. */
export const FIXTURES = join(project, 'tests/fixtures/mongodump');
export const PLAN = ['users', 'artists', 'projects', 'fundingprojects', 'payments'];
export const ALL_OBJECT_IDS: KeySelection = { type: 'objectId', after: null, upTo: null };

/** Dumps of one test file's own, closed and removed at its end. */
export interface OwnDumps {
  opened(uri: string, collections?: readonly string[]): Promise<Source>;
  /** A folder dump of these collections, opened. */
  dumpOf(collections: Collections, options?: DumpOptions): Promise<Source>;
  /** A path for one more, once tests run. */
  path(): string;
}

export function ownDumps(): OwnDumps {
  let home: string;
  let number = 0;
  const open: Source[] = [];
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'dump-source-'));
  });
  afterAll(async () => {
    await Promise.all(open.map((source) => source.close()));
    await rm(home, { recursive: true, force: true });
  });
  const path = () => join(home, `dump-${number++}`);
  const opened = async (uri: string, collections: readonly string[] = PLAN) => {
    const source = await openSource(uri, { spoolFolder: join(home, 'spool'), collections });
    open.push(source);
    return source;
  };
  return {
    opened,
    dumpOf: async (collections, options = {}) => {
      const folder = path();
      await writeDumpFolder(folder, 'platform', collections, options);
      return opened(`dump:${folder}`, []);
    },
    path,
  };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
