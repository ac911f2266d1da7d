import { type Command, Option } from 'commander';
import { end } from '../io.ts';
import { stageName, wholeNumber } from '../run-options.ts';
import { workflowId } from './shared.ts';

/** Commands that look at a migration under way, and tell it what to do. */
export function declareControl(program: Command): void {
  program.commandsGroup('Controlling a run:');

  program
    .command('status')
    .description('show the state of the migration')
    .option(...workflowId)
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/migrate/status.ts')).status(flags)));

  program
    .command('watch')
    .description('watch the migration until it ends, without a worker')
    .option(...workflowId)
    .action(async (flags) => end(await (await import('../commands/migrate/watch.ts')).watch(flags)));

  program
    .command('pause')
    .description('pause at the next batch boundary')
    .option(...workflowId)
    .option('--reason <text>', 'shown in the progress')
    .action(async ({ workflowId: id, reason }) => control(id, 'pause', reason === undefined ? [] : [{ reason }]));

  program
    .command('resume')
    .description('resume a paused or blocked migration')
    .option(...workflowId)
    .action(async ({ workflowId: id }) => control(id, 'resume', []));

  program
    .command('rollback')
    .description('delete what this stage and all later ones have written')
    .argument('<stage>', 'first stage to roll back', stageName)
    .option(...workflowId)
    .addOption(new Option('--then <what>', 'rerun, or pause after the rollback').choices(['rerun', 'pause']))
    .option('--force', 'delete even if rows have changed since')
    .option('--include-earlier', 'also delete what earlier runs have moved')
    .action(async (stage: string, { workflowId: id, ...flags }) =>
      control(id, 'rollbackToStage', [{ stage, ...flags }]),
    );

  program
    .command('abort')
    .description('end the migration for good; written rows stay unless rolled back')
    .option(...workflowId)
    .option('--rollback', 'delete everything that this run has written')
    .option('--force', 'with --rollback: delete even if rows have changed since')
    .option('--include-earlier', 'with --rollback: also delete what earlier runs have moved')
    .option('--no-include-earlier', 'with --rollback: keep what earlier runs have moved')
    .action(async ({ workflowId: id, rollback = false, ...flags }) => control(id, 'abort', [{ rollback, ...flags }]));

  program
    .command('approve')
    .description('approve a gate')
    .argument('<gate>', 'start, a stage’s name, complete, maintenance-on, or maintenance-off')
    .option(...workflowId)
    .action(async (gate: string, { workflowId: id }) => control(id, 'approve', [{ gate }]));

  program
    .command('set-batch-size')
    .description('change how many documents the running migration moves in one transaction')
    .argument('<documents>', 'from 1 to 10,000', wholeNumber(1, 10_000))
    .option(...workflowId)
    .action(async (size: number, { workflowId: id }) => control(id, 'setBatchSize', [size]));

  program
    .command('set-parallelism')
    .description('change how many parts of a stage the running migration moves at once')
    .argument('<parts>', 'from 1 to 64', wholeNumber(1, 64))
    .option(...workflowId)
    .action(async (parts: number, { workflowId: id }) => control(id, 'setParallelism', [parts]));

  program
    .command('set-throttle')
    .description('change the limits that protect the servers during the migration; without options, remove them')
    .option('--max-rate <n>', 'documents read from the source per second', wholeNumber(1, 10_000_000))
    .option('--max-latency <ms>', 'back off from a server that takes longer to answer', wholeNumber(1, 60_000))
    .option(...workflowId)
    .action(async ({ maxRate = null, maxLatency = null, workflowId: id }) =>
      control(id, 'setThrottle', [{ documentsPerSecond: maxRate, maxLatency }]),
    );

  program
    .command('accept-plan-change')
    .description('roll back what other transforms have written, and write it again with this build’s')
    .option(...workflowId)
    .action(async ({ workflowId: id }) => control(id, 'acceptPlanChange', []));
}

async function control(id: string, message: string, args: unknown[]): Promise<void> {
  end(await (await import('../commands/control/control.ts')).control(id, message, args));
}
