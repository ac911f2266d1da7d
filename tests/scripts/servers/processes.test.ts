import { mkdir, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../../../scripts/servers/ports.ts';
import { type SupervisedProcess, startProcess } from '../../../scripts/servers/processes.ts';
import { isAlive, newFolder, outputOf, script, until } from '../../support/scripts.ts';

let folder: string;

beforeEach(async () => {
  folder = await newFolder();
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

describe('free ports', () => {
  test('nobody listens on them, and none is given twice', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, freePort));
    expect(new Set(ports).size).toBe(20);
    for (const port of ports) {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', resolve);
      });
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('a supervised process', () => {
  let child: SupervisedProcess | undefined;

  async function start(code: string, graceMs = 10_000): Promise<SupervisedProcess> {
    const args = ['--eval', code];
    const logFile = join(folder, 'log');
    child = await startProcess({ command: process.execPath, args, logFile, stopSignal: 'SIGTERM', graceMs });
    await until(async () => (await child?.lastWords())?.includes('ready') ?? false);
    return child;
  }

  afterEach(() => child?.stop());

  test('is gone after stop, which may be called again', async () => {
    const { pid, stop, exited } = await start('console.log("ready"); setInterval(() => {}, 1000)');
    expect(isAlive(pid)).toBe(true);
    await stop();
    expect(isAlive(pid)).toBe(false);
    expect(await exited()).toEqual({ code: null, signal: 'SIGTERM' });
    await stop();
  });

  test('is killed when it does not heed the polite signal', async () => {
    const deaf = 'process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 1000)';
    const { pid, stop, exited } = await start(deaf, 200);
    await stop();
    expect(isAlive(pid)).toBe(false);
    expect(await exited()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('is killed when it is suspended', async () => {
    const { pid, stop } = await start('console.log("ready"); setInterval(() => {}, 1000)', 200);
    process.kill(pid, 'SIGSTOP');
    await stop();
    expect(isAlive(pid)).toBe(false);
  });

  test('takes along what it started itself', async () => {
    const { stop, lastWords } = await start(
      `const sleeper = require('node:child_process').spawn('sleep', ['600']);
       sleeper.on('spawn', () => console.log('ready ' + sleeper.pid)); setInterval(() => {}, 1000)`,
    );
    const sleeper = Number(/ready (\d+)/.exec(await lastWords())?.[1]);
    expect(isAlive(sleeper)).toBe(true);
    await stop();
    await until(() => !isAlive(sleeper));
  });

  test('tells how it ended by itself, and what it said last', async () => {
    const { exited, hasExited, lastWords } = await start('console.log("ready"); console.error("bad"); process.exit(7)');
    expect(await exited()).toEqual({ code: 7, signal: null });
    expect(hasExited()).toBe(true);
    expect(await lastWords(1)).toBe('bad');
  });

  test('that cannot be started is an error', async () => {
    const spec = { command: join(folder, 'nothing'), args: [], logFile: join(folder, 'log') };
    await expect(startProcess({ ...spec, stopSignal: 'SIGTERM', graceMs: 100 })).rejects.toThrow(/ENOENT/);
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'nothing: it returns', 'nothing: it throws'])(
    'ends, and its temporary folder with it, when its parent is ended by %s',
    async (how) => {
      const data = join(folder, 'data');
      await mkdir(data);
      const returns = how.startsWith('nothing');
      const parent = script(
        `import { startProcess } from './processes.ts';
         const child = await startProcess({
           command: 'sleep', args: ['600'], logFile: ${JSON.stringify(join(data, 'log'))},
           temporaryFolder: ${JSON.stringify(data)}, stopSignal: 'SIGTERM', graceMs: 1000,
         });
         console.log(child.pid);
         ${returns ? '' : 'setInterval(() => {}, 1000);'}
         ${how.endsWith('throws') ? 'throw new Error("a crash");' : ''}`,
      );
      const ended = outputOf(parent);
      const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
      expect(pid).toBeGreaterThan(0);
      if (!returns) {
        expect(isAlive(pid)).toBe(true);
        parent.kill(how as NodeJS.Signals);
      }
      await ended;
      await until(() => !isAlive(pid));
      await until(async () => !(await readdir(folder)).includes('data'));
    },
  );
});
