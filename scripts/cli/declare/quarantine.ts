import { type Command, Option } from 'commander';
import { stageName, wholeNumber } from '../run-options.ts';
import { end, sourceUri, workflowId } from './shared.ts';

/** Commands for the documents that could not move. */
export function declareQuarantine(program: Command): void {
  program.commandsGroup('Quarantine:');

  const quarantine = program
    .command('quarantine')
    .description('look at the documents that could not move, take them out as files, or try them again');

  held(quarantine.command('list').description('list them with their reasons, one page at a time, and count them'))
    .option('--limit <n>', 'documents on a page', wholeNumber(1, 10_000), 50)
    .option('--after <place>', 'where the page before has ended', wholeNumber(0, Number.MAX_SAFE_INTEGER), 0)
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/quarantine/list.ts')).list(flags)));

  quarantine
    .command('show')
    .description('show everything about one, and the document itself: personal data in it is not masked')
    .argument('<collection>', 'a MongoDB collection')
    .argument('<legacyId>', 'an ObjectId’s 24 hex digits, a text, or canonical Extended JSON')
    .option('--json', 'as canonical Extended JSON')
    .action(async (collection, legacyId, flags) =>
      end(await (await import('../commands/quarantine/show.ts')).show(collection, legacyId, flags)),
    );

  held(quarantine.command('export').description('write them into files that only you can read, whole and unmasked'))
    .addOption(
      new Option(
        '--format <format>',
        'ndjson: a line for each, with its reason; bson: <collection>.bson for mongorestore',
      )
        .choices(['ndjson', 'bson'])
        .default('ndjson'),
    )
    .option('--out <path>', 'the file, or (bson) the folder; default: a new one beside the reports')
    .action(async (flags) => end(await (await import('../commands/quarantine/export.ts')).exportQuarantine(flags)));

  filtered(quarantine.command('retry').description('try them again, and what is there because of them'))
    .option(...workflowId)
    .option(
      '--source <uri>',
      'what this command’s worker reads instead of MONGODB_URI: mongodb://… or dump:<path>',
      sourceUri,
    )
    .option('--no-worker', 'leave the work to a worker elsewhere')
    .option('--json', 'one JSON object at the end on standard output, and nothing else there')
    .action(async (flags) => end(await (await import('../commands/quarantine/retry.ts')).retry(flags)));
}

function filtered(command: Command): Command {
  return command
    .option('--stage <name>', 'only of this stage', stageName)
    .option('--code <code>', 'only with this reason, such as required');
}

function held(command: Command): Command {
  return filtered(command)
    .addOption(
      new Option('--state <state>', 'open: in quarantine now; retried, resolved: they were (default: open)').choices([
        ...['open', 'contested', 'retried', 'resolved', 'all'],
      ]),
    )
    .option('--run <id>', 'only what this run has kept');
}
