import type { Argument, Command, Option } from 'commander';
import { markdownTable } from '../../engine/common/shown-text.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { code } from './describe-field.ts';

const INTRODUCTION = `# Commands

Written by \`npm run docs\`; changes made here are lost.

In a checkout \`mongo-to-prisma\` is \`npm run mongo-to-prisma --\`, and \`npm run migrate:prisma --\` is short for
\`mongo-to-prisma run\`. Each command prints its own part of this page with \`--help\`.`;

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'complete and verified, or done as asked',
  failed: 'failed, blocked, aborted or refused, or differences were found',
  usage: 'wrong usage or configuration',
  quarantined: 'complete and verified, with documents in quarantine; of `assess`: there would be some',
  interrupted: 'interrupted by Ctrl-C; run the same command to continue',
};

/** docs/commands.md: every command with its arguments and options, as the command line declares them. */
export function commandsPage(program: Command): string {
  const exits = Object.entries(EXIT).map(([name, number]) => [String(number), MEANINGS[name as keyof typeof EXIT]]);
  const parts = [INTRODUCTION, '## Exit codes', markdownTable(['exit code', 'meaning'], exits)];
  let group = '';
  for (const command of program.commands) {
    if (command.helpGroup() !== group) {
      group = command.helpGroup();
      parts.push(`## ${group.replace(/:$/, '')}`);
    }
    parts.push(...sectionsOf(command, []));
  }
  return `${parts.join('\n\n')}\n`;
}

function sectionsOf(command: Command, above: readonly string[]): string[] {
  const name = ['mongo-to-prisma', ...above, command.name()].join(' ');
  const own =
    command.commands.length > 0 && command.options.length === 0 ? [] : [`### \`${name}\``, ...bodyOf(command, name)];
  return [...own, ...command.commands.flatMap((below) => sectionsOf(below, [...above, command.name()]))];
}

function bodyOf(command: Command, name: string): string[] {
  const usage = [name, ...command.registeredArguments.map(placeholder)].join(' ');
  const about = `${sentence(command.description())}\n\n\`\`\`sh\n${usage}${command.options.length > 0 ? ' [options]' : ''}\n\`\`\``;
  const rows = [
    ...command.registeredArguments.map((one) => [code(placeholder(one)), one.description]),
    ...command.options.filter(({ hidden }) => !hidden).map((option) => [code(option.flags), wordsOf(option)]),
  ];
  return rows.length === 0 ? [about] : [about, markdownTable(['option', 'meaning'], rows)];
}

const placeholder = (one: Argument): string => {
  const name = `${one.name()}${one.variadic ? '...' : ''}`;
  return one.required ? `<${name}>` : `[${name}]`;
};

function wordsOf({ description, defaultValue }: Option): string {
  const isShown = defaultValue !== undefined && typeof defaultValue !== 'boolean';
  return isShown ? `${description} (default: ${code(String(defaultValue))})` : description;
}

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
