import type { Command } from 'commander';
import { addRunOptions, type RunFlags, wholeNumber } from '../run-options.ts';
import { end, sourceUri, workflowId } from './shared.ts';

/** Commands that move documents, or tell beforehand what moving them would do. */
export function declareMigrating(program: Command): void {
  program.commandsGroup('Migrating:');

  addRunOptions(
    program
      .command('run')
      .description('start the migration, or attach to the one that is under way, and watch it to its end')
      .allowExcessArguments(false),
  )
    .option(...workflowId)
    .option(
      '--source <uri>',
      'what this command’s worker reads instead of MONGODB_URI: mongodb://… or dump:<path>',
      sourceUri,
    )
    .option('--detach', 'only start it; a worker elsewhere does the work')
    .option('--no-worker', 'watch only; a worker elsewhere does the work')
    .option('--json', 'one JSON object at the end on standard output, and nothing else there')
    .action(async (flags: RunFlags) => end(await (await import('../commands/migrate/run.ts')).run(flags)));

  program
    .command('reconcile')
    .description('bring a target that a migration has filled to what the source holds now, in place')
    .option(...workflowId)
    .option('--source <uri>', 'read this instead of MONGODB_URI: mongodb://… or dump:<path>', sourceUri)
    .option('--fingerprint', 'compare every document with what was moved, instead of asking for what has changed')
    .option('--batch-size <n>', 'documents in one transaction (default: 50)', wholeNumber(1, 10_000))
    .option('--require-backup <hours>', 'begin only with a proved backup that is at most so old', wholeNumber(1, 8_760))
    .option('--confirm <gate...>', 'what it would ask about is meant so: the gates’ names, as it tells them')
    .option('--no-worker', 'leave the work to the workers that are running')
    .option('--json', 'the outcome as JSON')
    .action(async ({ fingerprint, ...flags }) =>
      end(
        await (await import('../commands/migrate/run.ts')).run({
          ...flags,
          reconcile: fingerprint ? 'fingerprint' : 'feed',
        }),
      ),
    );

  program
    .command('assess')
    .description('tell what a migration of the source would do, without a target; writes nothing')
    .option('--source <uri>', 'read this instead of MONGODB_URI: mongodb://… or dump:<path>', sourceUri)
    .option('--sample <n>', 'only so many documents of each collection, at random', wholeNumber(1, 10_000_000))
    .option('--seed <n>', 'the sample’s seed: the same one chooses the same documents', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--census', 'print every path of every collection, too')
    .option('--json', 'as JSON')
    .option('--out <folder>', 'write assessment.md, assessment.json and predicted-quarantine.jsonl there')
    .action(async (flags) => end(await (await import('../commands/safety/assess.ts')).assess(flags)));
}
