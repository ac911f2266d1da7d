import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runMark } from '../data/run-mark.ts';
import { announceServers, type ServerAddresses } from '../servers/servers.ts';
import { bundleProcesses } from './bundle-processes.ts';

/** The process that holds the servers, and the lines that it says. */
export interface TestRun {
  readonly holder: ChildProcess;
  readonly lines: AsyncIterator<string>;
}

/** Starts the servers of the run and hands their addresses to the tests. */
export default async function globalSetup({ rootDir }: { rootDir: string }): Promise<void> {
  if (process.env['TEST_WITHOUT_SERVERS']) return;
  const mark = randomUUID();
  const file = join(rootDir, 'dist', 'tests', 'support', 'jest', 'test-run.js');
  const holder = spawn(process.execPath, [file, mark], {
    cwd: rootDir,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: holder.stdout })[Symbol.asyncIterator]();
  const [first] = await Promise.all([lines.next(), bundleProcesses()]);
  if (first.done) throw new Error('The servers of the test run did not start.');
  announceServers(JSON.parse(first.value) as ServerAddresses);
  process.env[runMark] = mark;
  // What a developer's own settings name must be out of the tests' reach.
  for (const name of ['DATABASE_URL', 'MONGODB_URI', 'SOURCE_URI', 'TEMPORAL_ADDRESS']) delete process.env[name];
  Object.assign(globalThis, { testRun: { holder, lines } satisfies TestRun });
}
