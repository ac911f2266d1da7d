import { type Command, Option } from 'commander';
import { end } from '../io.ts';
import { stageName, wholeNumber } from '../run-options.ts';
import { sourceUri, workflowId } from './shared.ts';

/** Commands for the documents that could not move. */
export function declareQuarantine(program: Command): void {
  program.commandsGroup('Quarantine:');

  const quarantine = program
    .command('quarantine')
    .description('inspect, export or retry the documents that could not move');

  held(
    quarantine
      .command('list')
      .description('list quarantined documents with their reasons, page by page, and count them'),
  )
    .option('--limit <n>', 'documents per page', wholeNumber(1, 10_000), 50)
    .option('--after <place>', 'where the previous page ended', wholeNumber(0, Number.MAX_SAFE_INTEGER), 0)
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/quarantine/list.ts')).list(flags)));

  quarantine
    .command('show')
    .description('show a quarantined document and all about it; personal data is not masked')
    .argument('<collection>', 'a MongoDB collection')
    .argument('<legacyId>', 'an ObjectId’s 24 hex digits, a text, or canonical Extended JSON')
    .option('--json', 'as canonical Extended JSON')
    .action(async (collection, legacyId, flags) =>
      end(await (await import('../commands/quarantine/show.ts')).show(collection, legacyId, flags)),
    );

  held(
    quarantine
      .command('export')
      .description('write quarantined documents, whole and unmasked, into files that only you can read'),
  )
    .addOption(
      new Option(
        '--format <format>',
        'ndjson: one line per document, with its reason; bson: <collection>.bson for mongorestore',
      )
        .choices(['ndjson', 'bson'])
        .default('ndjson'),
    )
    .option('--out <path>', 'file, or (bson) folder, to write (default: a new one next to the reports)')
    .action(async (flags) => end(await (await import('../commands/quarantine/export.ts')).exportQuarantine(flags)));

  filtered(
    quarantine
      .command('retry')
      .description('retry documents fixed in the source, and those quarantined because of them'),
  )
    .option(...workflowId)
    .option(
      '--source <uri>',
      'source of this command’s worker instead of MONGODB_URI: mongodb://… or dump:<path>',
      sourceUri,
    )
    .option('--no-worker', 'leave the work to another worker')
    .option('--json', 'print only one JSON object on standard output, at the end')
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
      new Option('--state <state>', 'open: quarantined now; retried, resolved: formerly (default: open)').choices([
        ...['open', 'contested', 'retried', 'resolved', 'all'],
      ]),
    )
    .option('--run <id>', 'only those quarantined by this run');
}
