import {
  type Client,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { MigrationError } from '../../../../engine/common/errors.ts';
import { messageTaken } from '../../../../engine/messages/commands/starting.ts';
import {
  migrationMayIgnore,
  monitoringMayIgnore,
  noMigrationRuns,
  noMonitoringRuns,
  noReason,
  refusedWith,
} from '../../../../engine/messages/commands/watching.ts';
import type { Message } from '../../../../engine/messages/message.ts';
import type { Progress } from '../../../../workflows/messages/definitions.ts';
import { isTemporalTrouble } from '../../connect/temporal-trouble.ts';
import { queryProgress } from '../../connect/watch-migration.ts';
import { withTemporal } from '../../connect/with-temporal.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { standingOf } from '../../screen/standing.ts';

const ANSWER_WITHIN_MS = 20_000;

/** Sends an operator's message, and tells what came of it. @throws MigrationError as `sendUpdate` */
export function control(workflowId: string, message: string, args: unknown[]): Promise<number> {
  return withTemporal(async ({ client }) => {
    const progress = await sendUpdate(client, workflowId, message, args);
    // The answer was given before the run has acted on it.
    const now = (await queryProgress(client, workflowId)) ?? progress;
    io().out.write(`${messageTaken({ migration: workflowId, standing: standingOf(now) }).text}\n`);
    return EXIT.done;
  });
}

/**
 * Sends an operator's message as an update.
 * @throws MigrationError with the workflow's reason when it refuses, or when nobody answers
 */
export async function sendUpdate<P = Progress>(
  client: Client,
  workflowId: string,
  message: string,
  args: unknown[],
  { withinMs = ANSWER_WITHIN_MS, what = 'migration' }: { withinMs?: number; what?: keyof typeof SILENCES } = {},
): Promise<P> {
  try {
    return await client.withDeadline(Date.now() + withinMs, () =>
      client.workflow
        .getHandle(workflowId)
        .executeUpdate<P, [unknown, ...unknown[]]>(message, { args: args as [unknown, ...unknown[]] }),
    );
  } catch (error) {
    throw new MigrationError(refusalOf(error, SILENCES[what], workflowId, message), { cause: error });
  }
}

/** What is said of a workflow that does not run, or does not answer. */
const SILENCES = {
  migration: {
    gone: (migration: string) => noMigrationRuns({ migration }),
    silent: (migration: string, message: string) => migrationMayIgnore({ migration, message }),
  },
  monitoring: {
    gone: (monitoring: string) => noMonitoringRuns({ monitoring }),
    silent: (monitoring: string, message: string) => monitoringMayIgnore({ monitoring, message }),
  },
} as const;

function refusalOf(
  error: unknown,
  { gone, silent }: (typeof SILENCES)[keyof typeof SILENCES],
  workflowId: string,
  message: string,
): Message {
  if (error instanceof WorkflowUpdateFailedError) {
    return refusedWith({ reason: error.cause?.message.replace(/\.$/, '') ?? noReason() });
  }
  // The server says so both for unknown workflows and for closed ones.
  if (error instanceof WorkflowNotFoundError) return gone(workflowId);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isTemporalTrouble(error)) {
    return silent(workflowId, message);
  }
  throw error;
}
