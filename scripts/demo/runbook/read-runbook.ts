import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../servers/project.ts';

/** A command that a runbook tells the operator to run. */
export interface RunbookCommand {
  /** As it stands there, without its comment: `npm run mongo-to-prisma -- backup --check <backup>`. */
  readonly line: string;
  /** The exit code that it has on the demo data; null for one that stays up until the end. */
  readonly exit: number | null;
}

/** A fenced `sh` block with the comment before it: `<!-- step 3, exit 3 0 -->`, or `<!-- step 3, stays up -->`. */
export interface RunbookBlock {
  /** When its turn is, from 1 up: the sections are sorted by subject, and the day has another order. */
  readonly step: number;
  readonly section: number;
  readonly commands: readonly RunbookCommand[];
}

/** A runbook as far as it can be carried out. */
export interface Runbook {
  /** Titles by the sections' numbers. */
  readonly sections: ReadonlyMap<number, string>;
  readonly blocks: readonly RunbookBlock[];
}

/** Both runbooks, from the project's folder. */
export const RUNBOOKS = ['docs/runbook.md', 'docs/runbook.ko.md'] as const;

const PART = /^## (\d+)\. ([^\n]+)$|^(?: *<!-- step (\d+)(?:, (stays up|exit [\d ]+))? -->\n+)? *```sh\n(.*?)^ *```/gms;

/** Reads a runbook's sections and blocks. @throws RangeError when a block lacks its step, or has too few exit codes */
export async function readRunbook(path: (typeof RUNBOOKS)[number]): Promise<Runbook> {
  const text = await readFile(join(projectFolder, path), 'utf8');
  const sections = new Map<number, string>();
  const blocks: RunbookBlock[] = [];
  let section = 0;
  for (const [, number, title, step, hint, block] of text.matchAll(PART)) {
    if (number !== undefined) {
      section = Number(number);
      sections.set(section, title!);
      continue;
    }
    if (step === undefined) throw new RangeError(`${path}, section ${section}: a block does not say when its turn is.`);
    blocks.push({ step: Number(step), section, commands: commandsOf(block!, hint, `${path}, step ${step}`) });
  }
  return { sections, blocks };
}

function commandsOf(block: string, hint: string | undefined, place: string): RunbookCommand[] {
  const lines = block.split('\n').map((line) => line.replace(/(^|\s)#.*$/, '').trim());
  const commands = lines.filter((line) => line !== '');
  const codes = hint?.startsWith('exit') ? hint.split(' ').slice(1).map(Number) : null;
  if (codes !== null && codes.length !== commands.length) {
    throw new RangeError(`${place}: ${commands.length} commands and ${codes.length} exit codes.`);
  }
  return commands.map((line, at) => ({ line, exit: hint === 'stays up' ? null : (codes?.[at] ?? 0) }));
}
