import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { BackupUnfit } from '../../../engine/common/errors.ts';
import { programFailed, programSaidNothing, programSilent } from '../../../engine/messages/operations/backup.ts';
import type { SignOfLife } from './sign-of-life.ts';

const run = promisify(execFile);

/** The version that a program on PATH says it has (`16.4`, `100.9.4`), or null when there is no such program. */
export async function versionOf(program: string): Promise<string | null> {
  try {
    const { stdout } = await run(program, ['--version']);
    return /(\d+(?:\.\d+)+|\d+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

/**
 * Runs a program to its end. One that falls silent in its middle, as the network can, is ended.
 * @throws BackupUnfit with the last line that it said, when it fails; or how long it has shown no sign of life
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { environment = {}, signal, onOutput, signOfLife, silentMs = SILENT_MS }: RunOptions = {},
): Promise<void> {
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', onOutput ? 'pipe' : 'ignore', 'pipe'],
    ...(signal && { signal }),
  });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-10_000);
  });
  const code = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  code.catch(() => {});
  const watch = signOfLife && watchOver(signOfLife, silentMs, () => child.kill('SIGKILL'));
  if (onOutput) for await (const chunk of child.stdout!) onOutput(chunk as Buffer);
  const ended = await code.finally(() => watch?.end());
  if (watch?.isSilent()) {
    throw new BackupUnfit(programSilent({ program, seconds: Math.round(silentMs / 1000) }));
  }
  if (ended === 0) return;
  signal?.throwIfAborted();
  throw new BackupUnfit(programFailed({ program, why: lastLine(said) }));
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly onOutput?: (chunk: Buffer) => void;
  /** Without it the program may take as long as it does: it talks to nobody. */
  readonly signOfLife?: SignOfLife;
  /** How long it may show none, in milliseconds. */
  readonly silentMs?: number;
}

/** Longer than a server is busy with one page, shorter than anybody waits for a backup that does not go on. */
const SILENT_MS = 300_000;
const LOOKS = 10;

/** Ends what shows no sign of life; looks at it several times within the bound. */
function watchOver(signOfLife: SignOfLife, silentMs: number, kill: () => void) {
  let [last, alive, silent, asking] = ['', Date.now(), false, false];
  const look = async () => {
    if (asking) return;
    asking = true;
    const sign = await signOfLife().finally(() => {
      asking = false;
    });
    if (sign === null || sign !== last) alive = Date.now();
    last = sign ?? last;
  };
  const timer = setInterval(() => {
    look().catch(() => {});
    if (Date.now() - alive <= silentMs) return;
    silent = true;
    clearInterval(timer);
    kill();
  }, silentMs / LOOKS);
  return { end: () => clearInterval(timer), isSilent: () => silent };
}

/** Connection strings that a program repeats lose their credentials. */
function lastLine(said: string): string {
  const line = said.trimEnd().split('\n').at(-1) ?? programSaidNothing().text;
  return line.replaceAll(/\/\/[^@\s/]*@/g, '//');
}
