import type { Facts } from '../facts/facts.ts';
import type { ReportMessages } from '../facts/report-messages.ts';

/** What the page is made of: the facts, and their sentences as data. */
export type PageFacts = Facts & { readonly messages: ReportMessages };
