import { asMessage, type Message } from '../../messages/message.ts';

/**
 * How a run has ended. `verified`: everything chosen is in the target and proved equal. `quarantined`: the same, but for
 * documents in quarantine. `different`: source and target disagree somewhere. `incomplete`: not everything was copied or
 * compared, or the run was ended before.
 */
export interface Verdict {
  readonly state: 'verified' | 'quarantined' | 'different' | 'incomplete';
  readonly sentence: string;
  /** What keeps it from being `verified`, one sentence each; of a `verified` one what somebody has approved. */
  readonly reasons: readonly string[];
  /** Documents in quarantine that count as open cases. */
  readonly held: number;
}

/** A verdict’s sentences as data. */
export interface VerdictMessages {
  readonly sentence: Message;
  readonly reasons: readonly Message[];
}

/** A verdict before it is put into words. */
export type JudgedVerdict = Omit<Verdict, 'sentence' | 'reasons'> & VerdictMessages;

/** A verdict in words, as reports and answers have it. */
export function inWords({ state, sentence, reasons, held }: JudgedVerdict): Verdict {
  return { state, sentence: sentence.text, reasons: reasons.map(({ text }) => text), held };
}

/** A verdict as a run's row keeps it: in words, and as data beside them. */
export function keptVerdict(judged: JudgedVerdict): Verdict & { readonly messages: VerdictMessages } {
  const { sentence, reasons } = judged;
  return { ...inWords(judged), messages: { sentence, reasons } };
}

/** A kept verdict; older builds kept words only. */
export function readVerdict(json: string | null): JudgedVerdict | null {
  const kept = JSON.parse(json ?? 'null') as (Verdict & { readonly messages?: VerdictMessages }) | null;
  if (kept === null) return null;
  const { state, held, messages } = kept;
  const said = messages ?? { sentence: asMessage(kept.sentence), reasons: kept.reasons.map(asMessage) };
  return { state, held, ...said };
}
