import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { MaintenanceFailed } from '../../engine/common/errors.ts';
import type { Message } from '../../engine/messages/message.ts';
import {
  ACTION_OUTCOMES,
  cannotStart,
  endedBySignal,
  endedWithCode,
  notDoneInTime,
} from '../../engine/messages/operations/maintenance.ts';
import type { CommandAction } from './action.ts';

/**
 * Runs the program to its end; what it prints goes nowhere, since it may hold anything. With its time over, it and all
 * that it has started are killed.
 * @throws MaintenanceFailed naming the program, never its arguments
 */
export function runCommand({
  name,
  argv,
  env,
  timeoutSeconds,
}: CommandAction & { readonly name: string }): Promise<string> {
  const [program, ...args] = argv;
  const called = { program: basename(program!) };
  return new Promise((resolve, reject) => {
    const fail = (why: Message) => reject(new MaintenanceFailed(name, why));
    // A group of its own, so that a script's children go with it.
    const child = spawn(program!, args, { env, stdio: 'ignore', detached: true });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, timeoutSeconds * 1000);
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      fail(cannotStart({ ...called, code: error.code ?? error.name }));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (isLate) fail(notDoneInTime({ ...called, seconds: timeoutSeconds }));
      else if (code === 0) resolve(ACTION_OUTCOMES.exitedWithZero.en);
      else if (code === null) fail(endedBySignal({ ...called, signal: String(signal) }));
      else fail(endedWithCode({ ...called, code }));
    });
  });
}
