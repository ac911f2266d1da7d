import { AsyncLocalStorage } from 'node:async_hooks';
import { type Environment, readEnvironment } from '../../worker/environment.ts';

/** Where a command writes: a terminal, a file, or whatever gathers it. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined;
  /** Characters in a line of a terminal. */
  readonly columns?: number | undefined;
};

/** All that a command has of the process that it runs in. */
export interface Io {
  readonly out: Output;
  readonly err: Output;
  /** Who is asked for a yes. */
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined };
  /** The settings, as `worker/settings.ts` lists them. */
  environment(): Environment;
  /** Where the operator's wish to leave comes from. */
  readonly signals: Pick<NodeJS.Process, 'on' | 'off'>;
  /** Ends the process where it cannot be waited for any longer. */
  exit(code?: number): never;
}

/** The process itself, with its environment over what `.env` of the working folder says. */
export const ownProcess: Io = {
  out: process.stdout,
  err: process.stderr,
  input: process.stdin,
  environment: () => readEnvironment(),
  signals: process,
  exit: (code) => process.exit(code),
};

const running = new AsyncLocalStorage<{ readonly io: Io; code: number }>();

/** What the command that runs may use; each of several that run beside each other in one process has its own. */
export function io(): Io {
  return running.getStore()?.io ?? ownProcess;
}

/** What the command's caller is answered, once nothing is left to be done. */
export function end(code: number): void {
  const store = running.getStore();
  if (store !== undefined) store.code = code;
}

/** Carries a command out. @returns what it ended with */
export function withIo(own: Io, command: () => Promise<void>): Promise<number> {
  const store = { io: own, code: 0 };
  return running.run(store, async () => {
    await command();
    return store.code;
  });
}
