import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { BackupUnfit } from '../engine/errors.ts';

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
 * Runs a program to its end and answers what it wrote.
 * @param secrets texts that its messages must not show
 * @throws BackupUnfit with the last line that it said, when it fails
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { environment = {}, signal, onOutput }: RunOptions = {},
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
  if (onOutput) for await (const chunk of child.stdout!) onOutput(chunk as Buffer);
  if ((await code) === 0) return;
  signal?.throwIfAborted();
  throw new BackupUnfit(`${program} failed: ${lastLine(said)}`);
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly onOutput?: (chunk: Buffer) => void;
}

/** Connection strings that a program repeats lose their credentials. */
function lastLine(said: string): string {
  const line = said.trimEnd().split('\n').at(-1) ?? 'it said nothing';
  return line.replaceAll(/\/\/[^@\s/]*@/g, '//');
}
