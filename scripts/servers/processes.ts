import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ServerMissing } from '../../engine/common/errors.ts';
import { supervisorEnded } from '../../engine/messages/worker/servers.ts';
import { projectFolder } from './project.ts';

/** What to run, and how to end it. */
export interface ProcessSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The operating system's user to run as; only root may say so. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Where standard output and standard error go. */
  readonly logFile: string;
  /** The polite signal; SIGKILL to the whole process group follows after `graceMs`. */
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  readonly graceMs: number;
  /** Removed when this process dies without having called `stop`; nobody else could do it then. */
  readonly temporaryFolder?: string;
}

/** How a process ended; both are null when nobody could see it. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A running child that ends when `stop` is called and, whatever happens, when this process ends. */
export interface SupervisedProcess {
  readonly pid: number;
  /** Waits for its end. Whoever waits keeps this process alive, as nothing else about the child does. */
  exited(): Promise<ProcessExit>;
  /** True once the process has ended. */
  hasExited(): boolean;
  /** Ends it and waits until it is gone; does nothing when it already is. */
  stop(): Promise<void>;
  /** The last lines that it wrote. */
  lastWords(lines?: number): Promise<string>;
}

/** What the supervisor says: see supervisor.mjs. */
type SupervisorMessage = { pid: number } | { error: string } | { exit: ProcessExit };

/**
 * Starts a process under a small supervisor of its own, which stops it when this process ends, crashes or is killed.
 * It is outside this process's group, so a terminal's Ctrl-C does not reach it: whoever started it decides when it
 * ends. It does not keep this process alive.
 *
 * @throws {Error} when the command cannot be started
 */
export async function startProcess(spec: ProcessSpec): Promise<SupervisedProcess> {
  const supervisor = spawn(process.execPath, [join(projectFolder, 'scripts', 'servers', 'supervisor.mjs')], {
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    // Flags of this process (a loader, an inspector) are not the supervisor's.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  // A supervisor that is gone cannot read; its end is seen below.
  supervisor.stdin.on('error', () => {});
  let ended: ProcessExit | undefined;
  const gone = new Promise<void>((resolve) => supervisor.once('close', () => resolve()));

  const pid = new Promise<number>((resolve, reject) => {
    createInterface({ input: supervisor.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as SupervisorMessage;
      if ('pid' in message) resolve(message.pid);
      else if ('error' in message) reject(new Error(message.error));
      else ended = message.exit;
    });
    supervisor.once('error', reject);
    supervisor.once('close', () => reject(new ServerMissing(supervisorEnded())));
  });
  supervisor.stdin.write(`${JSON.stringify(supervisorSpec(spec))}\n`);
  const startedPid = await pid;

  holdOpen(supervisor, false);
  const exited = async () => {
    holdOpen(supervisor, true);
    await gone;
    return ended ?? { code: null, signal: null };
  };
  return {
    pid: startedPid,
    exited,
    hasExited: () => ended !== undefined || supervisor.exitCode !== null || supervisor.signalCode !== null,
    async stop() {
      if (supervisor.stdin.writable) supervisor.stdin.end('stop\n');
      await exited();
    },
    async lastWords(lines = 5) {
      const text = await readFile(spec.logFile, 'utf8').catch(() => '');
      return text.trim().split('\n').slice(-lines).join('\n');
    },
  };
}

/** Whether the supervisor and its pipes keep this process alive. */
function holdOpen(supervisor: ChildProcessByStdio<Writable, Readable, null>, hold: boolean): void {
  // The pipes are sockets, which their type does not say.
  const pipes = [supervisor.stdin, supervisor.stdout] as unknown as readonly Pick<Socket, 'ref' | 'unref'>[];
  for (const handle of [supervisor, ...pipes]) {
    if (hold) handle.ref();
    else handle.unref();
  }
}

function supervisorSpec({ user, env, ...rest }: ProcessSpec) {
  return { ...rest, env: env ?? process.env, uid: user?.uid, gid: user?.gid };
}
