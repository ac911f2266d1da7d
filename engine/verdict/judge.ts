import {
  absenceConfirmed,
  all,
  allButQuarantine,
  allChosen,
  allChosenButQuarantine,
  otherAnswers as answersDiffer,
  differs,
  held as inQuarantine,
  isUnfinished,
  waivedAnswers,
} from '../messages/engine/verdict.ts';
import type { Message } from '../messages/message.ts';
import type { Plan } from '../plan/stage.ts';
import type { JudgedVerdict } from '../state/run/verdict.ts';
import type { Query } from '../target/query.ts';
import { disagreeing, isStale, isUncompared, staleness, unfinished } from './conditions.ts';
import { readEvidence } from './evidence.ts';
import type { SmokeFacts } from './smoke-record.ts';

/** A verdict, and what would have to be done for a better one. */
export interface Judgement {
  readonly verdict: JudgedVerdict;
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
      isAbsent && confirmed.includes(collection) ? [absenceConfirmed({ collection })] : [],
    ),
    ...(held === 0 ? [] : [inQuarantine({ documents: held })]),
  ];
  const state = different.length > 0 ? 'different' : !isWhole ? 'incomplete' : held > 0 ? 'quarantined' : 'verified';
  return {
    verdict: { state, sentence: (isPart ? SENTENCES_OF_PART : SENTENCES)[state](), reasons, held },
    isWhole,
    stale: stale.map(({ stage }) => stage),
    uncompared: stages.filter(isUncompared).map(({ stage }) => stage),
  };
}

const SENTENCES = {
  different: differs,
  incomplete: isUnfinished,
  quarantined: allButQuarantine,
  verified: all,
} as const;

/** A part that is whole says nothing of the rest. */
const SENTENCES_OF_PART = { ...SENTENCES, quarantined: allChosenButQuarantine, verified: allChosen } as const;

function otherAnswers(smokeTests: SmokeFacts | null): Message[] {
  const wrong = smokeTests?.questions.filter(({ different }) => different > 0) ?? [];
  if (wrong.length === 0) return [];
  const questions = wrong.map(({ name }) => name);
  return smokeTests?.waived ? [waivedAnswers({ questions })] : [answersDiffer({ questions })];
}
