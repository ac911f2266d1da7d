import { once } from 'node:events';
import type { TestRun } from './global-setup.ts';

/** Stops the servers, and fails the run when a test left something behind. */
export default async function globalTeardown(): Promise<void> {
  const { testRun } = globalThis as { testRun?: TestRun };
  if (testRun === undefined) return;
  const { holder, lines } = testRun;
  const ended = holder.exitCode === null ? once(holder, 'exit') : Promise.resolve();
  holder.stdin?.end();
  const last = await lines.next();
  await ended;
  const leaks = last.done
    ? ['the servers in an unknown state: their process crashed']
    : (JSON.parse(last.value) as string[]);
  if (leaks.length === 0) return;
  process.stderr.write(`The tests left behind:\n${leaks.map((leak) => `  ${leak}\n`).join('')}`);
  // Not thrown: Jest would then lose the results of the tests.
  process.exitCode = 1;
}
