import { setTimeout as sleep } from 'node:timers/promises';
import { duration } from '../../cli/screen/figures.ts';
import type { Runbook, RunbookCommand } from './read-runbook.ts';
import type { CommandEnd, CommandRunner } from './run-command.ts';

/** What a person would do between the commands of a runbook. */
export interface Director {
  /** Puts values where the line has `<backup>` and the like, and shortens what lasts for hours. */
  fill(line: string): Promise<string>;
  /** Called before and after every command that is run. */
  before(line: string): Promise<void>;
  after(line: string, end: CommandEnd | null): Promise<void>;
}

/** What became of a command. */
export interface Played {
  readonly step: number;
  readonly section: number;
  readonly line: string;
  readonly seconds: number;
  readonly result: 'right' | 'wrong';
}

/** Lines of a command's output that are shown. */
const SHOWN = 6;

/**
 * Carries a runbook out, step by step, and tells what was seen. It goes on after a wrong exit code, since later commands
 * may clean up.
 */
export async function play(
  { sections, blocks }: Runbook,
  runner: CommandRunner,
  director: Director,
  say: (text: string) => void,
): Promise<Played[]> {
  const played: Played[] = [];
  for (const { step, section, commands } of blocks.toSorted((a, b) => a.step - b.step)) {
    say(`\n▸ Step ${step} — section ${section}. ${sections.get(section)}`);
    for (const command of commands) {
      const began = Date.now();
      const result = await playOne(command, runner, director, say);
      played.push({ step, section, line: command.line, seconds: (Date.now() - began) / 1000, result });
    }
  }
  return played;
}

async function playOne(
  { line, exit }: RunbookCommand,
  runner: CommandRunner,
  director: Director,
  say: (text: string) => void,
): Promise<Played['result']> {
  say(`  $ ${line}`);
  const filled = await director.fill(line);
  await director.before(line);
  if (exit === null) {
    runner.keep(filled);
    await director.after(line, null);
    say('    (stays up)');
    return 'right';
  }
  const began = Date.now();
  const end = await runner.run(filled);
  for (const text of shown(end)) say(`    ${text}`);
  const isRight = end.code === exit;
  const told = `exit code ${end.code}${isRight ? '' : `, not ${exit}`}, ${duration((Date.now() - began) / 1000)}`;
  say(`    ${isRight ? '✓' : '✗'} ${told}`);
  await director.after(line, end);
  return isRight ? 'right' : 'wrong';
}

/** The last lines of what it has said. */
function shown({ out, err }: CommandEnd): string[] {
  const lines = `${out}\n${err}`.split('\n').filter((text) => text.trim() !== '');
  return lines.slice(-SHOWN).map((text) => (text.length > 160 ? `${text.slice(0, 159)}…` : text));
}

/** Waits until something is so. @throws RangeError when it is not in time */
export async function waitUntil(what: string, isSo: () => Promise<boolean>, withinMs = 120_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new RangeError(`Not so in time: ${what}.`);
    await sleep(300);
  }
}
