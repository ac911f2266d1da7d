import { type Command, Option } from 'commander';
import { stageName, wholeNumber } from '../run-options.ts';
import { end, workflowId } from './shared.ts';

/** Commands that look at a migration under way, and tell it what to do. */
export function declareControl(program: Command): void {
  program.commandsGroup('Control of what is under way:');

  program
    .command('status')
    .description('show where the migration stands')
    .option(...workflowId)
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/migrate/status.ts')).status(flags)));

  program
    .command('watch')
    .description('watch the migration to its end, without a worker')
    .option(...workflowId)
    .action(async (flags) => end(await (await import('../commands/migrate/watch.ts')).watch(flags)));

  program
    .command('pause')
    .description('pause at the next batch boundary')
    .option(...workflowId)
    .option('--reason <text>', 'shown to whoever looks')
    .action(async ({ workflowId: id, reason }) => control(id, 'pause', reason === undefined ? [] : [{ reason }]));

  program
    .command('resume')
    .description('go on with a paused or blocked migration')
    .option(...workflowId)
    .action(async ({ workflowId: id }) => control(id, 'resume', []));

  program
    .command('rollback')
    .description('delete what this stage and all later ones have written')
    .argument('<stage>', 'the first stage to be rolled back', stageName)
    .option(...workflowId)
    .addOption(new Option('--then <what>', 'rerun, or pause after the rollback').choices(['rerun', 'pause']))
    .option('--force', 'even if rows were changed since')
    .option('--include-earlier', 'what earlier runs have moved, too')
    .action(async (stage: string, { workflowId: id, ...flags }) =>
      control(id, 'rollbackToStage', [{ stage, ...flags }]),
    );

  program
    .command('abort')
    .description('end the migration for good; what is written stays unless it is rolled back')
    .option(...workflowId)
    .option('--rollback', 'delete everything that this run has written')
    .option('--force', 'with --rollback: even if rows were changed since')
    .option('--include-earlier', 'with --rollback: what earlier runs have moved, too')
    .option('--no-include-earlier', 'with --rollback: leave it')
    .action(async ({ workflowId: id, rollback = false, ...flags }) => control(id, 'abort', [{ rollback, ...flags }]));

  program
    .command('approve')
    .description('open a gate that waits')
    .argument('<gate>', 'start, a stage’s name, complete, maintenance-on, or maintenance-off')
    .option(...workflowId)
    .action(async (gate: string, { workflowId: id }) => control(id, 'approve', [{ gate }]));

  program
    .command('set-batch-size')
    .description('change how many documents the live migration moves in one transaction')
    .argument('<documents>', 'from 1 to 10,000', wholeNumber(1, 10_000))
    .option(...workflowId)
    .action(async (size: number, { workflowId: id }) => control(id, 'setBatchSize', [size]));

  program
    .command('set-parallelism')
    .description('change how many parts of a stage the live migration moves at once')
    .argument('<parts>', 'from 1 to 64', wholeNumber(1, 64))
    .option(...workflowId)
    .action(async (parts: number, { workflowId: id }) => control(id, 'setParallelism', [parts]));

  program
    .command('set-throttle')
    .description('change how gently the live migration treats the servers; without options, as fast as it goes')
    .option('--max-rate <n>', 'documents read from the source in a second', wholeNumber(1, 10_000_000))
    .option('--max-latency <ms>', 'back off from a server that takes longer to answer', wholeNumber(1, 60_000))
    .option(...workflowId)
    .action(async ({ maxRate = null, maxLatency = null, workflowId: id }) =>
      control(id, 'setThrottle', [{ documentsPerSecond: maxRate, maxLatency }]),
    );

  program
    .command('accept-plan-change')
    .description('roll back what other transforms have written, and write it anew with those of this build')
    .option(...workflowId)
    .action(async ({ workflowId: id }) => control(id, 'acceptPlanChange', []));
}

async function control(id: string, message: string, args: unknown[]): Promise<void> {
  end(await (await import('../commands/control/control.ts')).control(id, message, args));
}
