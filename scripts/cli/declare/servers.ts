import type { Command } from 'commander';
import { wholeNumber } from '../run-options.ts';
import { end } from './shared.ts';

/** Commands that keep something up, or prepare the target. */
export function declareServers(program: Command): void {
  program.commandsGroup('Servers and schema:');

  program
    .command('worker')
    .description('run a worker; without TEMPORAL_ADDRESS it keeps the local Temporal server, too')
    .action(async () => end(await (await import('../commands/migrate/worker.ts')).worker()));

  program
    .command('temporal')
    .description('keep the local Temporal server up until Ctrl-C')
    .option('--stop', 'end the one that runs')
    .action(async (flags) => end(await (await import('../commands/control/temporal.ts')).temporal(flags)));

  program
    .command('codec-server')
    .description('decrypt for the Temporal UI and for temporal what PAYLOAD_KEYS have encrypted, until Ctrl-C')
    .option('--port <n>', 'on this machine', wholeNumber(0, 65_535), 8234)
    .option('--origin <url>', 'the Temporal UI’s address, which the browser sends', 'http://localhost:8233')
    .action(async (flags) => end(await (await import('../commands/control/codec-server.ts')).codecServer(flags)));

  program
    .command('migrate-schema')
    .description('apply the target’s schema migrations')
    .action(async () => end(await (await import('../commands/migrate/migrate-schema.ts')).migrateSchema()));
}
