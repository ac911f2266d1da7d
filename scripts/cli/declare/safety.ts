import { Argument, type Command, Option } from 'commander';
import { APPROVABLE } from '../../../engine/report/facts/checklist-types.ts';
import { end } from './shared.ts';

/** Commands of the runbook around a migration: backups, rehearsals, maintenance, the way back and the end. */
export function declareSafety(program: Command): void {
  program.commandsGroup('Backups, maintenance, the end:');

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
    .action(async (flags) => end(await (await import('../commands/safety/backup.ts')).backup(flags)));

  program
    .command('rehearse')
    .description('migrate a backup into a target of its own, and tell what production is expected to take')
    .option('--source <source>', 'a backup’s folder, or dump:<path> (default: the newest backup in BACKUPS_FOLDER)')
    .option('--backup', 'make a backup first, and rehearse with it')
    .option('--target <url>', 'an empty staging database (default: a new one on the server of DATABASE_URL)')
    .option('--keep', 'leave the new database at the end')
    .option('--json', 'one JSON object at the end on standard output, and nothing else there')
    .action(async (flags) => end(await (await import('../commands/safety/rehearse.ts')).rehearse(flags)));

  const checklist = program
    .command('checklist')
    .description('show the runbook’s checklist as the newest rehearsal has left it; 1 while an item is open')
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/safety/checklist.ts')).checklist(flags)));

  checklist
    .command('approve')
    .description('confirm what people have done, beside the newest rehearsal')
    .addArgument(new Argument('<item>', 'of the checklist').choices(APPROVABLE))
    .action(async (item) => end(await (await import('../commands/safety/checklist.ts')).approveItem(item)));

  program
    .command('restore')
    .description('bring the target back to a backup; what is there now is kept under another name')
    .argument('<folder>', 'the backup’s folder')
    .option('--no-maintenance', 'leave the platform as it is, even if MAINTENANCE_FILE is set')
    .option('--yes', 'do not ask')
    .action(async (folder: string, flags) =>
      end(await (await import('../commands/safety/restore.ts')).restore(folder, flags)),
    );

  const maintenance = program
    .command('maintenance')
    .description('put the platform into maintenance by hand, take it out, or look whether anybody writes');

  for (const direction of ['on', 'off'] as const)
    maintenance
      .command(direction)
      .description(`carry out the actions of MAINTENANCE_FILE under "${direction}"`)
      .action(async () => end(await (await import('../commands/safety/maintenance.ts')).maintenance(direction)));

  maintenance
    .command('status')
    .description(
      'show the actions, writes that have reached the source since a run’s maintenance is on, and the estimated downtime',
    )
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/safety/maintenance.ts')).maintenanceStatus(flags)));

  program
    .command('finalize')
    .description('export the migration’s side tables and drop them, when the team is done')
    .option('--yes', 'do not ask')
    .option('--force', 'even if documents are in quarantine')
    .action(async (flags) => end(await (await import('../commands/safety/finalize.ts')).finalize(flags)));

  program
    .command('release')
    .description('free the target from a run whose Temporal is gone for good')
    .option('--yes', 'do not ask')
    .action(async (flags) => end(await (await import('../commands/safety/release.ts')).release(flags)));
}
