import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newFolder, project } from '../support/scripts.ts';

let folder: string;

beforeEach(async () => {
  folder = await newFolder();
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

describe('the bootstrap', () => {
  const bootstrap = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(project, 'scripts', 'bootstrap.mjs'), ...args]).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
    );

  test('runs a TypeScript entry in its own process, with its arguments and its exit code', async () => {
    const entry = join(folder, 'entry.mts');
    await writeFile(entry, 'const args: string[] = process.argv.slice(2); console.log(args); process.exitCode = 3;');
    expect(await bootstrap(entry, '--limit', '5')).toEqual({ code: 3, stdout: "[ '--limit', '5' ]\n" });
  });

  test('says its usage when it is given nothing', async () => {
    expect(await bootstrap()).toEqual({ code: 2, stdout: '' });
  });
});
