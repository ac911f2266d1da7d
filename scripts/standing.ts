import type { Progress } from '../workflows/messages.ts';

/** Where a run stands in words: `running`, `paused: lunch`, `rolling back to user`. */
export function standingOf({ state, reason }: Pick<Progress, 'state' | 'reason'>): string {
  const word = state === 'rollingBack' ? 'rolling back' : state;
  if (reason === null || state === 'running') return word;
  const why = reason.replace(/\.$/, '');
  return why.startsWith(word) ? why : `${word}: ${why}`;
}
