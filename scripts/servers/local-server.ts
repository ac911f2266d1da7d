import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerMissing } from '../../engine/common/errors.ts';
import type { Message } from '../../engine/messages/message.ts';
import { serverEnded, serverForeign, serverNotStarted, serverSilent } from '../../engine/messages/worker/servers.ts';
import { type ProcessSpec, type SupervisedProcess, startProcess } from './processes.ts';
import { reasonOf } from './report.ts';

const readyWithinMs = 60_000;
const pollMs = 50;

/** The life of a server that was started, or found, for this process. */
export interface ServerLife {
  /** The server's own process, for tests that suspend or kill it; null when it is somebody else's. */
  readonly pid: number | null;
  /** Waits until the server has ended, for whatever reason; for ever where it is somebody else's. Keeps this process alive. */
  ended(): Promise<void>;
  /** Ends the server and removes its temporary data; does nothing to somebody else's. */
  stop(): Promise<void>;
  /**
   * Starts it again on the same port and the same data, ending it first when it still runs.
   *
   * @throws {ServerMissing} for somebody else's server
   */
  restart(): Promise<void>;
}

/** What starts one server. */
export interface ServerPlan {
  /** For the messages. */
  readonly title: Message;
  readonly spec: ProcessSpec;
  /** One attempt to use the server; throws until it answers. */
  readonly ready: () => Promise<void>;
}

/** The life of a server that the environment names, beside what says where it is. */
export function foreignServer<Where extends object>(title: Message, where: Where): Where & ServerLife {
  return {
    ...where,
    pid: null,
    ended: () => new Promise(() => {}),
    stop: async () => {},
    restart: () => Promise.reject(new ServerMissing(serverForeign({ server: title }))),
  };
}

/**
 * Starts a server and waits until it answers; gives its life beside what says where it is.
 *
 * @throws {ServerMissing} when it ends while starting, or does not answer within a minute
 */
export async function startServer<Where extends object>(plan: ServerPlan, where: Where): Promise<Where & ServerLife> {
  let running = await launch(plan);
  return {
    ...where,
    get pid() {
      return running.pid;
    },
    async ended() {
      await running.exited();
    },
    async stop() {
      await running.stop();
      if (plan.spec.temporaryFolder !== undefined) await removeFolder(plan.spec.temporaryFolder);
    },
    async restart() {
      await running.stop();
      running = await relaunch(plan);
    },
  };
}

/** After a kill the system may hold the port, or the data, for a moment. */
async function relaunch(plan: ServerPlan, attempts = 20): Promise<SupervisedProcess> {
  try {
    return await launch(plan);
  } catch (error) {
    if (attempts <= 1) throw error;
    await sleep(500);
    return relaunch(plan, attempts - 1);
  }
}

async function launch({ title, spec, ready }: ServerPlan): Promise<SupervisedProcess> {
  const started = await startProcess(spec).catch((error: unknown) => {
    throw new ServerMissing(serverNotStarted({ server: title, why: reasonOf(error) }));
  });
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    if (started.hasExited()) {
      throw new ServerMissing(serverEnded({ server: title, why: cause(await started.lastWords(200)) }));
    }
    try {
      await ready();
      return started;
    } catch (error) {
      if (Date.now() > deadline) {
        await started.stop();
        throw new ServerMissing(serverSilent({ server: title, why: reasonOf(error) }));
      }
    }
    await sleep(pollMs);
  }
}

/** A port that is taken, or a Go program’s panic: Temporal looks for inner ports of its own, and panics without one. */
const TRY_AGAIN = /address already in use|could not bind|panic: /i;

/** The line that tells why a server has ended, above the stack that a panic leaves; else its last lines. */
function cause(log: string): string {
  const lines = log.split('\n');
  return lines.findLast((line) => TRY_AGAIN.test(line)) ?? lines.slice(-3).join('\n');
}

/** Tries other ports when one that was free a moment ago is taken by now. */
export async function onFreePort<T>(start: () => Promise<T>, attempts = 3): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const mayHelp = error instanceof ServerMissing && TRY_AGAIN.test(error.message);
    if (!mayHelp || attempts <= 1) throw error;
    return onFreePort(start, attempts - 1);
  }
}

/** A new folder for a server's data and log. */
export function temporaryFolder(server: string, parent = tmpdir()): Promise<string> {
  return mkdtemp(join(parent, `mongo-to-prisma-${server}-`));
}

/** Removes a folder, also while the system lets go of the last files. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
