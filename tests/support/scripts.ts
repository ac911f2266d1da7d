import { spawn } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { projectFolder } from '../../scripts/servers/project.ts';

/** The project's folder; what tests read of it is not compiled along. */
export const project = projectFolder;

/**
 * What an entry was compiled to when the run of the tests began: a process of it starts in a third of the time.
 * @example compiled('scripts/cli.ts')
 */
export const compiled = (entry: string) => join(project, 'dist', entry.replace(/\.ts$/, '.js'));

/** A command or a worker in few files (`jest/bundle-processes.ts`): a process of it starts in half of the time again. */
export const bundled = (entry: string) => compiled(join('bundled', entry));

/** A new folder that every user can enter: PostgreSQL does not run as root. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'servers-test-'));
  await chmod(folder, 0o755);
  return folder;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the condition holds, and fails when it does not in time. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 180_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not so after ${withinMs} ms: ${condition}`);
    await sleep(25);
  }
}

/** Runs JavaScript that sees the servers' modules under `./`, in a process of its own. */
export function script(source: string, environment: NodeJS.ProcessEnv = {}) {
  const modules = pathToFileURL(compiled('scripts/servers/')).href;
  const code = source.replaceAll(/'\.\/([\w/-]+)\.ts'/g, `'${modules}$1.js'`);
  return spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: project,
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Everything that the process said, once it has ended. */
export async function outputOf(
  child: ReturnType<typeof script>,
): Promise<{ code: number | null; out: string; err: string }> {
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...said };
}
