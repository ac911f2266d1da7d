import {
  type Client,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { MigrationError } from '../../../../engine/common/errors.ts';
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
    io().out.write(`Taken: migration ${workflowId} is ${standingOf(now)}.\n`);
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
  { withinMs = ANSWER_WITHIN_MS, what = 'migration' }: { withinMs?: number; what?: 'migration' | 'monitoring' } = {},
): Promise<P> {
  try {
    return await client.withDeadline(Date.now() + withinMs, () =>
      client.workflow
        .getHandle(workflowId)
        .executeUpdate<P, [unknown, ...unknown[]]>(message, { args: args as [unknown, ...unknown[]] }),
    );
  } catch (error) {
    throw new MigrationError(refusalOf(error, `${what} ${workflowId}`, message), { cause: error });
  }
}

function refusalOf(error: unknown, whose: string, message: string): string {
  if (error instanceof WorkflowUpdateFailedError) {
    return `Refused: ${(error.cause?.message ?? 'no reason was given').replace(/\.$/, '')}.`;
  }
  // The server says so both for unknown workflows and for closed ones.
  if (error instanceof WorkflowNotFoundError) return `No ${whose} is running.`;
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isTemporalTrouble(error)) {
    return `${whose.charAt(0).toUpperCase()}${whose.slice(1)} does not answer, so ${message} may not have been accepted: is a worker running (\`npm run worker\`)?`;
  }
  throw error;
}
