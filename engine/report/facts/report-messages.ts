import type { VerdictMessages } from '../../state/run/verdict.ts';
import type { EntryMessages } from './run-record.ts';

/** Sentences of the facts as data, so that a page can say them in another language; no part of report.json. */
export interface ReportMessages {
  readonly verdict: VerdictMessages;
  /** By the place of the entry in the timeline; null where it has no sentence, or an older build noted it. */
  readonly timeline: readonly (EntryMessages | null)[];
}
