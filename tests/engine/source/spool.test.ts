import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { collectionChanged, spoolUnwritable } from '../../../engine/messages/engine/source.ts';
import { openSource, type SourceOptions } from '../../../engine/source/open-source.ts';
import type { Source } from '../../../engine/source/source.ts';
import { writeDumpArchive, writeDumpFolder } from '../../support/data/dump-writer.ts';
import { compiled } from '../../support/scripts.ts';
import { saying } from '../messages/saying.ts';

const users = Array.from({ length: 2000 }, (_, _id) => ({ _id, name: `user ${_id}` }));

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'spool-'));
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

async function use<T>(
  path: string,
  spoolFolder: string,
  work: (source: Source) => Promise<T>,
  options?: SourceOptions,
) {
  const source = await openSource(`dump:${path}`, { spoolFolder, collections: ['users'], ...options });
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

const fingerprint = (source: Source) => source.fingerprint();

describe('the spool of a dump', () => {
  test('is made once, found again, private, and leaves nothing beside it', async () => {
    const [dump, spool] = [join(home, 'once.archive'), join(home, 'once')];
    await writeDumpArchive(dump, { platform: { users } }, { gzip: true });
    const first = await use(dump, spool, fingerprint);
    const [name, ...others] = await readdir(spool);
    expect(others).toEqual([]);
    const made = await stat(join(spool, name!, 'spool.json'));
    expect([(await stat(spool)).mode & 0o777, made.mode & 0o777]).toEqual([0o700, 0o600]);
    expect(await use(dump, spool, fingerprint)).toBe(first);
    expect((await stat(join(spool, name!, 'spool.json'))).mtimeMs).toBe(made.mtimeMs);
  });

  test('of a plain folder holds the index only', async () => {
    const [dump, spool] = [join(home, 'plain'), join(home, 'plain-spool')];
    await writeDumpFolder(dump, 'platform', { users });
    expect((await use(dump, spool, (source) => source.readByKeys('users', [keyOf(7)]))).length).toBe(1);
    const [name] = await readdir(spool);
    expect((await readdir(join(spool, name!))).sort()).toEqual(['0.index', 'spool.json']);
  });

  test('tells how much of the dump was read', async () => {
    const dump = join(home, 'progress.archive');
    await writeDumpArchive(dump, { platform: { users } });
    const { size } = await stat(dump);
    const told: number[] = [];
    const onProgress: NonNullable<SourceOptions['onProgress']> = ({ readBytes, totalBytes }) => {
      expect(totalBytes).toBe(size);
      told.push(readBytes);
    };
    await use(dump, join(home, 'progress'), fingerprint, { onProgress });
    expect(told.at(-1)).toBe(size);
  });

  test('is made by one of several processes that start at once, and serves all of them', async () => {
    const [dump, spool] = [join(home, 'shared.archive'), join(home, 'shared')];
    await writeDumpArchive(dump, { platform: { users } });
    const script = `
      const { openSource } = await import('${compiled('engine/source/open-source.ts')}');
      const source = await openSource(process.argv[1], { spoolFolder: process.argv[2], collections: ['users'] });
      const found = await source.totals({ collection: 'users', arrays: [], sums: ['_id'] }, null);
      console.log(JSON.stringify([await source.fingerprint(), found]));
      await source.close();`;
    const args = ['--input-type=module', '-e', script, `dump:${dump}`, spool];
    const runs = Array.from({ length: 3 }, () =>
      promisify(execFile)(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } }),
    );
    const said = (await Promise.all(runs)).map(({ stdout }) => stdout);
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toContain('"documents":2000');
    expect((await readdir(spool)).length).toBe(1);
  });

  test('is made anew when the dump changed, and a dump that moved has the same fingerprint', async () => {
    const [dump, spool] = [join(home, 'changing'), join(home, 'changing-spool')];
    await writeDumpFolder(dump, 'platform', { users });
    const before = await use(dump, spool, fingerprint);
    const moved = join(home, 'moved');
    await rename(dump, moved);
    expect(await use(moved, spool, fingerprint)).toBe(before);
    await writeDumpFolder(moved, 'platform', { users: users.map((user) => ({ ...user, name: 'x' })) });
    expect(await use(moved, spool, fingerprint)).not.toBe(before);
  });

  test('takes over from a builder that died, and forgets what that one left and what nobody uses', async () => {
    const [dump, spool] = [join(home, 'died.archive'), join(home, 'died')];
    await writeDumpArchive(dump, { platform: { users } });
    const first = await use(dump, spool, fingerprint);
    const [name] = await readdir(spool);
    await rm(join(spool, name!), { recursive: true });
    const long = new Date(Date.now() - 30 * 24 * 3600 * 1000);
    await writeFile(join(spool, `${name}.lock`), '');
    await utimes(join(spool, `${name}.lock`), long, long);
    for (const left of [`${name}.building-1`, 'f'.repeat(32), 'e'.repeat(32), 'notes']) await mkdir(join(spool, left));
    for (const old of ['f'.repeat(32), 'notes']) await utimes(join(spool, old), long, long);
    expect(await use(dump, spool, fingerprint)).toBe(first);
    expect((await readdir(spool)).sort()).toEqual([name, 'e'.repeat(32), 'notes'].sort());
  });

  test('does not serve a plain file that was rewritten after it was checked', async () => {
    const dump = join(home, 'rewritten');
    await writeDumpFolder(dump, 'platform', { users });
    await use(dump, join(home, 'rewritten-spool'), async (source) => {
      await writeFile(join(dump, 'platform', 'users.bson'), Buffer.alloc(100_000));
      await expect(source.readByKeys('users', [keyOf(5)])).rejects.toThrow(
        saying(collectionChanged, { collection: 'users' }),
      );
      await expect(source.totals({ collection: 'users', arrays: [], sums: ['_id'] }, null)).rejects.toThrow(/changed/);
    });
  });

  test('that cannot be written is told with its cause', async () => {
    const dump = join(home, 'unwritable.archive');
    await writeDumpArchive(dump, { platform: { users } });
    await expect(use(dump, join(dump, 'below-a-file'), fingerprint)).rejects.toMatchObject({
      name: 'SourceUnavailable',
      message: spoolUnwritable({ code: 'ENOTDIR' }).text,
    });
  });
});
