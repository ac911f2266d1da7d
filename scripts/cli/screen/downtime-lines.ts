import {
  downtimeWithEstimate,
  downtimeWithoutEstimate,
  estimateByDryRun,
  estimateByRun,
  noEstimate,
} from '../../../engine/messages/commands/screen.ts';
import type { DowntimeFacts } from '../../../engine/report/facts/downtime.ts';
import type { DowntimeEstimate } from '../../../engine/report/facts/downtime-estimate.ts';
import { duration } from './figures.ts';

/** What an estimate says to a person. */
export function estimateLine(estimate: DowntimeEstimate | null): string {
  if (estimate === null) return noEstimate().text;
  const { seconds, from } = estimate;
  return (from.dryRun ? estimateByDryRun : estimateByRun)({ time: duration(seconds), at: from.startedAt }).text;
}

/** The measured downtime beside its estimate; null when there was none, or it is not over. */
export function downtimeLine({ seconds, estimate }: Pick<DowntimeFacts, 'seconds' | 'estimate'>): string | null {
  if (seconds === null) return null;
  const about = { time: duration(seconds), seconds: String(seconds) };
  if (estimate === null) return downtimeWithoutEstimate(about).text;
  return downtimeWithEstimate({ ...about, estimate: duration(estimate.seconds) }).text;
}
