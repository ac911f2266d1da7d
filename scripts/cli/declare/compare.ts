import { type Command, Option } from 'commander';
import { stageName, wholeNumber } from '../run-options.ts';
import { end, sourceUri } from './shared.ts';

/** Commands that show what has been moved, and compare it with the source. */
export function declareComparing(program: Command): void {
  program.commandsGroup('Looking and comparing:');

  program
    .command('verify')
    .description('compare the last complete run with the source once more')
    .option('--stage <name>', 'only this stage', stageName)
    .option('--source <uri>', 'read this instead of MONGODB_URI', sourceUri)
    .action(async (flags) => end(await (await import('../commands/compare/verify.ts')).verify(flags)));

  program
    .command('resolve')
    .description('show which row a document became, or (--id) which document a row was')
    .argument('[collection]', 'a MongoDB collection, or one of prisma-id-mapping.json')
    .argument('[legacyId]', 'an ObjectId’s 24 hex digits, a text, or canonical Extended JSON')
    .option('--id <uuid>', 'the row’s id')
    .option('--json', 'as JSON')
    .action(async (collection, legacyId, flags) =>
      end(await (await import('../commands/compare/resolve.ts')).resolve(collection, legacyId, flags)),
    );

  program
    .command('id-map')
    .description('the ID map as a file')
    .command('export')
    .description('write every legacy id beside its row’s id, as prisma-id-mapping.json has them or for a spreadsheet')
    .addOption(new Option('--format <format>', 'of the file').choices(['json', 'csv', 'ndjson']).default('json'))
    .option('--collection <name>', 'only this MongoDB collection, or one of prisma-id-mapping.json')
    .option('--out <file>', 'the file (default: standard output)')
    .action(async (flags) => end(await (await import('../commands/compare/id-map.ts')).exportMap(flags)));

  program
    .command('spot-check')
    .description('show some migrated documents beside their rows, drawn at random')
    .option('--stage <name>', 'only this stage', stageName)
    .option('--pairs <n>', 'pairs of each stage', wholeNumber(1, 1_000), 3)
    .option('--seed <n>', 'draw the same pairs again', wholeNumber(0, 2 ** 31 - 1))
    .option('--source <uri>', 'read this instead of MONGODB_URI', sourceUri)
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/compare/spot-check.ts')).spotCheck(flags)));

  program
    .command('smoke-test')
    .description('put the platform’s typical queries to Prisma Client and to Mongoose, and compare the answers')
    .option('--samples <n>', 'inputs of each question', wholeNumber(1, 10_000), 20)
    .option('--seed <n>', 'draw the same inputs again', wholeNumber(0, 2 ** 32 - 1))
    .option('--question <name>', 'only this question')
    .option('--source <uri>', 'read this instead of MONGODB_URI', sourceUri)
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/compare/smoke-test.ts')).smokeTest(flags)));

  program
    .command('report')
    .description('write a run’s report files anew, from the database')
    .option('--run <id>', 'the run (default: the newest)')
    .action(async (flags) => end(await (await import('../commands/compare/report.ts')).report(flags)));
}
