import { execFile } from 'node:child_process';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newFolder, project } from '../../support/scripts.ts';

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await newFolder();
  // A worker without a source ends with the sentence that says so.
  env = { ...process.env, SOURCE_URI: '', DATABASE_URL: '' };
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

describe('the bootstrap', () => {
  const bootstrap = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(project, 'scripts', 'bootstrap.mjs'), ...args], { env }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
    );

  test('runs a TypeScript entry in its own process, with its arguments and its exit code', async () => {
    const entry = join(folder, 'entry.mts');
    await writeFile(entry, 'const args: string[] = process.argv.slice(2); console.log(args); process.exitCode = 3;');
    expect(await bootstrap(entry, '--limit', '5')).toEqual({ code: 3, stdout: "[ '--limit', '5' ]\n" });
  });

  test('runs what the sources were compiled to, which it makes when they have changed', async () => {
    const { code } = await bootstrap('--built', 'worker/main.ts');
    expect(code).toBe(2);
    const stamp = join(project, 'dist', '.made-from');
    const made = (await stat(stamp)).mtimeMs;
    env = { ...env, NODE_V8_COVERAGE: folder };
    await bootstrap('--built', 'worker/main.ts');
    expect((await stat(stamp)).mtimeMs).toBe(made);
    const [coverage] = await readdir(folder);
    const scripts = await readFile(join(folder, coverage!), 'utf8');
    expect(scripts).toContain('/dist/worker/main.js');
    expect(scripts).not.toContain('/tsx/');
  });

  test('says its usage when it is given nothing', async () => {
    expect(await bootstrap()).toEqual({ code: 2, stdout: '' });
  });
});
