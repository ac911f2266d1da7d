#!/usr/bin/env node
import { CommanderError } from 'commander';
import { ConfigurationError, MigrationError } from '../engine/common/errors.ts';
import { end } from './cli/declare/shared.ts';
import { EXIT } from './cli/exit-codes.ts';
import { createProgram } from './cli/program.ts';

/** One sentence for what was foreseen; anything else is a fault of this program and keeps its stack. */
function failed(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  // By its name, since most commands do without Temporal's packages.
  if ((error as Error | null)?.name === 'ServiceError') {
    process.stderr.write(
      'Temporal has not answered, or has refused what was asked: run the same command again later.\n',
    );
    return EXIT.failed;
  }
  if (!(error instanceof MigrationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return error instanceof ConfigurationError ? EXIT.usage : EXIT.failed;
}

try {
  await createProgram().parseAsync();
} catch (error) {
  end(failed(error));
}
