import { Command } from 'commander';
import { collectProblems } from './declare/collect-problems.ts';
import { declareComparing } from './declare/compare.ts';
import { declareControl } from './declare/control.ts';
import { declareMigrating } from './declare/migrate.ts';
import { declareMonitoring } from './declare/monitor.ts';
import { declareQuarantine } from './declare/quarantine.ts';
import { declareSafety } from './declare/safety.ts';
import { declareServers } from './declare/servers.ts';
import { io, type Output } from './io.ts';

/**
 * The command line as it is declared. Each command's code is loaded when it is asked for: help and usage errors answer
 * at once.
 * @example await createProgram().parseAsync(['node', 'mongo-to-prisma', 'status'])
 */
export function createProgram(): Command {
  const program = new Command('mongo-to-prisma')
    .description('Moves a MongoDB + Mongoose platform to PostgreSQL + Prisma as a durable Temporal workflow.')
    .showHelpAfterError('(--help lists commands and options)')
    .configureOutput({
      writeOut: (text) => io().out.write(text),
      writeErr: (text) => io().err.write(text),
      getOutHelpWidth: () => widthOf(io().out),
      getErrHelpWidth: () => widthOf(io().err),
    })
    .exitOverride();
  declareMigrating(program);
  declareControl(program);
  declareComparing(program);
  declareQuarantine(program);
  declareSafety(program);
  declareMonitoring(program);
  declareServers(program);
  collectProblems(program);
  for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
    command.exitOverride().showHelpAfterError('(--help lists commands and options)');
  return program;
}

/** Commander's own width where there is no terminal. */
const widthOf = ({ isTTY, columns = 80 }: Output) => (isTTY ? columns : 80);
