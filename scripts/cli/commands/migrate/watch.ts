import { WorkflowNotFoundError } from '@temporalio/client';
import { MigrationError } from '../../../../engine/common/errors.ts';
import { noSuchMigration } from '../../../../engine/messages/commands/watching.ts';
import { watchMigration } from '../../connect/watch-migration.ts';
import { withTemporal } from '../../connect/with-temporal.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { createScreen } from '../../screen/screen.ts';
import { readFacts, summaryOf } from '../../screen/summary.ts';
import { heedSignals } from '../../signals.ts';

/** `watch`: shows the progress until the migration ends or Ctrl-C; the exit codes are those of `run`. */
export function watch({ workflowId }: { workflowId: string }): Promise<number> {
  return withTemporal(async ({ client }) => {
    const screen = createScreen(io().out);
    const leaving = heedSignals(() => {});
    try {
      const outcome = await watchMigration(client, workflowId, {
        screen,
        signal: leaving.signal,
      }).finally(() => screen.end());
      if (outcome.state === 'detached') return EXIT.interrupted;
      screen.say(`\n${summaryOf(outcome, await readFacts(outcome.reports))}`);
      if (outcome.state !== 'complete') return EXIT.failed;
      return outcome.quarantined > 0 ? EXIT.quarantined : EXIT.done;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw new MigrationError(noSuchMigration({ migration: workflowId }));
      throw error;
    } finally {
      leaving.release();
    }
  });
}
