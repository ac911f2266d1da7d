import type { DowntimeFacts } from '../../../engine/report/facts/downtime.ts';
import type { DowntimeEstimate } from '../../../engine/report/facts/downtime-estimate.ts';
import { duration } from './figures.ts';

/** What an estimate says to a person. */
export function estimateLine(estimate: DowntimeEstimate | null): string {
  if (estimate === null) return 'No earlier run to estimate the time from: make a dry run.';
  const { seconds, from } = estimate;
  return `Copying and verifying everything may take ${duration(seconds)}, by the ${from.dryRun ? 'dry run' : 'run'} of ${from.startedAt}.`;
}

/** The measured downtime beside its estimate; null when there was none, or it is not over. */
export function downtimeLine({ seconds, estimate }: Pick<DowntimeFacts, 'seconds' | 'estimate'>): string | null {
  if (seconds === null) return null;
  const expected = estimate === null ? 'there was no estimate' : `the estimate was ${duration(estimate.seconds)}`;
  return `Downtime: ${duration(seconds)} (${seconds} s); ${expected}.`;
}
