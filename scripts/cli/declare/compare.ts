import { type Command, Option } from 'commander';
import { end } from '../io.ts';
import { stageName, wholeNumber } from '../run-options.ts';
import { sourceUri } from './shared.ts';

/** Commands that show what has been moved, and compare it with the source. */
export function declareComparing(program: Command): void {
  program.commandsGroup('Inspecting and comparing:');

  program
    .command('verify')
    .description('compare the last complete run with the source again')
    .option('--stage <name>', 'only this stage', stageName)
    .option('--source <uri>', 'source to read instead of MONGODB_URI', sourceUri)
    .action(async (flags) => end(await (await import('../commands/compare/verify.ts')).verify(flags)));

  program
    .command('resolve')
    .description('show the row of a document, or (--id) the document of a row')
    .argument('[collection]', 'a MongoDB collection, or one of prisma-id-mapping.json')
    .argument('[legacyId]', 'an ObjectId’s 24 hex digits, a text, or canonical Extended JSON')
    .option('--id <uuid>', 'the row’s id')
    .option('--json', 'as JSON')
    .action(async (collection, legacyId, flags) =>
      end(await (await import('../commands/compare/resolve.ts')).resolve(collection, legacyId, flags)),
    );

  program
    .command('id-map')
    .description('write the ID map to a file')
    .command('export')
    .description('write every legacy id with its row’s id, in the form of prisma-id-mapping.json or for a spreadsheet')
    .addOption(new Option('--format <format>', 'file format').choices(['json', 'csv', 'ndjson']).default('json'))
    .option('--collection <name>', 'only this MongoDB collection, or one of prisma-id-mapping.json')
    .option('--out <file>', 'file to write (default: standard output)')
    .action(async (flags) => end(await (await import('../commands/compare/id-map.ts')).exportMap(flags)));

  program
    .command('spot-check')
    .description('show random migrated documents next to their rows')
    .option('--stage <name>', 'only this stage', stageName)
    .option('--pairs <n>', 'pairs per stage', wholeNumber(1, 1_000), 3)
    .option('--seed <n>', 'draw the same pairs again', wholeNumber(0, 2 ** 31 - 1))
    .option('--source <uri>', 'source to read instead of MONGODB_URI', sourceUri)
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/compare/spot-check.ts')).spotCheck(flags)));

  program
    .command('smoke-test')
    .description('run the platform’s typical queries by Prisma Client and by Mongoose, and compare the answers')
    .option('--samples <n>', 'inputs per question', wholeNumber(1, 10_000), 20)
    .option('--seed <n>', 'draw the same inputs again', wholeNumber(0, 2 ** 32 - 1))
    .option('--question <name>', 'only this question')
    .option('--source <uri>', 'source to read instead of MONGODB_URI', sourceUri)
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/compare/smoke-test.ts')).smokeTest(flags)));

  program
    .command('report')
    .description('rewrite a run’s report files from the database')
    .option('--run <id>', 'the run (default: the newest)')
    .action(async (flags) => end(await (await import('../commands/compare/report.ts')).report(flags)));
}
