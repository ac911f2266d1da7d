#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ConfigurationError, MigrationError } from '../engine/common/errors.ts';
import { collectProblems } from './cli/declare/collect-problems.ts';
import { declareComparing } from './cli/declare/compare.ts';
import { declareControl } from './cli/declare/control.ts';
import { declareMigrating } from './cli/declare/migrate.ts';
import { declareMonitoring } from './cli/declare/monitor.ts';
import { declareQuarantine } from './cli/declare/quarantine.ts';
import { declareSafety } from './cli/declare/safety.ts';
import { declareServers } from './cli/declare/servers.ts';
import { end } from './cli/declare/shared.ts';
import { EXIT } from './cli/exit-codes.ts';

/** Each command's code is loaded when it is asked for: help and usage errors answer at once. */
const program = new Command('mongo-to-prisma')
  .description('Moves a MongoDB + Mongoose platform to PostgreSQL + Prisma as a durable Temporal workflow.')
  .showHelpAfterError('(--help shows what there is)')
  .exitOverride();

declareMigrating(program);
declareControl(program);
declareComparing(program);
declareQuarantine(program);
declareSafety(program);
declareMonitoring(program);
declareServers(program);
collectProblems(program);

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

for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
  command.exitOverride().showHelpAfterError('(--help shows what there is)');

try {
  await program.parseAsync();
} catch (error) {
  end(failed(error));
}
