import { Argument, type Command, Option } from 'commander';
import { APPROVABLE } from '../../../engine/report/facts/checklist-types.ts';
import { end } from '../io.ts';

/** Commands of the runbook around a migration: backups, rehearsals, maintenance, the way back and the end. */
export function declareSafety(program: Command): void {
  program.commandsGroup('Backup, maintenance, cleanup:');

  program
    .command('backup')
    .description('back up source and target into a new folder, and prove the backup')
    .addOption(new Option('--only <server>', 'only this server').choices(['mongodb', 'postgres']))
    .option('--own', 'do not use mongodump and pg_dump, even if they are on PATH')
    .addOption(
      new Option(
        '--form <form>',
        'of PostgreSQL’s backup: files, or template, another database on the same server',
      ).choices([...['files', 'template']]),
    )
    .option('--check <folder>', 'prove an existing backup instead')
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/safety/backup.ts')).backup(flags)));

  program
    .command('rehearse')
    .description('migrate a backup into a separate database, and predict production')
    .option('--source <source>', 'a backup’s folder, or dump:<path> (default: the newest backup in BACKUPS_FOLDER)')
    .option('--backup', 'make a new backup and rehearse with it')
    .option('--target <url>', 'an empty staging database (default: a new one on the server of DATABASE_URL)')
    .option('--keep', 'keep the new database')
    .option('--json', 'print only one JSON object on standard output, at the end')
    .action(async (flags) => end(await (await import('../commands/safety/rehearse.ts')).rehearse(flags)));

  const checklist = program
    .command('checklist')
    .description('show the runbook’s checklist as the newest rehearsal left it; exits with 1 while an item is open')
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/safety/checklist.ts')).checklist(flags)));

  checklist
    .command('approve')
    .description('confirm that people have done an item; recorded with the newest rehearsal')
    .addArgument(new Argument('<item>', 'item of the checklist').choices(APPROVABLE))
    .action(async (item) => end(await (await import('../commands/safety/checklist.ts')).approveItem(item)));

  program
    .command('restore')
    .description('restore the target from a backup; the present data are kept under another name')
    .argument('<folder>', 'the backup’s folder')
    .option('--no-maintenance', 'do not turn maintenance on, even if MAINTENANCE_FILE is set')
    .option('--yes', 'do not ask')
    .action(async (folder: string, flags) =>
      end(await (await import('../commands/safety/restore.ts')).restore(folder, flags)),
    );

  const maintenance = program
    .command('maintenance')
    .description('turn maintenance on or off by hand, or check for writes');

  for (const direction of ['on', 'off'] as const)
    maintenance
      .command(direction)
      .description(`run the "${direction}" actions of MAINTENANCE_FILE`)
      .action(async () => end(await (await import('../commands/safety/maintenance.ts')).maintenance(direction)));

  maintenance
    .command('status')
    .description(
      'show the actions, the writes to the source since a run turned maintenance on, and the estimated downtime',
    )
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/safety/maintenance.ts')).maintenanceStatus(flags)));

  program
    .command('finalize')
    .description('export the migration’s side tables and drop them, when the team is done')
    .option('--yes', 'do not ask')
    .option('--force', 'drop them even if documents are quarantined')
    .action(async (flags) => end(await (await import('../commands/safety/finalize.ts')).finalize(flags)));

  program
    .command('release')
    .description('free the target from a run whose Temporal is lost for good')
    .option('--yes', 'do not ask')
    .action(async (flags) => end(await (await import('../commands/safety/release.ts')).release(flags)));
}
