import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/workflow';
import { type Message, plain } from '../engine/messages/message.ts';
import { stepCancelled, stepWithoutAnswer } from '../engine/messages/workflows/blocked.ts';

/** A failure that is final, with what it says as data in its details. */
export function failureOf({ text, code, params }: Message, type: string | undefined): ApplicationFailure {
  return ApplicationFailure.nonRetryable(text, type, { code, params });
}

/** What an activity may have put into the details of its failure; those of older builds have neither code nor params. */
type Detail = Partial<Pick<Message, 'code' | 'params'>> & { readonly gate?: string };

function detailOf(failure: unknown): Detail {
  const [detail] = failure instanceof ApplicationFailure ? (failure.details ?? []) : [];
  return (detail ?? {}) as Detail;
}

/** What has to be approved before a step can do what it has failed at; null for every other failure. */
export function gateOf(failure: ActivityFailure): string | null {
  return detailOf(failure.cause).gate ?? null;
}

/** What the error says that made an activity, or a workflow, fail. */
export function reasonOf(error: unknown): Message {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return stepWithoutAnswer();
  if (cause instanceof CancelledFailure) return stepCancelled();
  if (!(cause instanceof Error)) return plain(String(cause));
  const { code, params } = detailOf(cause);
  return code === undefined ? plain(cause.message) : { code, params: params ?? {}, text: cause.message };
}
