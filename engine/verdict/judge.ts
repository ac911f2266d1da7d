import type { Plan } from '../plan/stage.ts';
import type { Verdict } from '../state/run/verdict.ts';
import type { Query } from '../target/query.ts';
import { count, disagreeing, isStale, isUncompared, staleness, unfinished } from './conditions.ts';
import { readEvidence } from './evidence.ts';
import type { SmokeFacts } from './smoke-record.ts';

/** A verdict, and what would have to be done for a better one. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Whether the run may become complete. */
  readonly isWhole: boolean;
  /** Stages whose totals and references only have to be compared once more. */
  readonly stale: readonly string[];
  /** Stages whose rows only have to be compared: nobody has since they were copied, or an older build has. */
  readonly uncompared: readonly string[];
}

/**
 * Judges a run by what the database holds of it; what the workflow says of itself does not count.
 * @param query must give every column as text: a transaction's
 * @param confirmed absent collections that somebody has confirmed by name
 * @param isMarked false for a run that a build without marks has ended: nobody knows in which order its steps were taken
 */
export async function judge(
  query: Query,
  plan: Plan,
  runId: string,
  { confirmed = [], isMarked = true }: { confirmed?: readonly string[]; isMarked?: boolean } = {},
): Promise<Judgement> {
  const { stages, referring, held, smokeTests, isPart } = await readEvidence(query, plan, runId);
  const stale = isMarked ? [...stages, ...referring].filter(isStale) : [];
  const answers = otherAnswers(smokeTests);
  const disagreements = [...stages, ...referring].flatMap(disagreeing);
  const different = [...disagreements, ...answers];
  const open = [...stages.flatMap((one) => unfinished(one, confirmed)), ...stale.flatMap(staleness)];
  const isWaived = answers.length === 0 || smokeTests?.waived === true;
  const isWhole = disagreements.length === 0 && isWaived && open.length === 0 && stale.length === 0;
  const reasons = [
    ...different,
    ...open,
    ...stages.flatMap(({ isAbsent, collection }) =>
      isAbsent && confirmed.includes(collection)
        ? [`The source has no collection ${collection}, which somebody has confirmed.`]
        : [],
    ),
    ...(held === 0 ? [] : [`${count(held, 'document is', 'documents are')} in quarantine.`]),
  ];
  const state = different.length > 0 ? 'different' : !isWhole ? 'incomplete' : held > 0 ? 'quarantined' : 'verified';
  return {
    verdict: { state, sentence: (isPart ? SENTENCES_OF_PART : SENTENCES)[state], reasons, held },
    isWhole,
    stale: stale.map(({ stage }) => stage),
    uncompared: stages.filter(isUncompared).map(({ stage }) => stage),
  };
}

const SENTENCES = {
  different: 'Source and target do not agree.',
  incomplete: 'The run has not finished its work.',
  quarantined: 'Everything outside quarantine is in the target, and it was compared and agrees.',
  verified: 'Everything is in the target, and it was compared and agrees.',
} as const;

/** A part that is whole says nothing of the rest. */
const SENTENCES_OF_PART = {
  ...SENTENCES,
  quarantined: 'Everything chosen and outside quarantine is in the target, and it was compared and agrees.',
  verified: 'Everything chosen is in the target, and it was compared and agrees.',
} as const;

function otherAnswers(smokeTests: SmokeFacts | null): string[] {
  const wrong = smokeTests?.questions.filter(({ different }) => different > 0) ?? [];
  if (wrong.length === 0) return [];
  const names = wrong.map(({ name }) => name).join(', ');
  return smokeTests?.waived
    ? [`Smoke tests: other answers to ${names}, which somebody has approved.`]
    : [`Smoke tests: other answers to ${names}.`];
}
