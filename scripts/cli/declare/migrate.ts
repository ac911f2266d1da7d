import type { Command } from 'commander';
import { end } from '../io.ts';
import { addRunOptions, type RunFlags, wholeNumber } from '../run-options.ts';
import { sourceUri, workflowId } from './shared.ts';

/** Commands that move documents, or tell beforehand what moving them would do. */
export function declareMigrating(program: Command): void {
  program.commandsGroup('Migrating:');

  addRunOptions(
    program
      .command('run')
      .description('start the migration, or attach to the running one, and watch it until it ends')
      .allowExcessArguments(false),
  )
    .option(...workflowId)
    .option(
      '--source <uri>',
      'source of this command’s worker instead of MONGODB_URI: mongodb://… or dump:<path>',
      sourceUri,
    )
    .option('--detach', 'only start the migration; another worker does the work')
    .option('--no-worker', 'only watch; another worker does the work')
    .option('--json', 'print only one JSON object on standard output, at the end')
    .action(async (flags: RunFlags) => end(await (await import('../commands/migrate/run.ts')).run(flags)));

  program
    .command('reconcile')
    .description('bring a filled target up to date with its source, in place')
    .option(...workflowId)
    .option('--source <uri>', 'source to read instead of MONGODB_URI: mongodb://… or dump:<path>', sourceUri)
    .option('--fingerprint', 'compare every document with what was moved instead of querying changes')
    .option('--batch-size <n>', 'documents in one transaction (default: 50)', wholeNumber(1, 10_000))
    .option('--require-backup <hours>', 'start only with a proved backup of at most this age', wholeNumber(1, 8_760))
    .option('--confirm <gate...>', 'approve these gates beforehand, by the names that the run reports')
    .option('--no-worker', 'leave the work to running workers')
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
    .description('predict a migration of the source, without a target; writes nothing')
    .option('--source <uri>', 'source to read instead of MONGODB_URI: mongodb://… or dump:<path>', sourceUri)
    .option('--sample <n>', 'only this many random documents of each collection', wholeNumber(1, 10_000_000))
    .option('--seed <n>', 'seed of the sample; the same seed draws the same documents', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--census', 'also print every path of every collection')
    .option('--json', 'as JSON')
    .option('--out <folder>', 'write assessment.md, assessment.json and predicted-quarantine.jsonl there')
    .action(async (flags) => end(await (await import('../commands/safety/assess.ts')).assess(flags)));
}
