import { type Command, CommanderError } from 'commander';

/** What of an option or an argument makes a value of its text. */
interface Parsed {
  parseArg?: ((text: string, previous: never) => unknown) | undefined;
}

/**
 * Has a command, and all below it, tell every option and argument that is not right at once; commander ends at the first.
 * Nothing is carried out before all of them are right.
 */
export function collectProblems(command: Command, problems: string[] = []): void {
  for (const option of command.options) collect(option, `option '${option.flags}' argument`, problems);
  for (const argument of command.registeredArguments) {
    collect(argument, `command-argument value for '${argument.name()}'`, problems);
  }
  const tell = command.error.bind(command);
  // What commander finds itself, such as an unknown option, comes last.
  command.error = (message, options) => tell([...problems.splice(0), message].join('\n'), options);
  command.hook('preAction', (_, { error }) => {
    const last = problems.pop();
    if (last !== undefined) error(last, { exitCode: 1, code: 'commander.invalidArgument' });
  });
  for (const below of command.commands) collectProblems(below, problems);
}

function collect(parsed: Parsed, what: string, problems: string[]): void {
  const { parseArg } = parsed;
  if (parseArg === undefined) return;
  parsed.parseArg = (text, previous) => {
    try {
      return parseArg(text, previous);
    } catch (error) {
      if (!(error instanceof CommanderError) || error.code !== 'commander.invalidArgument') throw error;
      problems.push(`error: ${what} '${text}' is invalid. ${error.message}`);
      return previous;
    }
  };
}
