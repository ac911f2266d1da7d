import { type Command, Option } from 'commander';
import { MONITOR_WORKFLOW_ID } from '../../../worker/settings.ts';
import { end } from '../io.ts';
import { minutes, stageNames, wholeNumber } from '../run-options.ts';

const monitorId = ['--workflow-id <id>', 'the monitoring’s workflow id', MONITOR_WORKFLOW_ID] as const;

/** Commands of the monitoring after the switch. */
export function declareMonitoring(program: Command): void {
  program.commandsGroup('After the switch:');

  const monitor = program
    .command('monitor')
    .description('monitor the platform after the switch: compare both databases in rounds, check, alert')
    // Its own options come before the name of a command below it, or not at all.
    .enablePositionalOptions()
    .allowExcessArguments(false)
    .option(...monitorId)
    .option('--hours <n>', 'duration (default: 24)', wholeNumber(1, 14 * 24))
    .option('--every <time>', 'time between rounds, such as 10m (default) or 1h', minutes)
    .option('--samples <n>', 'documents per stage drawn in a round (default: 100)', wholeNumber(0, 100_000))
    .option('--stages <names>', 'separated by commas (default: fundingProject,payment)', stageNames)
    .option('--switched-at <time>', 'when the platform began to write, ISO 8601 (default: when the run was complete)')
    .addOption(new Option('--rollback <policy>', 'reaction to damage (default: offer)').choices(['offer', 'run']))
    .option('--backup <folder>', 'backup to restore, on the worker’s host')
    .option(
      '--after <n>',
      'consecutive damaged rounds before --rollback run restores (default: 3)',
      wholeNumber(1, 1_000),
    )
    .option('--follow', 'show what happens, until the end or Ctrl-C')
    .action(async (flags) => end(await (await import('../commands/compare/monitor.ts')).monitor(flags)));

  monitor
    .command('status')
    .description('show the state of the monitoring, or how it ended')
    .option(...monitorId)
    .option('--json', 'as JSON')
    .action(async (flags) => end(await (await import('../commands/compare/monitor.ts')).monitorStatus(flags)));

  for (const [message, description] of [
    ['acknowledge', 'confirm that the problems are being handled: no restore follows'],
    ['stop', 'end the monitoring now and write its report'],
    ['pause', 'skip rounds until resumed'],
    ['resume', 'resume the rounds'],
  ] as const) {
    monitor
      .command(message)
      .description(description)
      .option(...monitorId)
      .action(async ({ workflowId: id }) => monitorControl(id, message, []));
  }

  monitor
    .command('set-every')
    .description('change the time between rounds')
    .argument('<time>', 'such as 10m or 1h', minutes)
    .option(...monitorId)
    .action(async (every: number, { workflowId: id }) => monitorControl(id, 'setEvery', [every]));
}

async function monitorControl(id: string, message: string, args: unknown[]): Promise<void> {
  end(await (await import('../commands/compare/monitor.ts')).monitorControl(id, message, args));
}
