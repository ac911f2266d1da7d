import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { projectFolder } from './servers/project.ts';
import { unitTests } from './unit-tests.ts';

/** Jest's own summary of a run, as far as it is used here. */
interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that could not be run at all: none of their tests is counted anywhere else. */
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly { readonly name: string; readonly startTime: number; readonly endTime: number }[];
}

const [first, ...rest] = process.argv.slice(2);
const isUnit = first === '--unit';
await standInForGlobals();
const folder = await mkdtemp(join(tmpdir(), 'mongo-to-prisma-test-'));
try {
  const resultsFile = join(folder, 'results.json');
  const asked = isUnit ? [...rest, '--runTestsByPath', ...(await unitTests(projectFolder))] : process.argv.slice(2);
  const code = await runJest(['--json', `--outputFile=${resultsFile}`, ...asked]);
  const results = await readFile(resultsFile, 'utf8').then(
    (text) => JSON.parse(text) as JestResults,
    () => undefined,
  );
  const passed = results?.numPassedTests ?? 0;
  const failed = (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
  // A run can fail as a whole: a server that does not start, something that the tests left behind.
  const asAWhole = code !== 0 && failed === 0 ? 1 : 0;
  if (asAWhole === 1) console.log('The run as a whole failed: see above.');
  process.exitCode = code === 0 && failed > 0 ? 1 : code;
  if (process.env.RECORD_DURATIONS && results) await recordDurations(results);
  console.log(`${passed} passed, ${failed + asAWhole} failed`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Compiled tests find `@jest/globals` beside themselves before they look into the project's packages. */
async function standInForGlobals(): Promise<void> {
  const place = join(projectFolder, 'dist', 'node_modules', '@jest', 'globals');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'package.json'), JSON.stringify({ type: 'module', exports: './globals.mjs' }));
  await copyFile(join(projectFolder, 'tests', 'support', 'jest', 'globals.mjs'), join(place, 'globals.mjs'));
}

/** Writes what tests/support/order/longest-first.mjs goes by: the seconds of each file of this run. */
async function recordDurations({ testResults }: JestResults): Promise<void> {
  const seconds = testResults.map(({ name, startTime, endTime }): [string, number] => [
    relative(projectFolder, name),
    Math.round((endTime - startTime) / 1_000),
  ]);
  const sorted = Object.fromEntries(seconds.sort(([a], [b]) => a.localeCompare(b)));
  await writeFile(join(projectFolder, 'tests/support/order/durations.json'), `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Jest writes its JSON to the file and its report to standard error. */
function runJest(args: string[]): Promise<number> {
  const jest = join(createRequire(import.meta.url).resolve('jest/package.json'), '..', 'bin', 'jest.js');
  const child = spawn(process.execPath, [jest, ...args], {
    cwd: projectFolder,
    // FerretDB, a program in Go, spends a third of its time on collecting the garbage of a small heap.
    env: { GOGC: '400', ...process.env, ...(isUnit && { TEST_WITHOUT_SERVERS: '1' }) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // Whoever ends this process ends the tests.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
