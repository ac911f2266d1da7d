import { CommanderError } from 'commander';
import { ConfigurationError, MigrationError } from '../../engine/common/errors.ts';
import { temporalRefuses } from '../../engine/messages/commands/watching.ts';
import { EXIT } from './exit-codes.ts';
import { end, type Io, io, ownProcess, withIo } from './io.ts';
import { createProgram } from './program.ts';

/**
 * The command line as a function: carries one command out, and writes what it has to say to `own`.
 * @param argv the words after the program's name
 * @returns the exit code, as of `EXIT`
 * @throws whatever is a fault of this program
 * @example process.exitCode = await main(['status', '--json']);
 */
export function main(argv: readonly string[], own: Io = ownProcess): Promise<number> {
  return withIo(own, async () => {
    try {
      await createProgram().parseAsync([...argv], { from: 'user' });
    } catch (error) {
      end(failed(error));
    }
  });
}

/** One sentence for what was foreseen; anything else is a fault of this program and keeps its stack. */
function failed(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  // By its name, since most commands do without Temporal's packages.
  if ((error as Error | null)?.name === 'ServiceError') {
    io().err.write(`${temporalRefuses().text}\n`);
    return EXIT.failed;
  }
  if (!(error instanceof MigrationError)) throw error;
  io().err.write(`${error.message}\n`);
  return error instanceof ConfigurationError ? EXIT.usage : EXIT.failed;
}
