import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import type { Handle } from './migration.ts';

/** What was played, a migration or a monitoring. */
export type Played = Pick<Handle, 'workflowId' | 'firstExecutionRunId'>;

/** The histories of a run's executions, the first one first. */
export async function historiesOf(client: Client, { workflowId, firstExecutionRunId }: Played): Promise<History[]> {
  const histories: History[] = [];
  let runId: string | undefined = firstExecutionRunId;
  while (runId !== undefined && runId !== '') {
    const history: History = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push(history);
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return histories;
}

/** The steps of a history that had an answer, as `copySegment user`: what it was, and of which stage. */
export function stepsOf({ events }: History): string[] {
  const scheduled = new Map(
    events!.map((event) => [String(event.eventId), event.activityTaskScheduledEventAttributes]),
  );
  return events!.flatMap(({ activityTaskCompletedEventAttributes: completed }) => {
    if (!completed) return [];
    const { activityType, input } = scheduled.get(String(completed.scheduledEventId))!;
    const data = input?.payloads?.[0]?.data;
    const { stage = '' } = data ? (JSON.parse(Buffer.from(data).toString()) as { stage?: string }) : {};
    return [`${activityType!.name} ${stage}`.trim()];
  });
}
