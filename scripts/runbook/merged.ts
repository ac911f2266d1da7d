import type { CommandRunner } from './run-command.ts';

/** Options that a build may lack, with their values. */
const NEWER = [/ --maintenance \w+/, / --smoke-tests\b/];

/**
 * What this build can do of a command: null when it does not know the command, else the line without the newer options
 * that it does not know.
 */
export async function knownOf(line: string, runner: CommandRunner): Promise<string | null> {
  const [, script] = /^npm run (mongo-to-prisma|migrate:prisma) --/.exec(line) ?? [];
  if (script === undefined) return line;
  const help = await runner.help(script === 'migrate:prisma' ? 'run' : runner.argumentsOf(line)[0]!);
  if (help === null) return null;
  return NEWER.reduce((left, newer) => {
    const option = left.match(newer)?.[0];
    return option === undefined || help.includes(option.trim().split(' ')[0]!) ? left : left.replace(option, '');
  }, line);
}
