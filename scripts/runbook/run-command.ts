import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../servers/project.ts';

/** What a command left. */
export interface CommandEnd {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const BOOTSTRAP = 'scripts/bootstrap.mjs';

/** Runs the lines of a runbook as npm would, without npm: `npm run <script> -- <arguments>`. */
export interface CommandRunner {
  /** The words after the script's name. */
  argumentsOf(line: string): string[];
  run(line: string): Promise<CommandEnd>;
  /** Starts one that stays up. */
  keep(line: string): void;
  /** Ends what stays up. */
  close(): Promise<void>;
}

/** @param folder where the commands run: no `.env` of somebody else's is read */
export function openRunner(folder: string, environment: NodeJS.ProcessEnv): CommandRunner {
  const { scripts } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const kept: { readonly child: ChildProcess; readonly ended: Promise<CommandEnd> }[] = [];
  const start = (words: readonly string[]) => {
    const child = spawn(process.execPath, words, {
      ...{ cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    return { child, ended: endOf(child) };
  };
  /** The words of `node scripts/bootstrap.mjs scripts/cli.ts run` but the first, and the line's own arguments. */
  const wordsOf = (line: string) => {
    const [, script] = /^npm run ([\w:-]+)/.exec(line) ?? [];
    const command = script === undefined ? undefined : scripts[script];
    if (command === undefined) throw new RangeError(`${line} is no script of package.json.`);
    const [, ...words] = command.split(' ');
    const placed = words.map((word) => (word === BOOTSTRAP ? join(projectFolder, BOOTSTRAP) : word));
    return [...placed, ...argumentsOf(line)];
  };
  return {
    argumentsOf,
    run: (line) => start(wordsOf(line)).ended,
    keep: (line) => {
      kept.push(start(wordsOf(line)));
    },
    close: async () => {
      for (const { child } of kept) child.kill('SIGTERM');
      await Promise.all(kept.map(({ ended }) => ended));
    },
  };
}

function argumentsOf(line: string): string[] {
  const [, rest = ''] = line.split(' -- ');
  return rest.split(/\s+/).filter((word) => word !== '');
}

function endOf(child: ChildProcess): Promise<CommandEnd> {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}
