import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cached } from '../../../scripts/servers/programs/cache.ts';
import { newFolder, outputOf, script } from '../../support/scripts.ts';

let folder: string;

beforeEach(async () => {
  folder = await newFolder();
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

describe('the cache of programs', () => {
  let before: string | undefined;

  beforeEach(() => {
    before = process.env.MONGO_TO_PRISMA_CACHE;
    process.env.MONGO_TO_PRISMA_CACHE = join(folder, 'cache');
  });

  afterEach(() => {
    if (before === undefined) delete process.env.MONGO_TO_PRISMA_CACHE;
    else process.env.MONGO_TO_PRISMA_CACHE = before;
  });

  const write = (text: string) => (target: string) => writeFile(join(target, 'program'), text);
  const quiet = () => {};

  test('makes a program once and finds it again', async () => {
    const place = await cached('tool-1', write('first'), quiet);
    expect(await cached('tool-1', write('second'), quiet)).toBe(place);
    expect(await readFile(join(place, 'program'), 'utf8')).toBe('first');
    expect(await readdir(join(folder, 'cache'))).toEqual(['tool-1']);
  });

  test('makes another version beside it', async () => {
    await cached('tool-1', write('first'), quiet);
    const place = await cached('tool-2', write('second'), quiet);
    expect(await readFile(join(place, 'program'), 'utf8')).toBe('second');
  });

  test('makes it once when several processes want it at once', async () => {
    const builds = join(folder, 'builds');
    const source = `
      import { appendFile, writeFile } from 'node:fs/promises';
      import { cached } from './programs/cache.ts';
      const place = await cached('tool-1', async (target) => {
        await appendFile(${JSON.stringify(builds)}, 'x');
        await new Promise((resolve) => setTimeout(resolve, 1500));
        await writeFile(target + '/program', 'made');
      }, () => {});
      console.log(place);`;
    const all = await Promise.all([1, 2, 3].map(() => outputOf(script(source))));
    expect(all.map(({ out }) => out.trim())).toEqual(Array(3).fill(join(folder, 'cache', 'tool-1')));
    expect(await readFile(builds, 'utf8')).toBe('x');
  });

  test('keeps nothing of a program that could not be made, and tries again next time', async () => {
    await expect(cached('tool-1', () => Promise.reject(new Error('no compiler')), quiet)).rejects.toThrow(
      'no compiler',
    );
    expect(await readdir(join(folder, 'cache'))).toEqual([]);
    await cached('tool-1', write('second'), quiet);
    expect(await readdir(join(folder, 'cache'))).toEqual(['tool-1']);
  });

  test('takes over from a process that was killed while making it', async () => {
    const cache = join(folder, 'cache');
    await mkdir(join(cache, 'tool-1.making-of-the-dead'), { recursive: true });
    await writeFile(join(cache, 'tool-1.lock'), 'somebody');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(cache, 'tool-1.lock'), longAgo, longAgo);
    await cached('tool-1', write('again'), quiet);
    expect(await readdir(cache)).toEqual(['tool-1']);
  });
});
