#!/usr/bin/env node
import { Argument, Command, CommanderError, Option } from 'commander';
import { ConfigurationError, MigrationError } from '../engine/errors.ts';
import { APPROVABLE } from '../engine/report/full-rehearsal.ts';
import { DEFAULT_WORKFLOW_ID, MONITOR_WORKFLOW_ID } from '../worker/settings.ts';
import { EXIT } from './exit-codes.ts';
import { addRunOptions, minutes, type RunFlags, stageName, stageNames, wholeNumber } from './run-options.ts';

/** Each command's code is loaded when it is asked for: help and usage errors answer at once. */
const program = new Command('mongo-to-prisma')
  .description('Moves a MongoDB + Mongoose platform to PostgreSQL + Prisma as a durable Temporal workflow.')
  .showHelpAfterError('(--help shows what there is)')
  .exitOverride();

const workflowId = ['--workflow-id <id>', 'the migration’s workflow id', DEFAULT_WORKFLOW_ID] as const;

addRunOptions(
  program
    .command('run')
    .description('start the migration, or attach to the one that is under way, and watch it to its end')
    .allowExcessArguments(false),
)
  .option(...workflowId)
  .option('--source <uri>', 'what this command’s worker reads instead of MONGODB_URI: mongodb://… or dump:<path>')
  .option('--detach', 'only start it; a worker elsewhere does the work')
  .option('--no-worker', 'watch only; a worker elsewhere does the work')
  .option('--json', 'one JSON object at the end on standard output, and nothing else there')
  .action(async (flags: RunFlags) => end(await (await import('./commands/run.ts')).run(flags)));

program
  .command('assess')
  .description('tell what a migration of the source would do, without a target; writes nothing')
  .option('--source <uri>', 'read this instead of MONGODB_URI: mongodb://… or dump:<path>')
  .option('--sample <n>', 'only so many documents of each collection, at random', wholeNumber(1, 10_000_000))
  .option('--seed <n>', 'the sample’s seed: the same one chooses the same documents', wholeNumber(0, 2 ** 32 - 1), 1)
  .option('--census', 'print every path of every collection, too')
  .option('--json', 'as JSON')
  .option('--out <folder>', 'write assessment.md, assessment.json and predicted-quarantine.jsonl there')
  .action(async (flags) => end(await (await import('./commands/assess.ts')).assess(flags)));

program
  .command('status')
  .description('show where the migration stands')
  .option(...workflowId)
  .option('--json', 'as JSON')
  .action(async (flags) => end(await (await import('./commands/status.ts')).status(flags)));

program
  .command('watch')
  .description('watch the migration to its end, without a worker')
  .option(...workflowId)
  .action(async (flags) => end(await (await import('./commands/watch.ts')).watch(flags)));

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
  .command('reconcile')
  .description('bring a target that a migration has filled to what the source holds now, in place')
  .option(...workflowId)
  .option('--source <uri>', 'read this instead of MONGODB_URI: mongodb://… or dump:<path>')
  .option('--fingerprint', 'compare every document with what was moved, instead of asking for what has changed')
  .option('--batch-size <n>', 'documents in one transaction (default: 50)', wholeNumber(1, 10_000))
  .option('--require-backup <hours>', 'begin only with a proved backup that is at most so old', wholeNumber(1, 8_760))
  .option('--no-worker', 'leave the work to the workers that are running')
  .option('--json', 'the outcome as JSON')
  .action(async ({ fingerprint, ...flags }) =>
    end(await (await import('./commands/run.ts')).run({ ...flags, reconcile: fingerprint ? 'fingerprint' : 'feed' })),
  );

program
  .command('rollback')
  .description('delete what this stage and all later ones have written')
  .argument('<stage>', 'the first stage to be rolled back', stageName)
  .option(...workflowId)
  .addOption(new Option('--then <what>', 'rerun, or pause after the rollback').choices(['rerun', 'pause']))
  .option('--force', 'even if rows were changed since')
  .action(async (stage: string, { workflowId: id, then, force }) =>
    control(id, 'rollbackToStage', [{ stage, ...(then && { then }), ...(force && { force }) }]),
  );

program
  .command('abort')
  .description('end the migration for good; what is written stays unless it is rolled back')
  .option(...workflowId)
  .option('--rollback', 'delete everything that this run has written')
  .option('--force', 'with --rollback: even if rows were changed since')
  .action(async ({ workflowId: id, rollback, force }) =>
    control(id, 'abort', [{ rollback: rollback === true, ...(force && { force }) }]),
  );

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

program
  .command('verify')
  .description('compare the last complete run with the source once more')
  .option('--stage <name>', 'only this stage', stageName)
  .option('--source <uri>', 'read this instead of MONGODB_URI')
  .action(async (flags) => end(await (await import('./commands/verify.ts')).verify(flags)));

const monitorId = ['--workflow-id <id>', 'the monitoring’s workflow id', MONITOR_WORKFLOW_ID] as const;

const monitor = program
  .command('monitor')
  .description('watch the platform after the switch: compare both databases in rounds, check, alert')
  // Its own options come before the name of a command below it, or not at all.
  .enablePositionalOptions()
  .allowExcessArguments(false)
  .option(...monitorId)
  .option('--hours <n>', 'how long it lasts (default: 24)', wholeNumber(1, 14 * 24))
  .option('--every <time>', 'between the rounds, such as 10m (default) or 1h', minutes)
  .option('--samples <n>', 'documents of each stage that a round draws (default: 100)', wholeNumber(0, 100_000))
  .option('--stages <names>', 'with commas between them (default: fundingProject,payment)', stageNames)
  .option('--switched-at <time>', 'when the platform began to write, ISO 8601 (default: when the run was complete)')
  .option('--repeat <time>', 'after which an alert is repeated, such as 1h (default)', minutes)
  .addOption(new Option('--rollback <policy>', 'what follows from damage (default: offer)').choices(['offer', 'run']))
  .option('--backup <folder>', 'what the target is brought back to, on the worker’s host')
  .option('--after <n>', 'damaged rounds in a row before --rollback run does (default: 3)', wholeNumber(1, 1_000))
  .option('--follow', 'tell what happens, to its end or until Ctrl-C')
  .action(async (flags) => end(await (await import('./commands/monitor.ts')).monitor(flags)));

monitor
  .command('status')
  .description('show where it stands, or how it has ended')
  .option(...monitorId)
  .option('--json', 'as JSON')
  .action(async (flags) => end(await (await import('./commands/monitor.ts')).monitorStatus(flags)));

for (const [message, description] of [
  ['acknowledge', 'say that somebody has taken over what is wrong: no alert is repeated, no restore follows'],
  ['stop', 'end it now, with its report'],
  ['pause', 'leave rounds out from now on'],
  ['resume', 'go on with the rounds'],
] as const) {
  monitor
    .command(message)
    .description(description)
    .option(...monitorId)
    .action(async ({ workflowId: id }) => monitorControl(id, message, []));
}

monitor
  .command('set-every')
  .description('change the time between the rounds')
  .argument('<time>', 'such as 10m or 1h', minutes)
  .option(...monitorId)
  .action(async (every: number, { workflowId: id }) => monitorControl(id, 'setEvery', [every]));

program
  .command('resolve')
  .description('show which row a document became, or (--id) which document a row was')
  .argument('[collection]', 'a MongoDB collection, or one of prisma-id-mapping.json')
  .argument('[legacyId]', 'an ObjectId’s 24 hex digits, a text, or canonical Extended JSON')
  .option('--id <uuid>', 'the row’s id')
  .option('--json', 'as JSON')
  .action(async (collection, legacyId, flags) =>
    end(await (await import('./commands/resolve.ts')).resolve(collection, legacyId, flags)),
  );

program
  .command('id-map')
  .description('the ID map as a file')
  .command('export')
  .description('write every legacy id beside its row’s id, as prisma-id-mapping.json has them or for a spreadsheet')
  .addOption(new Option('--format <format>', 'of the file').choices(['json', 'csv', 'ndjson']).default('json'))
  .option('--collection <name>', 'only this MongoDB collection, or one of prisma-id-mapping.json')
  .option('--out <file>', 'the file (default: standard output)')
  .action(async (flags) => end(await (await import('./commands/id-map.ts')).exportMap(flags)));

program
  .command('spot-check')
  .description('show some migrated documents beside their rows, drawn at random')
  .option('--stage <name>', 'only this stage', stageName)
  .option('--pairs <n>', 'pairs of each stage', wholeNumber(1, 1_000), 3)
  .option('--seed <n>', 'draw the same pairs again', wholeNumber(0, 2 ** 31 - 1))
  .option('--source <uri>', 'read this instead of MONGODB_URI')
  .option('--json', 'as JSON')
  .action(async (flags) => end(await (await import('./commands/spot-check.ts')).spotCheck(flags)));

program
  .command('smoke-test')
  .description('put the platform’s typical queries to Prisma Client and to Mongoose, and compare the answers')
  .option('--samples <n>', 'inputs of each question', wholeNumber(1, 10_000), 20)
  .option('--seed <n>', 'draw the same inputs again', wholeNumber(0, 2 ** 32 - 1))
  .option('--question <name>', 'only this question')
  .option('--source <uri>', 'read this instead of MONGODB_URI')
  .option('--json', 'as JSON')
  .action(async (flags) => end(await (await import('./commands/smoke-test.ts')).smokeTest(flags)));

program
  .command('report')
  .description('write a run’s report files anew, from the database')
  .option('--run <id>', 'the run (default: the newest)')
  .action(async (flags) => end(await (await import('./commands/report.ts')).report(flags)));

const quarantine = program
  .command('quarantine')
  .description('look at the documents that could not move, take them out as files, or try them again');

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

held(quarantine.command('list').description('list them with their reasons, one page at a time, and count them'))
  .option('--limit <n>', 'documents on a page', wholeNumber(1, 10_000), 50)
  .option('--after <place>', 'where the page before has ended', wholeNumber(0, Number.MAX_SAFE_INTEGER), 0)
  .option('--json', 'as JSON')
  .action(async (flags) => end(await (await import('./commands/quarantine/list.ts')).list(flags)));

quarantine
  .command('show')
  .description('show everything about one, and the document itself: personal data in it is not masked')
  .argument('<collection>', 'a MongoDB collection')
  .argument('<legacyId>', 'an ObjectId’s 24 hex digits, a text, or canonical Extended JSON')
  .option('--json', 'as canonical Extended JSON')
  .action(async (collection, legacyId, flags) =>
    end(await (await import('./commands/quarantine/show.ts')).show(collection, legacyId, flags)),
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
  .action(async (flags) => end(await (await import('./commands/quarantine/export.ts')).exportQuarantine(flags)));

filtered(quarantine.command('retry').description('try them again, and what is there because of them'))
  .option(...workflowId)
  .option('--source <uri>', 'what this command’s worker reads instead of MONGODB_URI: mongodb://… or dump:<path>')
  .option('--no-worker', 'leave the work to a worker elsewhere')
  .option('--json', 'one JSON object at the end on standard output, and nothing else there')
  .action(async (flags) => end(await (await import('./commands/quarantine/retry.ts')).retry(flags)));

program
  .command('backup')
  .description('back up source and target into a new folder, and prove that it holds what it should')
  .addOption(new Option('--only <server>', 'only this one').choices(['mongodb', 'postgres']))
  .option('--own', 'do without mongodump and pg_dump, even where they are on PATH')
  .addOption(
    new Option('--form <form>', 'of PostgreSQL’s: files, or template, another database of the same server').choices([
      ...['files', 'template'],
    ]),
  )
  .option('--check <folder>', 'prove a backup that was made before instead')
  .option('--json', 'as JSON')
  .action(async (flags) => end(await (await import('./commands/backup.ts')).backup(flags)));

program
  .command('rehearse')
  .description('migrate a backup into a target of its own, and tell what production is expected to take')
  .option('--source <source>', 'a backup’s folder, or dump:<path> (default: the newest backup in BACKUPS_FOLDER)')
  .option('--backup', 'make a backup first, and rehearse with it')
  .option('--target <url>', 'an empty staging database (default: a new one on the server of DATABASE_URL)')
  .option('--keep', 'leave the new database at the end')
  .option('--json', 'one JSON object at the end on standard output, and nothing else there')
  .action(async (flags) => end(await (await import('./commands/rehearse.ts')).rehearse(flags)));

const checklist = program
  .command('checklist')
  .description('show the runbook’s checklist as the newest rehearsal has left it; 1 while an item is open')
  .option('--json', 'as JSON')
  .action(async (flags) => end(await (await import('./commands/checklist.ts')).checklist(flags)));

checklist
  .command('approve')
  .description('confirm what people have done, beside the newest rehearsal')
  .addArgument(new Argument('<item>', 'of the checklist').choices(APPROVABLE))
  .action(async (item) => end(await (await import('./commands/checklist.ts')).approveItem(item)));

program
  .command('restore')
  .description('bring the target back to a backup; what is there now is kept under another name')
  .argument('<folder>', 'the backup’s folder')
  .option('--no-maintenance', 'leave the platform as it is, even if MAINTENANCE_FILE is set')
  .option('--yes', 'do not ask')
  .action(async (folder: string, flags) => end(await (await import('./commands/restore.ts')).restore(folder, flags)));

const maintenance = program
  .command('maintenance')
  .description('put the platform into maintenance by hand, take it out, or look whether anybody writes');

for (const direction of ['on', 'off'] as const)
  maintenance
    .command(direction)
    .description(`carry out the actions of MAINTENANCE_FILE under "${direction}"`)
    .action(async () => end(await (await import('./commands/maintenance.ts')).maintenance(direction)));

maintenance
  .command('status')
  .description(
    'show the actions, writes that have reached the source since a run’s maintenance is on, and the estimated downtime',
  )
  .option('--json', 'as JSON')
  .action(async (flags) => end(await (await import('./commands/maintenance.ts')).maintenanceStatus(flags)));

program
  .command('finalize')
  .description('export the migration’s side tables and drop them, when the team is done')
  .option('--yes', 'do not ask')
  .option('--force', 'even if documents are in quarantine')
  .action(async (flags) => end(await (await import('./commands/finalize.ts')).finalize(flags)));

program
  .command('release')
  .description('free the target from a run whose Temporal is gone for good')
  .option('--yes', 'do not ask')
  .action(async (flags) => end(await (await import('./commands/release.ts')).release(flags)));

program
  .command('worker')
  .description('run a worker; without TEMPORAL_ADDRESS it keeps the local Temporal server, too')
  .action(async () => end(await (await import('./commands/worker.ts')).worker()));

program
  .command('temporal')
  .description('keep the local Temporal server up until Ctrl-C')
  .option('--stop', 'end the one that runs')
  .action(async (flags) => end(await (await import('./commands/temporal.ts')).temporal(flags)));

program
  .command('codec-server')
  .description('decrypt for the Temporal UI and for temporal what PAYLOAD_KEYS have encrypted, until Ctrl-C')
  .option('--port <n>', 'on this machine', wholeNumber(0, 65_535), 8234)
  .option('--origin <url>', 'the Temporal UI’s address, which the browser sends', 'http://localhost:8233')
  .action(async (flags) => end(await (await import('./commands/codec-server.ts')).codecServer(flags)));

program
  .command('migrate-schema')
  .description('apply the target’s schema migrations')
  .action(async () => end(await (await import('./commands/migrate-schema.ts')).migrateSchema()));

async function control(id: string, message: string, args: unknown[]): Promise<void> {
  end(await (await import('./commands/control.ts')).control(id, message, args));
}

async function monitorControl(id: string, message: string, args: unknown[]): Promise<void> {
  end(await (await import('./commands/monitor.ts')).monitorControl(id, message, args));
}

function end(code: number): void {
  process.exitCode = code;
}

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
