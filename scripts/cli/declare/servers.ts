import type { Command } from 'commander';
import { end } from '../io.ts';
import { wholeNumber } from '../run-options.ts';

/** Commands that keep something up, or prepare the target. */
export function declareServers(program: Command): void {
  program.commandsGroup('Servers and schema:');

  program
    .command('worker')
    .description('run a worker, and the local Temporal server unless TEMPORAL_ADDRESS is set')
    .action(async () => end(await (await import('../commands/migrate/worker.ts')).worker()));

  program
    .command('temporal')
    .description('run the local Temporal server until Ctrl-C')
    .option('--stop', 'stop the running one')
    .action(async (flags) => end(await (await import('../commands/control/temporal.ts')).temporal(flags)));

  program
    .command('codec-server')
    .description('decrypt payloads for the Temporal UI and temporal, by PAYLOAD_KEYS, until Ctrl-C')
    .option('--port <n>', 'port on this machine', wholeNumber(0, 65_535), 8234)
    .option('--origin <url>', 'address of the Temporal UI, as the browser sends it', 'http://localhost:8233')
    .action(async (flags) => end(await (await import('../commands/control/codec-server.ts')).codecServer(flags)));

  program
    .command('migrate-schema')
    .description('apply the target’s schema migrations')
    .action(async () => end(await (await import('../commands/migrate/migrate-schema.ts')).migrateSchema()));
}
