import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { npmScript } from '../../cli/npm-script.ts';
import { projectFolder } from '../../servers/project.ts';
import { carryOut } from './carry-out.ts';

/** What a command left. */
export interface CommandEnd {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the lines of a runbook as npm would, without npm: `npm run <script> -- <arguments>`. */
export interface CommandRunner {
  /** The words after the script's name. */
  argumentsOf(line: string): string[];
  run(line: string): Promise<CommandEnd>;
  /** Asks `mongo-to-prisma` something beside the runbook: without a process of its own, so that it can be asked often. */
  ask(words: readonly string[]): Promise<CommandEnd>;
  /** Starts one that stays up. */
  keep(line: string): void;
  /** Ends what stays up. */
  close(): Promise<void>;
}

/** @param folder where the commands run: no `.env` of somebody else's is read */
export function openRunner(folder: string, environment: NodeJS.ProcessEnv): CommandRunner {
  const kept: { readonly child: ChildProcess; readonly ended: Promise<CommandEnd> }[] = [];
  const start = (line: string) => {
    const [, name] = /^npm run ([\w:-]+)/.exec(line) ?? [];
    if (name === undefined) throw new RangeError(`${line} runs no script.`);
    const script = npmScript(name);
    const words = [...script.flags, join(projectFolder, script.file), ...script.args, ...argumentsOf(line)];
    const child = spawn(process.execPath, words, {
      ...{ cwd: folder, env: { ...environment, ...script.environment }, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    return { child, ended: endOf(child) };
  };
  return {
    argumentsOf,
    run: (line) => start(line).ended,
    ask: (words) => carryOut(words, environment),
    keep: (line) => {
      kept.push(start(line));
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
