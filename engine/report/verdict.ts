import { brokenReferences } from '../verify-references.ts';
import type { QuarantineFacts } from './document-facts.ts';
import type { RunFacts } from './facts.ts';
import type { SmokeFacts } from './smoke-facts.ts';
import type { StageFacts } from './stage-facts.ts';

/**
 * `verified`: everything chosen is in the target and proved equal. `quarantined`: the same, but for documents in
 * quarantine. `different`: source and target disagree somewhere. `incomplete`: not everything was copied or compared.
 */
export interface Verdict {
  readonly state: 'verified' | 'quarantined' | 'different' | 'incomplete';
  readonly sentence: string;
  /** What keeps it from being `verified`, one sentence each. */
  readonly reasons: readonly string[];
}

/** Judges a run by its facts alone; what the run says of itself does not count. */
export function verdictOf(
  run: Pick<RunFacts, 'options'>,
  stages: readonly StageFacts[],
  quarantine: readonly QuarantineFacts[],
  smokeTests: SmokeFacts | null = null,
): Verdict {
  const chosen = run.options['stages'];
  const due = stages.filter(({ name }) => !Array.isArray(chosen) || chosen.includes(name));
  const open = due.flatMap(unfinished);
  const different = [...stages.flatMap(differences), ...otherAnswers(smokeTests)];
  const held = quarantine
    .filter(({ state }) => state !== 'resolved')
    .reduce((sum, { documents }) => sum + documents, 0);
  const reasons = [
    ...different,
    ...open,
    ...(held === 0 ? [] : [`${count(held, 'document is', 'documents are')} in quarantine.`]),
  ];
  if (different.length > 0) return { state: 'different', sentence: 'Source and target do not agree.', reasons };
  if (open.length > 0) return { state: 'incomplete', sentence: 'The run has not finished its work.', reasons };
  if (held > 0) {
    const sentence = 'Everything outside quarantine is in the target, and it was compared and agrees.';
    return { state: 'quarantined', sentence, reasons };
  }
  return { state: 'verified', sentence: 'Everything is in the target, and it was compared and agrees.', reasons };
}

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}

function unfinished({ name, partitions, totals, references, contested }: StageFacts): string[] {
  const { planned, copied, verified } = partitions;
  const reasons: string[] = [];
  if (copied < planned) reasons.push(`Stage ${name}: ${copied} of ${planned} partitions are copied.`);
  if (verified < planned) reasons.push(`Stage ${name}: ${verified} of ${planned} partitions are compared row by row.`);
  if (totals === null) reasons.push(`Stage ${name}: counts and sums have not been compared.`);
  if (references === null) reasons.push(`Stage ${name}: references have not been checked.`);
  if (contested > 0)
    reasons.push(`Stage ${name}: ${count(contested, 'document waits', 'documents wait')} to be settled.`);
  return reasons;
}

function otherAnswers(smokeTests: SmokeFacts | null): string[] {
  const wrong = smokeTests?.questions.filter(({ different }) => different > 0) ?? [];
  if (wrong.length === 0) return [];
  const names = wrong.map(({ name }) => name).join(', ');
  return smokeTests?.waived
    ? [`Smoke tests: other answers to ${names}, which somebody has approved.`]
    : [`Smoke tests: other answers to ${names}.`];
}

function differences({ name, collection, differences: kinds, totals, references }: StageFacts): string[] {
  const reasons = Object.entries(kinds).map(
    ([kind, number]) => `Stage ${name}: ${number} × ${kind} in the row comparison.`,
  );
  for (const { what, path, table, column, expected, found, agree } of totals ?? []) {
    if (agree) continue;
    const place = column === null ? table : `${table}.${column}`;
    reasons.push(
      `Stage ${name}: ${what} of ${path || collection} should be ${expected} in ${place}, and PostgreSQL has ${found}.`,
    );
  }
  reasons.push(...brokenReferences(references ?? []).map((sentence) => `Stage ${name}: ${sentence}.`));
  return reasons;
}
