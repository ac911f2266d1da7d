import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { sendersUnknown } from '../../engine/messages/worker/log.ts';
import { DOWNTIME } from '../../engine/report/facts/downtime.ts';
import { COURSE, type Course, type RunRecord, type TimelineEntry } from '../../engine/report/facts/run-record.ts';
import { saveFact } from '../../engine/state/run/run-facts.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { RunRef } from '../run-ref.ts';
import { writerOf } from '../stage/segment.ts';

export type { DoneAction, DowntimeRecord, Phase, PhaseName } from '../../engine/report/facts/downtime.ts';
export type { EntryMessages, RunRecord, TimelineEntry } from '../../engine/report/facts/run-record.ts';

/** Keeps what the workflow recorded of its run, with the senders of its messages, where every later report finds it. */
export async function keepRecord(
  deps: ActivityDependencies,
  run: RunRef,
  { pace, timeline, forgotten, downtime }: RunRecord,
): Promise<void> {
  const { workflowExecution } = Context.current().info;
  const sent =
    workflowExecution === undefined ? [] : await sentMessages(Context.current().client, workflowExecution, deps);
  const course: Course = { pace, forgotten, timeline: withSenders(timeline, sent) };
  const [target, writer] = [deps.target(run.schema), writerOf(run)];
  await saveFact(target, writer, COURSE, course);
  if (downtime !== undefined) await saveFact(target, writer, DOWNTIME, downtime);
}

/** A message as Temporal's history tells it. */
export interface SentMessage {
  readonly way: 'signal' | 'update' | 'start';
  readonly name: string;
  /** When it came at the latest, in milliseconds: never later than the workflow heard of it. */
  readonly at: number;
  /** Empty when the sender told none. */
  readonly identity: string;
}

/** Executions of one run that are looked through, the newest first: one holds some thousand events. */
const MOST_EXECUTIONS = 100;

/**
 * The messages that a workflow has got, from the histories of this execution and of those that it continues, the oldest
 * first. What Temporal has deleted already, or does not let this worker read, is left out.
 */
async function sentMessages(
  client: Client,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
  { log }: ActivityDependencies,
): Promise<SentMessage[]> {
  const messages: SentMessage[][] = [];
  let execution = runId;
  try {
    while (execution !== '' && messages.length < MOST_EXECUTIONS) {
      const history = await client.workflow.getHandle(workflowId, execution).fetchHistory();
      messages.unshift(messagesOf(history.events ?? []));
      execution = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
      Context.current().heartbeat();
    }
  } catch (error) {
    log.warn({ workflowId, error: (error as Error).name }, sendersUnknown().text);
  }
  return messages.flat();
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

function messagesOf(events: readonly HistoryEvent[]): SentMessage[] {
  const timeOf = (event: HistoryEvent | undefined) =>
    Number(event?.eventTime?.seconds ?? 0) * 1000 + Math.floor((event?.eventTime?.nanos ?? 0) / 1e6);
  const byId = new Map(events.map((event) => [String(event.eventId), event]));
  return events.flatMap((event): SentMessage[] => {
    const started = event.workflowExecutionStartedEventAttributes;
    if (started) {
      return started.continuedExecutionRunId
        ? []
        : [{ way: 'start', name: 'starting', at: timeOf(event), identity: started.identity ?? '' }];
    }
    const signal = event.workflowExecutionSignaledEventAttributes;
    if (signal) {
      return [{ way: 'signal', name: signal.signalName ?? '', at: timeOf(event), identity: signal.identity ?? '' }];
    }
    const update = event.workflowExecutionUpdateAcceptedEventAttributes;
    if (!update) return [];
    // The event is written when the workflow has answered; what it was waiting behind came before.
    const before = byId.get(String(update.acceptedRequestSequencingEventId));
    const name = update.acceptedRequest?.input?.name ?? '';
    return [{ way: 'update', name, at: timeOf(before), identity: update.acceptedRequest?.meta?.identity ?? '' }];
  });
}

/**
 * Tells the sender of each entry that somebody sent: of the messages of that name that had come by then the newest that
 * is not taken yet, from the last entry to the first.
 */
export function withSenders(timeline: readonly TimelineEntry[], sent: readonly SentMessage[]): Course['timeline'] {
  const free = [...sent];
  const senderOf = ({ kind, name, way, at }: TimelineEntry): string | null => {
    const isStart = kind === 'phase' && name === 'starting';
    if (kind !== 'message' && !isStart) return null;
    const index = free.findLastIndex(
      (message) => message.name === name && message.way === (isStart ? 'start' : way) && message.at <= Date.parse(at),
    );
    return index < 0 ? null : free.splice(index, 1)[0]!.identity || null;
  };
  return [...timeline]
    .reverse()
    .map((entry) => ({ ...entry, by: senderOf(entry) }))
    .reverse();
}
